import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  ifThere,
  ifThereNow,
  isThere,
  isThereNow,
  removeFolderIfEmpty,
  removeIfThere,
} from "../../../runtime/files/optional_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("removeIfThere() removes a file or a link, and never a folder", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("file"), "");
  await Deno.mkdir(folder.file("full"));
  await Deno.writeTextFile(folder.file("full/inside"), "");
  await Deno.mkdir(folder.file("empty"));
  await Deno.symlink(folder.file("full"), folder.file("link"));

  for (const name of ["file", "full", "empty", "link", "missing"]) {
    await removeIfThere(folder.file(name));
  }

  assertEquals(await folder.names(), ["empty", "full"]);
  await Deno.stat(folder.file("full/inside"));
});

Deno.test("removeFolderIfEmpty() leaves a folder with something in it", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("full"));
  await Deno.writeTextFile(folder.file("full/inside"), "");
  await Deno.mkdir(folder.file("empty"));

  for (const name of ["full", "empty", "missing"]) {
    await removeFolderIfEmpty(folder.file(name));
  }

  assertEquals(await folder.names(), ["full"]);
});

Deno.test("ifThere() gives nothing for what is not there, and fails for another reason", async () => {
  await using folder = await tempFolder();
  const read = (name: string) => ifThere(Deno.readTextFile(folder.file(name)));
  const readNow = (name: string) =>
    ifThereNow(() => Deno.readTextFileSync(folder.file(name)));
  await Deno.writeTextFile(folder.file("file"), "text");
  await Deno.mkdir(folder.file("folder"));

  assertEquals([await read("file"), readNow("file")], ["text", "text"]);
  assertEquals([await read("missing"), readNow("missing")], [
    undefined,
    undefined,
  ]);
  await assertRejects(() => read("folder"), Deno.errors.IsADirectory);
  assertThrows(() => readNow("folder"), Deno.errors.IsADirectory);
});

Deno.test("isThere() says what its caller does where nobody can tell, or throws", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("file"), "");
  const below = folder.file("file/below");

  for (const unknown of [undefined, true, false]) {
    const options = unknown === undefined ? {} : { unknown };
    for (const [name, expected] of [["file", true], ["none", false]] as const) {
      const path = folder.file(name);
      assertEquals(await isThere(path, options), expected);
      assertEquals(isThereNow(path, options), expected);
    }
    if (unknown === undefined) continue;
    assertEquals(await isThere(below, options), unknown);
    assertEquals(isThereNow(below, options), unknown);
  }
  await assertRejects(() => isThere(below), Deno.errors.NotADirectory);
  assertThrows(() => isThereNow(below), Deno.errors.NotADirectory);
});
