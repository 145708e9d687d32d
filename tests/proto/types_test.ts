import { assertEquals } from "@std/assert";
import { generateTypes } from "../../tasks/generated/types.ts";

const TYPES = new URL("../../proto/types", import.meta.url).pathname;

Deno.test("proto/types/ is what the contracts generate", async () => {
  const folder = await Deno.makeTempDir({ prefix: "denizen-types-" });
  try {
    await generateTypes(folder);

    const generated = await readFiles(folder);
    const committed = await readFiles(TYPES);
    // Names first: the texts of all files would be a long answer.
    assertEquals([...committed.keys()], [...generated.keys()]);
    for (const [name, text] of generated) {
      assertEquals(committed.get(name), text, `${name}: run deno task types`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Reads a folder and the folders in it: texts by path, sorted. */
async function readFiles(folder: string): Promise<Map<string, string>> {
  const files: [string, string][] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      for (const [inner, text] of await readFiles(path)) {
        files.push([`${name}/${inner}`, text]);
      }
    } else {
      files.push([name, await Deno.readTextFile(path)]);
    }
  }
  return new Map(files.toSorted(([a], [b]) => a < b ? -1 : 1));
}
