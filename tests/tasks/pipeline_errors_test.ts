/**
 * What a user of the pipeline and the monolith can do wrong, and what can go
 * wrong under a run: one clear line, the right exit code, and nothing left.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { STAGES } from "../../stages/names.ts";
import { monolith } from "../../tasks/monolith.ts";
import { pipeline } from "../../tasks/pipeline.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { endHere } from "../support/command_here.ts";
import {
  argsOf,
  assertNothingLeft,
  type Command,
  ended,
  findStages,
  opened,
  type RunFolder,
  runFolder,
  runToEnd,
  runWell,
  startRun,
} from "../support/runs.ts";
import { smallDisk } from "../support/small_disk.ts";
import { spawn, spawnScript } from "../support/spawned.ts";
import { freePorts } from "../support/free_ports.ts";

const COMMANDS: Command[] = ["pipeline", "monolith"];
const AGGREGATE = STAGES.indexOf("aggregate");
const NO_RECOVERY = ["--input=-", "--max-recoveries=0"];

/** A mistake in the command line, and the one line it is answered with. */
interface Mistake {
  what: string;
  args(folder: RunFolder): string[];
  message(folder: RunFolder): string;
}

const MISTAKES: Mistake[] = [
  {
    what: "an input that does not exist",
    args: ({ file }) => [`--input=${file("missing")}`],
    message: ({ file }) =>
      `Cannot read the input "${file("missing")}": it does not exist`,
  },
  {
    what: "an input that is a folder",
    args: ({ path }) => [`--input=${path}`],
    message: ({ path }) => `Cannot read the input "${path}": it is a folder`,
  },
  {
    what: "an input below a file",
    args: ({ file }) => [`--input=${file("in")}/in`],
    message: ({ file }) =>
      `Cannot read the input "${file("in")}/in": part of the path is a file`,
  },
  {
    what: "an output in a folder that does not exist",
    args: ({ file }) => [`--output=${file("missing/out")}`],
    message: ({ file }) =>
      `Cannot write --output="${file("missing/out")}": folder "${
        file("missing")
      }": it does not exist`,
  },
  {
    what: "an output that is a folder",
    args: ({ path }) => [`--output=${path}`],
    message: ({ path }) => `Cannot write --output="${path}": it is a folder`,
  },
  {
    what: "results and rejects that are both standard output",
    args: () => ["--output=-", "--rejects=/dev/stdout"],
    message: () =>
      "Cannot use --rejects=/dev/stdout with --output=-: both are standard output",
  },
  {
    what: "--output=- with --json",
    args: () => ["--json", "--output=-"],
    message: () =>
      "Cannot use --output=- with --json: both are standard output, and the document has the results",
  },
  {
    what: "rejects in a folder that does not exist",
    args: ({ file }) => [`--rejects=${file("missing/out")}`],
    message: ({ file }) =>
      `Cannot write --rejects="${file("missing/out")}": folder "${
        file("missing")
      }": it does not exist`,
  },
  {
    what: "an output that is the input",
    args: ({ file }) => [`--input=${file("in")}`, `--output=${file("in")}`],
    message: ({ file }) =>
      `Cannot use "${
        file("in")
      }" as the output: it is the input; name another file by --output`,
  },
  {
    what: "an output that is the input by another name",
    args: ({ file }) => [`--input=${file("in")}`, `--output=${file("link")}`],
    message: ({ file }) =>
      `Cannot use "${
        file("in")
      }" as the output: it is the input; name another file by --output`,
  },
  {
    what: "one file for results and rejects",
    args: ({ output }) => [`--rejects=${output}`],
    message: ({ output }) =>
      `Cannot use "${output}" as the rejects: it is the output; name another file by --rejects`,
  },
  {
    what: "a rules file that does not exist",
    args: ({ file }) => [`--rules=${file("missing")}`],
    message: ({ file }) =>
      `Cannot read rules "${file("missing")}": it does not exist`,
  },
  {
    what: "an unknown flag",
    args: () => ["--bacth=10"],
    message: () =>
      'Cannot read "--bacth=10": there is no such flag; did you mean "--batch"?',
  },
  ...["0", "1.5", "many"].map((value): Mistake => ({
    what: `--batch=${value}`,
    args: () => [`--batch=${value}`],
    message: () =>
      `Cannot read --batch="${value}": expected a whole number from 1 to 1000000, or auto`,
  })),
  ...["soon", "10"].map((value): Mistake => ({
    what: `--linger=${value}`,
    args: () => [`--linger=${value}`],
    message: () =>
      `Cannot read --linger="${value}": expected a duration such as 500ms, 1s or 1m30s`,
  })),
  {
    what: "--batch without a value",
    args: () => ["--batch="],
    message: () =>
      "Cannot read --batch: it needs a value, as in --batch=N|auto",
  },
  {
    what: "--count with --input",
    args: ({ file }) => [`--input=${file("in")}`, "--count=5"],
    message: () =>
      "Cannot use --count with --input: it is for generated events",
  },
  {
    what: "an input without a name",
    args: () => [""],
    message: () => 'Cannot read the input "": it has no name; name a file',
  },
  {
    what: "two replays",
    args: ({ file }) => [`--replay=${file("in")}`, `--replay=${file("link")}`],
    message: () =>
      "Cannot replay two files at once: run each by itself, or put them into one by cat",
  },
  {
    what: "an output that would replace a database",
    args: ({ file }) => [`--output=${file("database")}`],
    message: ({ file }) =>
      `Cannot write --output="${
        file("database")
      }": it is a SQLite database, which would be replaced; add rows to it by --output=sqlite:FILE, or name another file`,
  },
  {
    what: "rejects that would replace a database",
    args: ({ file }) => [`--rejects=${file("database")}`],
    message: ({ file }) =>
      `Cannot write --rejects="${
        file("database")
      }": it is a SQLite database, which would be replaced; name another file`,
  },
  {
    what: "a database as a URL",
    args: () => ["--output=sqlite://results.db"],
    message: () =>
      "Cannot write --output=sqlite://results.db: a path follows the colon, as in sqlite:results.db",
  },
  {
    what: "a word that is no file",
    args: ({ file }) => [file("in"), file("missing")],
    message: ({ file }) =>
      `Cannot read the input "${file("missing")}": it does not exist`,
  },
];

