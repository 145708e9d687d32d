import { assertEquals, assertMatch } from "@std/assert";
import {
  judgeFolder,
  makeOwnFolder,
} from "../../../runtime/files/own_folder.ts";
import { writePrivateFile } from "../../../runtime/files/private_file.ts";
import {
  giveToSecondUser,
  SECOND_USER,
  testWithSecondUser,
} from "../../support/second_user.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("judgeFolder() believes a folder that nobody else may enter, and no link", async () => {
  await using folder = await tempFolder();
  const made = folder.file("made");
  const wide = folder.file("wide");
  const open = folder.file("open");
  const link = folder.file("link");
  const file = folder.file("file");
  await Deno.mkdir(wide);
  await Deno.chmod(wide, 0o755);
  await Deno.mkdir(open);
  await Deno.chmod(open, 0o770);
  await Deno.symlink(made, link);
  await Deno.writeTextFile(file, "");

  assertEquals(await judgeFolder(made), { status: "missing" });
  assertEquals(await makeOwnFolder(made), { status: "ours" });
  assertEquals((await Deno.stat(made)).mode! & 0o777, 0o700);
  assertEquals(await makeOwnFolder(made), { status: "ours" });
  assertEquals(await judgeFolder(wide), {
    status: "open",
    reason: "others may look into it (mode 755)",
  });
  assertEquals(await judgeFolder(wide, { others: "read" }), { status: "ours" });
  assertEquals(await judgeFolder(open, { others: "read" }), {
    status: "open",
    reason: "others may write in it (mode 770)",
  });
  assertEquals(await makeOwnFolder(link), {
    status: "foreign",
    reason: "it is a link",
  });
  assertEquals(await judgeFolder(link, { byLink: true }), { status: "ours" });
  await Deno.remove(made);
  assertEquals(await judgeFolder(link, { byLink: true }), {
    status: "foreign",
    reason: "it is a link that leads to nothing",
  });
  assertEquals(await judgeFolder(file), {
    status: "foreign",
    reason: "it is not a folder",
  });
});

testWithSecondUser(
  "judgeFolder() believes neither a folder of another user, nor a link that is theirs",
  async () => {
    await using folder = await tempFolder();
    const theirs = folder.file("theirs");
    const link = folder.file("link");
    const reason = `it belongs to user ${SECOND_USER}, and this is root`;
    await Deno.mkdir(theirs, { mode: 0o700 });
    await Deno.symlink(folder.path, link);
    await giveToSecondUser(theirs);
    await giveToSecondUser(link);

    assertEquals(await makeOwnFolder(theirs), { status: "foreign", reason });
    assertEquals(await judgeFolder(link, { byLink: true }), {
      status: "foreign",
      reason,
    });
    assertEquals(
      await judgeFolder(theirs, { owners: [SECOND_USER] }),
      { status: "ours" },
    );
  },
);

Deno.test("writePrivateFile() gives no rights to others, whatever stood there before", async () => {
  await using folder = await tempFolder();
  const path = folder.file("secret");
  for (const before of [path, `${path}.${Deno.pid}.partial`]) {
    await Deno.writeTextFile(before, "old");
    await Deno.chmod(before, 0o666);
  }

  await writePrivateFile(path, "new");

  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertMatch(await Deno.readTextFile(path), /^new$/);
  assertEquals(await folder.names(), ["secret"]);
});
