import { assertEquals } from "@std/assert";
import { divertLog } from "../../../runtime/program/log.ts";
import { openStoppedFile } from "../../../supervisor/state_folder/stopped_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("openStoppedFile() finds the names that were kept last", async () => {
  await using folder = await tempFolder();
  {
    await using file = await openStoppedFile(folder.path);
    assertEquals(file.found, []);
    file.keep(["a"]);
    file.keep(["a", "b-2"]);
  }

  await using file = await openStoppedFile(folder.path);

  assertEquals(file.found, ["a", "b-2"]);
});

Deno.test("openStoppedFile() says that its file is damaged, and goes on", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("stopped.json"), '{"a":1}');
  let said = "";
  using _taken = divertLog((line) => said += line);

  await using file = await openStoppedFile(folder.path);

  assertEquals(file.found, []);
  assertEquals(
    said,
    `Cannot use "${
      folder.file("stopped.json")
    }": it is damaged, so it cannot be known what was stopped by hand\n`,
  );
});
