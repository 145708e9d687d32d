import { assert, assertEquals } from "@std/assert";
import {
  openFilesOf,
  readProcessFile,
} from "../../../runtime/process/process_files.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("readProcessFile() and openFilesOf() read what a process is and has open", async () => {
  await using folder = await tempFolder();
  const path = folder.file("open");
  using _file = await Deno.create(path);

  const words = await readProcessFile("self", "cmdline");
  const files = await openFilesOf(Deno.pid);

  assertEquals(words?.split("\0")[0]?.endsWith("deno"), true);
  assert(files.includes(path), files.join("\n"));
});

Deno.test("readProcessFile() and openFilesOf() give nothing for a process that is gone", async () => {
  await using child = spawn("true", []);
  await child.status;

  assertEquals(await readProcessFile(child.pid, "comm"), undefined);
  assertEquals(await openFilesOf(child.pid), []);
});
