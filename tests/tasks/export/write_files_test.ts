import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../runtime/program/errors.ts";
import { MANIFEST, writeFiles } from "../../../tasks/export/write_files.ts";
import { NOT_FORCED } from "../../support/exported.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("writeFiles() writes into folders of its own, with the rights that are asked for", async () => {
  await using folder = await tempFolder();

  await writeFiles(folder.path, [
    { path: "a/b.txt", content: "one\n" },
    { path: "secret", content: "two\n", mode: 0o600 },
  ], NOT_FORCED);

  assertEquals(await Deno.readTextFile(folder.file("a/b.txt")), "one\n");
  const { mode } = await Deno.stat(folder.file("secret"));
  assertEquals((mode ?? 0) & 0o777, 0o600);
});

Deno.test("writeFiles() replaces its own files, and removes those it has no more", async () => {
  await using folder = await tempFolder();
  await writeFiles(folder.path, [
    { path: "a/b.txt", content: "one\n" },
    { path: "c.txt", content: "two\n" },
  ], NOT_FORCED);

  const done = await writeFiles(folder.path, [
    { path: "c.txt", content: "three\n" },
  ], NOT_FORCED);

  assertEquals(done, {
    written: ["c.txt"],
    removed: ["a/b.txt"],
    damaged: undefined,
  });
  assertEquals(await folder.names(), [MANIFEST, "c.txt"]);
  assertEquals(await Deno.readTextFile(folder.file("c.txt")), "three\n");
});

Deno.test("writeFiles() leaves what somebody has changed or put there, unless forced", async () => {
  await using folder = await tempFolder();
  const files = (text: string) => [
    { path: "mine.txt", content: text },
    { path: "yours.txt", content: text },
  ];
  await Deno.writeTextFile(folder.file("yours.txt"), "yours\n");
  const first = await assertRejects(
    () => writeFiles(folder.path, files("one\n"), NOT_FORCED),
    Failure,
  );
  const namesThen = await folder.names();
  await writeFiles(folder.path, files("one\n"), {
    ...NOT_FORCED,
    force: true,
  });
  await Deno.writeTextFile(folder.file("mine.txt"), "changed\n");
  const second = await assertRejects(
    () => writeFiles(folder.path, files("two\n"), NOT_FORCED),
    Failure,
  );

  assertEquals(first.message.includes("\n  yours.txt\n"), true);
  assertEquals(namesThen, ["yours.txt"]);
  assertEquals(second.message.includes("\n  mine.txt\n"), true);
  assertEquals(await Deno.readTextFile(folder.file("mine.txt")), "changed\n");
});

Deno.test("writeFiles() keeps a file that it has no more and that somebody has changed", async () => {
  await using folder = await tempFolder();
  await writeFiles(folder.path, [{ path: "a", content: "one\n" }], NOT_FORCED);
  await Deno.writeTextFile(folder.file("a"), "changed\n");

  const done = await writeFiles(folder.path, [], NOT_FORCED);

  assertEquals(done.removed, []);
  assertEquals(await Deno.readTextFile(folder.file("a")), "changed\n");
});

Deno.test("writeFiles() takes the place of the export of something else when forced, only", async () => {
  await using folder = await tempFolder();
  const source = (target: string, name: string) => ({
    target,
    config: folder.file(name),
  });
  const write = (target: string, name: string, force = false) =>
    writeFiles(folder.path, [{ path: `${target}-${name}`, content: "a\n" }], {
      force,
      source: source(target, name),
    });
  await write("compose", "a.yaml");

  const otherConfig = await assertRejects(
    () => write("compose", "b.yaml"),
    Failure,
    `a.yaml" to compose`,
  );
  await assertRejects(() => write("systemd", "a.yaml"), Failure, "it holds");
  const namesThen = await folder.names();
  const forced = await write("systemd", "b.yaml", true);

  assertEquals(otherConfig.message.includes("--force"), true);
  assertEquals(namesThen, [MANIFEST, "compose-a.yaml"]);
  assertEquals(forced.removed, ["compose-a.yaml"]);
});

Deno.test("writeFiles() knows the lists of earlier versions", async () => {
  await using folder = await tempFolder();
  await writeFiles(folder.path, [{ path: "a", content: "one\n" }], NOT_FORCED);
  const { files } = JSON.parse(await Deno.readTextFile(folder.file(MANIFEST)));
  await Deno.writeTextFile(folder.file(MANIFEST), JSON.stringify(files));

  const done = await writeFiles(folder.path, [], NOT_FORCED);

  assertEquals(done.removed, ["a"]);
});

for (const outside of ["../victim.txt", "a/../../victim.txt", "/victim.txt"]) {
  Deno.test(`writeFiles() removes nothing by a list that names "${outside}"`, async () => {
    await using folder = await tempFolder();
    const output = folder.file("out");
    await writeFiles(output, [{ path: "a", content: "one\n" }], NOT_FORCED);
    await Deno.writeTextFile(folder.file("victim.txt"), "one\n");
    const list = JSON.parse(await Deno.readTextFile(`${output}/${MANIFEST}`));
    const path = outside.startsWith("/") ? folder.file("victim.txt") : outside;
    list.files[path] = list.files.a;
    await Deno.writeTextFile(`${output}/${MANIFEST}`, JSON.stringify(list));

    const done = await writeFiles(output, [], NOT_FORCED);

    assertEquals(done.removed, []);
    assertEquals(done.damaged, `${output}/${MANIFEST}`);
    assertEquals(await folder.names(), ["out", "victim.txt"]);
  });
}

Deno.test("writeFiles() says what is wrong with a folder", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("file"), "");

  await assertRejects(
    () =>
      writeFiles(
        folder.file("file"),
        [{ path: "a", content: "" }],
        NOT_FORCED,
      ),
    Error,
    "Cannot export to",
  );
});
