import { assertEquals } from "@std/assert";
import { nearestFile } from "../../../runtime/files/nearest_file.ts";
import { SECOND_USER, testWithSecondUser } from "../../support/second_user.ts";
import { tempFolder } from "../../support/temp_folder.ts";

for (
  const { from, upTo = "", expected } of [
    { from: "top", upTo: "top", expected: "top/name" },
    { from: "top/in", upTo: "top", expected: "top/name" },
    { from: "top/in/side", upTo: "top", expected: "top/name" },
    // What is above may be anybody's.
    { from: "top/in/side", upTo: "top/in", expected: "top/in/side/name" },
    { from: "other", upTo: "top", expected: "other/name" },
    { from: "topmost", upTo: "top", expected: "topmost/name" },
    // Nobody can tell, so whoever reads it says why not.
    { from: "top/file", upTo: "top", expected: "top/file/name" },
  ]
) {
  Deno.test(`nearestFile() finds ${expected} from ${from} up to ${upTo}`, async () => {
    await using folder = await tempFolder();
    await Deno.mkdir(folder.file("top/in/side"), { recursive: true });
    await Deno.writeTextFile(folder.file("top/name"), "");
    await Deno.writeTextFile(folder.file("top/file"), "");

    const found = nearestFile("name", {
      from: folder.file(from),
      upTo: folder.file(upTo),
    });

    assertEquals(found, folder.file(expected));
  });
}

testWithSecondUser(
  "nearestFile() passes over a stranger's file above, where only the user's will do",
  async () => {
    await using folder = await tempFolder();
    await Deno.mkdir(folder.file("in"));
    for (const name of ["name", "in/name"]) {
      await Deno.writeTextFile(folder.file(name), "");
      await Deno.chown(folder.file(name), SECOND_USER, SECOND_USER);
    }
    await Deno.mkdir(folder.file("in/side"));
    const find = (from: string, owner: "anybody" | "user") =>
      nearestFile("name", {
        from: folder.file(from),
        upTo: folder.path,
        owner,
      });

    assertEquals(find("in/side", "anybody"), folder.file("in/name"));
    assertEquals(find("in/side", "user"), folder.file("in/side/name"));
    assertEquals(find("in", "user"), folder.file("in/name"));
  },
);

Deno.test("nearestFile() finds a file up to the top of all folders", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("in"));
  await Deno.writeTextFile(folder.file("name"), "");

  const found = nearestFile("name", { from: folder.file("in"), upTo: "/" });

  assertEquals(found, folder.file("name"));
});
