/** Results and rejects that go to standard output, a device or through a link. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { testsAtOnce } from "../../support/at_once.ts";
import {
  type Command,
  ended,
  runFolder,
  runToEnd,
  startRun,
} from "../../support/runs.ts";

const test = testsAtOnce("where results and rejects go");

const EVENT =
  '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n';

/** A run over one event and one reject, as a user in `cwd` starts it. */
const OUTPUTS: [command: Command, output: string][] = [
  ["monolith", "-"],
  ["pipeline", "/dev/stdout"],
];

for (const [command, output] of OUTPUTS) {
  test(`${command} --output=${output} writes results to standard output, and all else to standard error`, async () => {
    await using folder = await runFolder();
    await Deno.writeTextFile(folder.file("in"), `${EVENT}?\n`);
    await using run = startRun(command, folder, [
      "--input=in",
      `--output=${output}`,
      "--rejects=/dev/null",
    ], { cwd: folder.path });

    const { code, stdout, stderr } = await ended(run);

    assertEquals(code, 0, stderr);
    const lines = stdout.split("\n").filter(Boolean);
    assertEquals(lines.map((line) => JSON.parse(line).sum), [17]);
    assertMatch(stderr, /2 events: 1 counted, 0 filtered, 1 rejected/);
    assertMatch(stderr, /results: standard output/);
    assertMatch(stderr, /rejects: \/dev\/null \(1; the first is line 2: /);
    assertEquals(await folder.names(), ["in"]);
  });
}

test("a run that fails hands its rejects over", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), "?\n");

  const { code, stdout } = await runToEnd("monolith", folder, [
    `--input=${folder.file("in")}`,
    "--rejects=-",
    "--max-rejects=0",
  ]);

  assertEquals(code, 1);
  assertEquals(JSON.parse(stdout).reason, "not valid JSON");
  assertEquals(await folder.names(), ["in"]);
});

test("an output that cannot be written fails the run in one line", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), EVENT);

  const { code, stderr } = await runToEnd("monolith", folder, [
    `--input=${folder.file("in")}`,
    "--output=/dev/full",
  ]);

  assertEquals({ code, stderr }, {
    code: 1,
    stderr: 'Cannot write "/dev/full": no space left on device',
  });
});

test("a link that leads to where no file is yet is followed, and stays", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), EVENT);
  await Deno.mkdir(folder.file("there"));
  await Deno.symlink("there/results", folder.output);

  const { code, stderr } = await runToEnd("monolith", folder, [
    `--input=${folder.file("in")}`,
  ]);

  assertEquals(code, 0, stderr);
  assert((await Deno.lstat(folder.output)).isSymlink);
  assertMatch(
    await Deno.readTextFile(folder.file("there/results")),
    /"key":"click"/,
  );
});

test("pipeline keeps no run whose results are no file", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), EVENT);

  const { code, stderr } = await runToEnd("pipeline", folder, [
    `--input=${folder.file("in")}`,
    `--state=${folder.file("state")}`,
    "--output=-",
  ]);

  assertEquals({ code, stderr }, {
    code: 2,
    stderr: "Cannot use --state with --output=-: it is no file; name one",
  });
  assertEquals(await folder.names(), ["in"]);
});
