import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import { digestOf } from "../../../tasks/package/npm/digest.mjs";
import { keepCopy } from "../../../tasks/package/npm/kept_copy.mjs";
import { StartError } from "../../../tasks/package/npm/start_error.mjs";
import { storedName } from "../../../tasks/package/npm/stored_name.mjs";
import { tempFolder } from "../../support/temp_folder.ts";

/** Makes a package of files, and a place for copies. */
async function packageOf(files: Record<string, string>) {
  const folder = await tempFolder();
  const source = folder.file("program");
  const contents = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: new TextEncoder().encode(text),
  }));
  for (const { path, bytes } of contents) {
    const target = join(source, storedName(path));
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeFile(target, bytes);
  }
  const program = {
    version: "1.0.0",
    digest: digestOf(contents),
    files: Object.keys(files),
  };
  return {
    source,
    program,
    root: folder.file("the cache"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const FILES = { "main.ts": "main", "tasks/init/.gitignore": ".denizen/" };

Deno.test("keepCopy() makes a copy once, with the names that files have", async () => {
  await using made = await packageOf(FILES);
  const { source, program, root } = made;

  const folder = keepCopy(source, program, root);
  await Deno.remove(source, { recursive: true });

  assertEquals(folder, join(root, "1.0.0"));
  assertEquals(keepCopy(source, program, root), folder);
  for (const [path, text] of Object.entries(FILES)) {
    assertEquals(await Deno.readTextFile(join(folder, path)), text);
  }
});

Deno.test("keepCopy() puts another build of the same version beside the first", async () => {
  await using first = await packageOf(FILES);
  await using second = await packageOf({ ...FILES, "main.ts": "other" });
  const { root } = first;
  keepCopy(first.source, first.program, root);

  for (let start = 0; start < 2; start++) {
    const folder = keepCopy(second.source, second.program, root);
    assertEquals(
      folder,
      join(root, `1.0.0-${second.program.digest.slice(0, 8)}`),
    );
    assertEquals(await Deno.readTextFile(join(folder, "main.ts")), "other");
  }
  assertEquals(
    keepCopy(first.source, first.program, root),
    join(root, "1.0.0"),
  );
});

Deno.test("keepCopy() takes nothing that is half for whole", async () => {
  await using made = await packageOf(FILES);
  const { source, program, root } = made;
  const half = join(root, "1.0.0");
  await Deno.mkdir(half, { recursive: true });
  await Deno.writeTextFile(join(half, "main.ts"), "ma");

  const folder = keepCopy(source, program, root);

  assertMatch(folder, /1\.0\.0-[0-9a-f]{8}$/);
  await Deno.remove(join(folder, "digest"));
  assertThrows(
    () => keepCopy(source, program, root),
    StartError,
    `"${folder}" is no whole copy of it; remove that folder and try again`,
  );
});

Deno.test("keepCopy() leaves nothing of a package that is damaged or cannot be kept", async () => {
  await using made = await packageOf(FILES);
  const { source, program, root } = made;
  const damaged = { ...program, digest: "0".repeat(64) };

  assertThrows(
    () => keepCopy(source, damaged, root),
    StartError,
    "its package is damaged; install it again",
  );
  assertEquals(await Array.fromAsync(Deno.readDir(root)), []);
  const file = join(source, "main.ts");
  assertThrows(
    () => keepCopy(source, program, join(file, "cache")),
    StartError,
    `Cannot keep Denizen in "${join(file, "cache", "1.0.0")}": ENOTDIR`,
  );
});

Deno.test("keepCopy() removes what a killed start has left, and not what one is making", async () => {
  await using made = await packageOf(FILES);
  const { source, program, root } = made;
  for (const [name, at] of [["old", 0], ["new", Date.now() / 1000]] as const) {
    await Deno.mkdir(join(root, `.partial-${name}`), { recursive: true });
    await Deno.utime(join(root, `.partial-${name}`), at, at);
  }

  keepCopy(source, program, root);

  const left = (await Array.fromAsync(Deno.readDir(root)))
    .map(({ name }) => name);
  assertEquals(left.toSorted(), [".partial-new", "1.0.0"]);
});

Deno.test("digestOf() tells apart what differs in a path or in where a file ends", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const digests = [
    [{ path: "a", bytes: bytes("bc") }],
    [{ path: "ab", bytes: bytes("c") }],
    [{ path: "a", bytes: bytes("b") }, { path: "c", bytes: bytes("") }],
    [{ path: "a", bytes: bytes("") }, { path: "b", bytes: bytes("c") }],
  ].map(digestOf);

  assertEquals(new Set(digests).size, digests.length);
});
