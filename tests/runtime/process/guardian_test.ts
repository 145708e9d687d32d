import { assert, assertEquals, assertThrows } from "@std/assert";
import { inheritedEnvironment } from "../../../runtime/process/environment.ts";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { eachLine } from "../../../runtime/process/output_lines.ts";
import {
  listProcesses,
  readStat,
} from "../../../runtime/process/process_group.ts";
import { startProcess } from "../../../runtime/process/start_process.ts";
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
  const link = file("link");
  await Deno.symlink(file("nowhere"), link);
  return [`${folder}/inside`, `${folder}/late`, folder, single, link];
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
    assertEquals((await folder.names()).length, 6);
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

Deno.test("the guardian ends what was started in the moment in which its starter was killed", async () => {
  await using folder = await tempFolder();
  const starters = await Promise.all(
    Array.from(
      { length: 4 },
      () =>
        spawnFixture("dies_between_start_and_watch.ts", {
          args: [folder.path],
        }),
    ),
  );

  for (const starter of starters) {
    assertEquals((await starter.status).signal, "SIGKILL");
    await gone(Number(starter.firstLine));
  }

  // What waits for the guardian's word ends by itself where the guardian is gone.
  await eventually(
    "nothing runs there",
    async () => (await processesIn(folder.path)).length === 0,
  );
});

/** Lists the processes that run in a folder. */
async function processesIn(folder: string): Promise<number[]> {
  const pids: number[] = [];
  for (const { pid } of await listProcesses() ?? []) {
    const cwd = await Deno.readLink(`/proc/${pid}/cwd`).catch(() => "");
    if (cwd === folder) pids.push(pid);
  }
  return pids;
}

Deno.test("the guardian's list stays as long as there are groups at once", async () => {
  await using guardian = startGuardian();
  const list = `/proc/${guardian.pid}/fd/3`;
  await eventually(
    "the shell has its list",
    async () => (await Deno.readLink(list).catch(() => "")).includes("list"),
  );

  // Far above any pid: these groups are not there.
  for (let group = 1e8; group < 1e8 + 5_000; group++) {
    guardian.watch(group);
    guardian.watch(group + 5_000);
    guardian.forget(group);
    guardian.forget(group + 5_000);
  }

  assertEquals((await Deno.stat(list)).size, 2 * "+ 0123456789\n".length);
});

Deno.test("startProcess() gives a program the environment and the arguments that it is to have", async () => {
  await using guardian = startGuardian();
  const run = async (env: Record<string, string>, ...args: string[]) => {
    const { stdout, exit, pid } = startProcess({
      program: "sh",
      args: ["-c", 'printf "%s|" "$@"; echo; /usr/bin/env -0', "sh", ...args],
      env: { ...inheritedEnvironment(), ...env },
    }, guardian);
    const lines = await Array.fromAsync(eachLine(stdout!));
    await exit;
    guardian.forget(pid);
    return lines;
  };

  const [args, ...variables] = await run(
    { PWD: "/elsewhere", d: "1", EMPTY: "" },
    ...["", "a b", "$HOME", "-c"],
  );
  const [, ...others] = await run({ "a.b": "1" });

  assertEquals(args, "|a b|$HOME|-c|");
  const set = variables.join("\n").split("\0");
  for (const variable of ["d=1", "EMPTY="]) assert(set.includes(variable));
  assert(others.join("\n").split("\0").length > 0);
});

Deno.test("startProcess() refuses a program that is not there, or cannot be executed", async () => {
  await using guardian = startGuardian();
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("no-program"), "", { mode: 0o600 });
  const start = (program: string) => () =>
    startProcess({ program, args: [], cwd: folder.path }, guardian);

  assertThrows(start("no-such-program"), Deno.errors.NotFound);
  assertThrows(start("./no-such-program"), Deno.errors.NotFound);
  assertThrows(start("./no-program"), Deno.errors.PermissionDenied);
});
