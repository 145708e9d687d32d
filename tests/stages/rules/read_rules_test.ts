import { assertEquals, assertRejects } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import { readRules } from "../../../stages/rules/read_rules.ts";
import { rulesDigest } from "../../../stages/rules/rules_digest.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";

const BUILT_IN = builtInSchema(["click"]);
const CUSTOM = { ...BUILT_IN, builtIn: false, keys: [keyField(["status"])] };
const TEXT = "- {name: a, when: {type: 007}, set: {status: 5}}";

/** Makes a rules file that is gone at the end of the block. */
async function rulesFile(text: string) {
  const path = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(path, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

Deno.test("readRules() reads a file by what the events are", async () => {
  await using file = await rulesFile(TEXT);

  const rulesOf = await readRules(file.path);

  assertEquals((await rulesOf(BUILT_IN)).tags, [
    { name: "status", values: ["5"] },
  ]);
  assertEquals((await rulesOf(CUSTOM)).tags, []);
});

Deno.test("readRules() has no rules where there is no file", async () => {
  const rulesOf = await readRules(undefined);

  const { fields, tags } = await rulesOf(CUSTOM);

  assertEquals([fields, tags], [[], []]);
});

Deno.test("readRules() takes the rules that the run began with, and no others", async () => {
  const digest = await rulesDigest(parseRules(TEXT, "r", CUSTOM));
  const texts = [`# the same\n${TEXT}`, TEXT.replace("5", "6"), "- nothing"];

  for (const [at, text] of texts.entries()) {
    await using file = await rulesFile(text);
    const rulesOf = await readRules(file.path, digest);

    if (at === 0) {
      assertEquals((await rulesOf(CUSTOM)).fields, [
        { path: ["type"], isTime: false },
      ]);
      continue;
    }
    const error = await assertRejects(() => rulesOf(CUSTOM), Fault, "changed");
    assertEquals(error.code, "failed_precondition");
  }
});

Deno.test("readRules() refuses each run where the file is gone", async () => {
  const file = await rulesFile(TEXT);
  await file[Symbol.asyncDispose]();

  await assertRejects(() => readRules(file.path), Deno.errors.NotFound);
  const rulesOf = await readRules(file.path, "00");
  await assertRejects(() => rulesOf(CUSTOM), Fault, "were changed");
});

Deno.test("readRules() says to each run what is wrong with the rules", async () => {
  await using file = await rulesFile("- {name: a}");

  const rulesOf = await readRules(file.path);

  await assertRejects(
    () => rulesOf(CUSTOM),
    Fault,
    "rule 1 (a): expected either drop: true or set:",
  );
});
