import { assertArrayIncludes, assertEquals } from "@std/assert";
import { knownKeys as keysAt } from "../../../runtime/config/known_keys.ts";
import { configJsonSchema } from "../../../supervisor/config/schema.ts";

const SCHEMA = configJsonSchema();
const knownKeys = (path: PropertyKey[]) => keysAt(SCHEMA, path);

/** A place in the file, and keys that may stand there. */
const PLACES: [PropertyKey[], string[]][] = [
  [[], ["services"]],
  [["services", "a"], ["script", "command", "depends_on"]],
  [["services", "a", "permissions"], ["net", "read"]],
  [["services", "a", "depends_on", "b"], ["condition"]],
  [["services", "a", "watch"], ["cascade"]],
];

for (const [path, keys] of PLACES) {
  Deno.test(`knownKeys() names the keys at ${path.join(".") || "the top"}`, () => {
    assertArrayIncludes(knownKeys(path), keys);
  });
}

Deno.test("knownKeys() names none where there is no map", () => {
  assertEquals(knownKeys(["services", "a", "script"]), []);
  assertEquals(knownKeys(["nothing", "here"]), []);
});
