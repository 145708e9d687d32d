import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { builtVariants } from "../../../tasks/bench/variants.ts";

/** As where Rust is there, and the others are not. */
function isRust(program: string): Promise<boolean> {
  return Promise.resolve(program.includes("/stages/rust/"));
}

Deno.test("builtVariants() leaves out what is not built, unless it is asked for", async () => {
  const stages = async (named?: string[]) =>
    (await builtVariants(named, isRust)).map(({ stage }) => stage);

  assertEquals(await stages(), ["parse"]);
  assertEquals(await stages(["100", "auto parse=rust"]), ["parse"]);
  await assertRejects(
    () => stages(["1000 rules=python"]),
    UsageError,
    'Cannot measure --settings="1000 rules=python": it is not built; run: deno task build:stages',
  );
});
