import { assertEquals } from "@std/assert";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { readStat } from "../../../runtime/process/process_group.ts";
import { eventually } from "../../support/eventually.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

/**
 * Makes a folder with a file in it, and a file, whose names are awkward; those
 * in a folder come before it, also the one that is put there later.
 */
async function makeLeftovers({ file }: TempFolder): Promise<string[]> {
  const folder = file("-r  $HOME 'ü\" *");
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/inside`, "");
  const single = file("a\\nb");
  await Deno.writeTextFile(single, "");
  return [`${folder}/inside`, `${folder}/late`, folder, single];
}

/** Waits until the guardian has done its work; nobody may have reaped it. */
async function gone(pid: number): Promise<void> {
  await eventually(`process ${pid} is gone`, async () => {
    const stat = await readStat(pid);
    return !stat || stat.state === "Z";
  });
}

Deno.test("remove() removes files and folders at a normal end, and nothing else", async () => {
  await using folder = await tempFolder();
  const paths = await makeLeftovers(folder);
  for (const name of ["-r", "a", "kept"]) {
    await Deno.writeTextFile(folder.file(name), "");
  }
  {
    await using guardian = startGuardian();
    for (const path of [...paths, folder.file("missing")]) {
      guardian.remove(path);
    }
    assertEquals((await folder.names()).length, 5);
  }

  assertEquals(await folder.names(), ["-r", "a", "kept"]);
});

Deno.test("remove() leaves a folder alone that holds what it was not told of", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("theirs"));
  await Deno.writeTextFile(folder.file("theirs/notes"), "");
  {
    await using guardian = startGuardian();
    guardian.remove(folder.file("theirs"));
  }

  assertEquals(await folder.names(), ["theirs"]);
  await Deno.stat(folder.file("theirs/notes"));
});

Deno.test("removeLock() removes a lock that is still ours, and none that was taken over", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("our  lock"), `denizen ${Deno.pid}\n`);
  await Deno.writeTextFile(folder.file("taken over"), "denizen 1\n");
  {
    await using guardian = startGuardian();
    for (const name of ["our  lock", "taken over", "gone"]) {
      guardian.removeLock(folder.file(name));
    }
  }

  assertEquals(await folder.names(), ["taken over"]);
});

Deno.test("remove() leaves a path alone that a line of the list cannot hold", async () => {
  await using folder = await tempFolder();
  const paths = ["a\nb", "a ", " ", "a\t", "a"].map(folder.file);
  for (const path of paths) await Deno.writeTextFile(path, "");
  {
    await using guardian = startGuardian();
    for (const path of paths.slice(0, -1)) guardian.remove(path);
  }

  assertEquals((await folder.names()).includes("a"), true);
});

Deno.test("an end without anything to remove removes nothing", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("kept"), "");

  await startGuardian()[Symbol.asyncDispose]();

  assertEquals(await folder.names(), ["kept"]);
});

for (const signal of ["SIGKILL", "SIGTERM", undefined] as const) {
  Deno.test(`remove() removes what the groups leave behind after ${signal ?? "a normal end"}`, async () => {
    await using folder = await tempFolder();
    const paths = await makeLeftovers(folder);
    await using guarded = await spawnFixture("guards_files.ts", {
      args: paths,
      stdin: "piped",
    });

    if (signal) guarded.kill(signal);
    else await guarded.stdin!.close();
    await guarded.status;
    await gone(Number(guarded.firstLine));

    assertEquals(await folder.names(), []);
  });
}

Deno.test("remove() is told to the guardian that takes the place of a killed one", async () => {
  await using folder = await tempFolder();
  const paths = await makeLeftovers(folder);
  {
    await using guardian = startGuardian();
    for (const path of paths) guardian.remove(path);
    const { pid } = guardian;
    Deno.kill(pid, "SIGKILL");
    await eventually("there is another guardian", () => guardian.pid !== pid);
  }

  assertEquals(await folder.names(), []);
});
