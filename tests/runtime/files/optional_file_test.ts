import { assertEquals } from "@std/assert";
import {
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