const RUN = { pipeline, monolith };

/** A folder with a file, and a link to it. */
async function folderWithInput(): Promise<RunFolder> {
  const folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), "{}\n");
  await Deno.symlink(folder.file("in"), folder.file("link"));
  await Deno.writeTextFile(folder.file("database"), "SQLite format 3\0...");
  return folder;
}

Deno.test("pipeline and monolith refuse a wrong command line in one line", async () => {
  for (const { what, args, message } of MISTAKES) {
    for (const command of COMMANDS) {
      await using folder = await folderWithInput();

      const end = await endHere(() =>
        RUN[command](argsOf(folder, args(folder)))
      );

      assertEquals(
        end,
        { code: 2, stdout: "", stderr: message(folder) },
        `${command}: ${what}`,
      );
      assertEquals(await folder.names(), ["database", "in", "link"]);
    }
  }
});

const test = testsAtOnce("what goes wrong with a run");

for (const command of COMMANDS) {
  test(`${command} ends with 2 after a wrong command line, and leaves nothing`, async () => {
    await using folder = await folderWithInput();
    const { args, message } = MISTAKES[0]!;
    await using run = startRun(command, folder, args(folder));

    assertEquals(await ended(run), {
      code: 2,
      stdout: "",
      stderr: message(folder),
    });

    await assertNothingLeft(run);
    assertEquals(await folder.names(), ["database", "in", "link"]);
  });
}

test("a rules file with mistakes names each of them", async () => {
  await using folder = await runFolder();
  const rules = folder.file("rules.yaml");
  await Deno.writeTextFile(rules, "- { name: one }\n- { drop: true }\n");
  await using run = startRun("pipeline", folder, [`--rules=${rules}`]);

  const { code, stdout, stderr } = await ended(run);

  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  const [head, ...problems] = stderr.split("\n");
  assertEquals(head, `Cannot read rules "${rules}":`);
  assertEquals(problems.length, 2, stderr);
  assert(problems.every((line) => line.startsWith("  ")), stderr);
  await assertNothingLeft(run);
});

test("a rule that can never have an effect is told before the run", async () => {
  await using folder = await runFolder();
  const rules = folder.file("rules.yaml");
  await Deno.writeTextFile(rules, "- { name: a, when: {type: x}, drop: true }");

  const { code, stderr } = await runToEnd("monolith", folder, [
    "--input=/dev/null",
    `--rules=${rules}`,
    "--types=click,view",
  ]);

  assertEquals({ code, stderr }, {
    code: 0,
    stderr:
      `Rules "${rules}": rule 1 (a).when.type names "x", which is not among the types of this run: click, view`,
  });
});

test("main.ts refuses a subcommand that it does not know", async () => {
  await using run = spawnScript("main.ts", { args: ["pipelin"] });

  const { code, stdout, stderr } = await ended(run);

  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  assertMatch(
    stderr,
    /^Cannot run "pipelin": .*did you mean "pipeline"\?.*$/,
  );
});

test("pipeline says who listens on the port of a stage", async () => {
  await using folder = await runFolder();
  const port = freePorts();
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: port + AGGREGATE });
  // The files of whoever it is that runs there.
  await Deno.writeTextFile(`${folder.output}.partial`, "theirs");
  await using run = startRun("pipeline", folder, ["--input=/dev/null"], {
    port,
  });

  assertEquals(await ended(run), {
    code: 1,
    stdout: "",
    stderr: `Cannot start stage "aggregate": Cannot serve on "127.0.0.1:${
      port + AGGREGATE
    }": process ${Deno.pid} (deno) listens there; choose other ports with --port`,
  });

  assertEquals(await findStages(port), {});
  assertEquals(await folder.names(), ["results.ndjson.partial"]);
});

