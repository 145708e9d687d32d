import { assertEquals, assertRejects } from "@std/assert";
import { replaceFile } from "../../../runtime/files/replace_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("replaceFile() leaves the new text under the name, and nothing beside it", async () => {
  for (const durable of [false, true]) {
    await using folder = await tempFolder();
    const path = folder.file("figures.json");
    await Deno.writeTextFile(path, "a longer text that was there before");

    await replaceFile(path, "new", { durable, mode: 0o640 });

    assertEquals(await folder.names(), ["figures.json"]);
    assertEquals(await Deno.readTextFile(path), "new");
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
  }
});

Deno.test("replaceFile() leaves what was there, and nothing half written, where it fails", async () => {
  for (const durable of [false, true]) {
    await using folder = await tempFolder();
    // No file takes the place of a folder that is not empty.
    await Deno.mkdir(folder.file("taken/inside"), { recursive: true });
    const partial = folder.file("unfinished");

    await assertRejects(() =>
      replaceFile(folder.file("taken"), "new", { durable, partial })
    );

    assertEquals(await folder.names(), ["taken"]);
    await Deno.stat(folder.file("taken/inside"));
  }
});

Deno.test("replaceFile() shows no reader a part of a text", async () => {
  await using folder = await tempFolder();
  const path = folder.file("state.json");
  const texts = ["a", "b"].map((letter) => letter.repeat(2 ** 20));
  await replaceFile(path, texts[0]!);
  let isOver = false;
  const writing = (async () => {
    for (let round = 1; round <= 20; round++) {
      await replaceFile(path, texts[round % 2]!);
    }
    isOver = true;
  })();

  while (!isOver) {
    const read = await Deno.readTextFile(path);
    assertEquals(texts.indexOf(read) >= 0, true, `${read.length} letters`);
  }
  await writing;
});
