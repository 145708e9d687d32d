/**
 * A run touches its own files and no others, whatever they are called, and no
 * two runs write the same.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { writeEvents } from "../../../tasks/generate.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import {
  type Command,
  ended,
  opened,
  type RunFolder,
  runFolder,
  runToEnd,
  startRun,
} from "../../support/runs.ts";
import { smallDisk } from "../../support/small_disk.ts";
import { spawn, spawnScript } from "../../support/spawned.ts";

const test = testsAtOnce("the files of a run");

const COMMANDS: Command[] = ["pipeline", "monolith"];

const EVENT =
  '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n';

/** A file of the user's at each name that an unfinished file once had. */
async function putNotes({ file }: RunFolder): Promise<string[]> {
  const notes = ["results.ndjson.partial", "rejects.ndjson.partial"]
    .map((name) => file(`${name}/notes`));
  for (const path of notes) {
    await Deno.mkdir(path.slice(0, -"/notes".length));
    await Deno.writeTextFile(path, "mine");
  }
  return notes;
}

for (const command of COMMANDS) {
  test(`a ${command} leaves folders alone that are called as a file of its own`, async () => {
    await using folder = await runFolder();
    const notes = await putNotes(folder);
    await Deno.writeTextFile(folder.file("in"), `${EVENT}?\n`);
    const fails = command === "pipeline";

    const { code, stderr } = await runToEnd(command, folder, [
      `--input=${folder.file("in")}`,
      ...(fails ? ["--max-rejects=0"] : []),
    ]);

    assertEquals(code, fails ? 1 : 0, stderr);
    for (const path of notes) {
      assertEquals(await Deno.readTextFile(path), "mine");
    }
  });
}

test("a run refuses an output or rejects that another run writes, and leaves those alone", async () => {
  await using folder = await runFolder();
  await using first = startRun("monolith", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(first);

  // The same rejects, by whatever output.
  const other = folder.file("other.ndjson");
  for (
    const [command, flag, path] of [
      ["pipeline", "output", folder.output],
      ["monolith", "rejects", folder.rejects],
    ] as const
  ) {
    const { code, stdout, stderr } = await runToEnd(command, folder, [
      "--input=/dev/null",
      ...(flag === "rejects" ? [`--output=${other}`] : []),
    ]);
    assertEquals({ code, stdout, stderr }, {
      code: 1,
      stdout: "",
      stderr:
        `Cannot write "${path}": another run, process ${first.pid}, is using it; wait for its end, or give another --${flag}`,
    });
  }

  const writer = first.stdin!.getWriter();
  await writer.write(new TextEncoder().encode(EVENT));
  await writer.close();
  const { code, stderr } = await ended(first);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(await folder.names(), ["rejects.ndjson", "results.ndjson"]);
});

test("two runs do not make the same input anew", async () => {
  await using folder = await runFolder();
  await using others = await runFolder();
  await using first = startRun("monolith", folder, ["--count=20000000"]);
  await eventually(
    "it has begun",
    async () =>
      (await names(folder.path)).includes(".results.ndjson.lock") &&
      (await names(folder.path)).includes(".rejects.ndjson.lock"),
  );

  const { code, stderr } = await runToEnd("monolith", others, ["--count=1"]);

  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /^Cannot write ".*events\.ndjson": another run, process \d+, is using it; wait for its end, or give another --input$/,
  );
  assertEquals(await others.names(), []);
  first.kill("SIGINT");
  assertEquals((await ended(first)).code, 130);
});

