import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { loadRules } from "../../../stages/rules/load_rules.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { shippedRules } from "../../../tasks/generated/schema.ts";

const RULES = new URL("../../../stages/rules.yaml", import.meta.url);

Deno.test("the rules that ship are known as they are; `deno task schema` writes them", async () => {
  const written = await Deno.readTextFile(
    new URL("../../../stages/rules/shipped_rules.json", import.meta.url),
  );

  assertEquals(written, await shippedRules());
});

Deno.test("loadRules() reads what a text says, known or not", async () => {
  const shipped = await Deno.readTextFile(RULES);
  const edited = shipped.replace("lt: 10", "lt: 11");
  const texts = [shipped, `${shipped}# a comment\n`, edited];

  const loaded = await Promise.all(
    texts.map((text) => loadRules(text, "rules.yaml")),
  );

  assertEquals(loaded, texts.map((text) => parseRules(text, "rules.yaml")));
  assertEquals(loaded[2]![1]!.when, { value: { lt: 11 } });
});

Deno.test("loadRules() reads the rules that ship by the schema", async () => {
  const text = await Deno.readTextFile(RULES);
  const types = { ...keyField(["type"]), oneOf: ["1"] };
  const schema = { ...builtInSchema([]), builtIn: false, keys: [types] };

  assertEquals(
    await loadRules(text, "rules.yaml", schema),
    parseRules(text, "rules.yaml", schema),
  );
  await assertRejects(
    () =>
      loadRules(text, "rules.yaml", {
        ...schema,
        keys: [{ ...types, name: "tier" }],
      }),
    UsageError,
    "rule 3 (tier-bronze).set.tier: expected 1",
  );
});

Deno.test("loadRules() refuses what is no list of rules", async () => {
  const error = await assertRejects(
    () => loadRules("a: b\n", "rules.yaml"),
    UsageError,
  );

  assertEquals(error.message.split("\n")[0], 'Cannot read rules "rules.yaml":');
});
