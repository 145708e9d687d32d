import { assertEquals } from "@std/assert";
import { ownContracts } from "../../tasks/generated/own_contracts.ts";
import { generateTypes } from "../../tasks/types/generated_types.ts";
import { compareTypes } from "../../tasks/types/write_types.ts";

const TYPES = new URL("../../proto/types", import.meta.url).pathname;

Deno.test("proto/types/ is what the contracts generate", async () => {
  const types = await generateTypes(await ownContracts());
  const { written, removed } = await compareTypes(TYPES, types);

  // Names alone: the texts of all files would be a long answer.
  assertEquals(
    { written: [...written.keys()], removed },
    { written: [], removed: [] },
    "run deno task types",
  );
});