// Amid events: see the workers of pipeline_workers_test.ts.
test("pipeline names a stage that is killed while nothing comes", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, NO_RECOVERY, {
    stdin: "piped",
  });
  await opened(run);
  const { sink } = await findStages(run.port);

  Deno.kill(sink!, "SIGKILL");

  assertEquals(await ended(run), {
    code: 1,
    stdout: "",
    stderr:
      `Cannot finish the run: stage "sink" (pid ${sink}) was ended by SIGKILL, and --max-recoveries=0`,
  });
  await assertNothingLeft(run);
  assertEquals(await folder.names(), []);
});

for (const command of COMMANDS) {
  test(`${command} fails with more rejects than --max-rejects, and keeps them`, async () => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson");
    await Deno.writeTextFile(input, "{}\n".repeat(20));
    await Deno.writeTextFile(folder.output, "of an earlier run");
    await using run = startRun(command, folder, [
      `--input=${input}`,
      "--batch=4",
      "--max-rejects=5",
    ]);

    assertEquals(await ended(run), {
      code: 1,
      stdout: "",
      stderr:
        `Cannot go on: 8 rejects are more than --max-rejects=5; the last is line 8: ts is missing; "${folder.output}" is of an earlier run`,
    });

    await assertNothingLeft(run);
    assertEquals(await Deno.readTextFile(folder.output), "of an earlier run");
    const rejects = (await Deno.readTextFile(folder.rejects)).trim();
    assertEquals(rejects.split("\n").length, 8);
  });

  test(`${command} says that the disk is full`, async () => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson");
    await Deno.writeTextFile(input, "{}\n".repeat(5_000));
    await using disk = await smallDisk(folder.file("disk"));
    if (!disk) return;
    const [output, rejects] = [`${disk.path}/out`, `${disk.path}/rejects`];
    await using run = startRun(command, folder, [
      `--input=${input}`,
      `--output=${output}`,
      `--rejects=${rejects}`,
    ]);

    assertEquals(await ended(run), {
      code: 1,
      stdout: "",
      stderr:
        `Cannot write "${output}" or "${rejects}": no space left on device`,
    });

    await assertNothingLeft(run);
    assertEquals(await Array.fromAsync(Deno.readDir(disk.path)), []);
  });

  test(`${command} --any-input takes what looks compressed, line by line`, async () => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson.gz");
    await Deno.writeFile(
      input,
      new Uint8Array([0x1f, 0x8b, 0x08, 0x0a, 0x2d, 0x0a]),
    );
    const run = (...args: string[]) =>
      runToEnd(command, folder, [`--input=${input}`, ...args]);

    const refused = await run();
    const taken = await run("--any-input", "--json");

    assertEquals(refused.code, 1);
    assertMatch(
      refused.stderr,
      /its gzip data ends in the middle, at byte 6; .* by --any-input/,
    );
    assertEquals([taken.code, taken.stderr], [0, ""]);
    const rejects = await Deno.readTextFile(folder.rejects);
    assertEquals(rejects.trimEnd().split("\n").length, 2);
  });

  test(`${command} says that the output may not be written`, async () => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson");
    await Deno.writeTextFile(input, "{}\n");
    // Even root cannot write there.
    const output = "/proc/denizen-results";
    await using run = startRun(command, folder, [
      `--input=${input}`,
      `--output=${output}`,
    ]);

    const { code, stdout, stderr } = await ended(run);

    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assertMatch(stderr, /^Cannot write "\/proc\/denizen-results": .+$/);
    await assertNothingLeft(run);
  });
}

test("both go on with as many rejects as --max-rejects, and with nothing else", async () => {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await Deno.writeTextFile(input, "{}\n".repeat(250) + "nonsense");

  const args = [`--input=${input}`, "--max-rejects=251"];
  const { report, ...written } = await runWell("pipeline", args);
  const { report: other, ...alone } = await runWell("monolith", args);

  assertEquals([report.events, report.rejected], [251, 251]);
  assertEquals(other.results, report.results);
  assertEquals(written, alone);
});

test("pipeline ends quietly when nobody reads its output", async () => {
  await using folder = await runFolder();
  const port = freePorts();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  await using run = spawn("/bin/sh", [
    "-c",
    `"$0" run -A --cached-only "$@" | true`,
    Deno.execPath(),
    main,
    "pipeline",
    `--input=/dev/null`,
    `--output=${folder.output}`,
    `--rejects=${folder.rejects}`,
    `--port=${port}`,
  ], { group: true });

  assertEquals(await ended(run), { code: 0, stdout: "", stderr: "" });
  assertEquals(await findStages(port), {});
});