test("generate refuses a file that a run writes, also by a link to it, and leaves it alone", async () => {
  await using folder = await runFolder();
  await using first = startRun("monolith", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(first);
  await Deno.symlink(folder.output, folder.file("link"));

  for (const output of [folder.output, folder.file("link")]) {
    await using generate = spawnScript("main.ts", {
      args: ["generate", "--count=1", `--output=${output}`],
    });
    assertEquals([(await generate.status).code, await generate.stderr.rest()], [
      1,
      `Cannot write "${folder.output}": another run, process ${first.pid}, is using it; wait for its end, or give another --output`,
    ]);
  }

  const writer = first.stdin!.getWriter();
  await writer.write(new TextEncoder().encode(EVENT));
  await writer.close();
  assertEquals((await ended(first)).code, 0);
  assertEquals(
    (await Deno.readTextFile(folder.output)).includes("user"),
    false,
  );
});

test("a run refuses a file that generate writes, and generate leaves no lock", async () => {
  await using folder = await runFolder();
  await using generate = spawnScript("main.ts", {
    args: ["generate", "--count=20000000", `--output=${folder.output}`],
  });
  await eventually(
    "it has begun",
    async () =>
      (await folder.names()).some((name) => name.endsWith(".partial")),
  );

  const { code, stderr } = await runToEnd("monolith", folder, [
    "--input=/dev/null",
  ]);
  generate.kill("SIGINT");

  assertEquals([code, stderr], [
    1,
    `Cannot write "${folder.output}": another run, process ${generate.pid}, is using it; wait for its end, or give another --output`,
  ]);
  assertEquals((await generate.status).code, 130);
  assertEquals(await folder.names(), []);
});

for (const signal of ["SIGKILL", "SIGHUP"] as const) {
  test(`${signal} of a monolith leaves no unfinished file`, async () => {
    await using folder = await runFolder();
    await using run = startRun("monolith", folder, ["--input=-"], {
      stdin: "piped",
    });
    await opened(run);

    run.kill(signal);
    await run.status;

    await eventually(
      "its files are removed",
      async () => (await folder.names()).length === 0,
    );
  });
}

test("a run with --state leaves nothing of it", async () => {
  await using folder = await runFolder();
  await writeEvents({ count: 3 }, folder.file("in.ndjson"));
  const args = [
    `--input=${folder.file("in.ndjson")}`,
    `--state=${folder.file("state")}`,
  ];

  const { code, stderr } = await runToEnd("pipeline", folder, args);

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(await folder.names(), [
    "in.ndjson",
    "rejects.ndjson",
    "results.ndjson",
  ]);
});

async function names(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(path));
  return entries.map(({ name }) => name).sort();
}

for (const command of COMMANDS) {
  test(`a ${command} says in one line that TMPDIR is full, and leaves nothing`, async () => {
    await using folder = await runFolder();
    await using disk = await smallDisk(folder.file("disk"));
    if (!disk) return;
    // As much as there is room for.
    await Deno.writeFile(`${disk.path}/full`, new Uint8Array(2 ** 17))
      .catch(() => {});
    const main = new URL("../../../main.ts", import.meta.url).pathname;
    await using run = spawn(Deno.execPath(), [
      ...["run", "-A", "--cached-only", main, command],
      "--input=/dev/null",
      `--output=${folder.output}`,
      `--rejects=${folder.rejects}`,
    ], { env: { TMPDIR: disk.path } });

    const { code, stdout, stderr } = await ended(run);

    assertEquals({ code, stdout, stderr }, {
      code: 1,
      stdout: "",
      stderr:
        `Cannot write down in "${disk.path}" what is to be ended with us: no space left on device; make room there, or name another folder by TMPDIR`,
    });
    assertEquals(await folder.names(), ["disk"]);
    assertEquals(await names(disk.path), ["full"]);
  });
}

test("pipeline says in one line that it may open too few files, and leaves nothing", async () => {
  await using folder = await runFolder();
  await Deno.mkdir(folder.file("tmp"));
  const main = new URL("../../../main.ts", import.meta.url).pathname;
  await using run = spawn("/bin/sh", [
    "-c",
    `ulimit -n 40; exec "$0" run -A --cached-only "$@"`,
    ...[Deno.execPath(), main, "pipeline", "--input=/dev/null"],
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
  ], { env: { TMPDIR: folder.file("tmp") } });

  const { code, stderr } = await ended(run);

  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /^Cannot .*: too many open files; allow more open files, as by `ulimit -n 4096`$/,
  );
  assertEquals(await folder.names(), ["tmp"]);
  assertEquals(await names(folder.file("tmp")), []);
});

test("results and rejects may have names of 250 letters", async () => {
  await using folder = await runFolder();
  const [output, rejects] = ["o", "r"].map((letter) => letter.repeat(250));
  await Deno.writeTextFile(folder.file("in"), `${EVENT}?\n`);

  const { code, stderr } = await runToEnd("monolith", folder, [
    `--input=${folder.file("in")}`,
    `--output=${folder.file(output!)}`,
    `--rejects=${folder.file(rejects!)}`,
  ]);

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(await folder.names(), ["in", output!, rejects!]);
});
