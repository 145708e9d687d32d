import { assertEquals } from "@std/assert";
import { createJsonSaver } from "../../../supervisor/state_folder/json_saver.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("createJsonSaver() writes what there is by then, however often it has changed", async () => {
  await using folder = await tempFolder();
  const path = folder.file("kept.json");
  let content = 0;
  const saver = createJsonSaver(path, () => content);

  for (content = 1; content < 5; content++) saver.changed();
  await saver.saved();

  assertEquals(await Deno.readTextFile(path), "5");
});

Deno.test("createJsonSaver() tells a failure once, and writes once that is possible", async () => {
  await using folder = await tempFolder();
  const path = folder.file("kept.json");
  await Deno.mkdir(path);
  const failures: string[] = [];
  const saver = createJsonSaver(path, () => "a", (why) => failures.push(why));
  const save = () => {
    saver.changed();
    return saver.saved();
  };

  await save();
  await save();
  assertEquals(failures.length, 1);
  await Deno.remove(path);
  await save();

  assertEquals(await Deno.readTextFile(path), '"a"');
});

Deno.test("createJsonSaver() leaves a folder that is gone to whoever keeps it", async () => {
  await using folder = await tempFolder();
  const failures: string[] = [];
  const saver = createJsonSaver(
    folder.file("gone/kept.json"),
    () => "a",
    (why) => failures.push(why),
  );

  saver.changed();
  await saver.saved();

  assertEquals(failures, []);
});
