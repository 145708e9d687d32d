/**
 * Several processes of a stage: the answer is that of one process, byte for
 * byte, whatever is killed, and a mistake is named.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { pipeline } from "../../tasks/pipeline.ts";
import { hostileInput } from "../fixtures/hostile_input.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { endHere } from "../support/command_here.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import {
  argsOf,
  assertNothingLeft,
  ended,
  findStages,
  opened,
  runFolder,
  runToEnd,
  runWell,
  startRun,
  writeWithoutEnd,
} from "../support/runs.ts";
import { freePorts } from "../support/free_ports.ts";

/** Runs with workers, and what their stages must have counted. */
interface Case {
  workers: string;
  ports: number;
  batch: string;
  /** Hostile lines, and not generated ones. */
  isHostile?: boolean;
}

const CASES: Case[] = [
  { workers: "parse:2,rules:3", ports: 16, batch: "4" },
  { workers: "rules:2", ports: 12, batch: "7", isHostile: true },
];

const test = testsAtOnce("several workers");

const WORKERS = "--workers=parse:2,rules:2";
const PORTS = 14;

/** Generated lines, of which some are rejects, and what one process makes of them. */
let generated: Prepared;
/** The same of hostile lines. */
let hostile: Prepared;
/** Enough for something to happen in the midst of it. */
let much: Prepared;
Deno.test.beforeAll(async () => {
  [generated, hostile, much] = await Promise.all([
    prepareInput(2_003),
    prepareHostile(),
    prepareInput(80_000),
  ]);
});
Deno.test.afterAll(async () => {
  for (const each of [generated, hostile, much]) {
    await each[Symbol.asyncDispose]();
  }
});

async function prepareHostile(): Promise<Prepared> {
  const folder = await runFolder();
  const input = folder.file("hostile.ndjson");
  await Deno.writeFile(input, hostileInput().bytes);
  const { results, rejects } = await runWell("monolith", [
    `--input=${input}`,
    "--workload=mixed",
  ]);
  return { ...folder, input, right: { results, rejects } };
}

for (const { workers, ports, batch, isHostile = false } of CASES) {
  test(`--workers=${workers} --batch=${batch} give what one process does, and their figures are those of their stage`, async () => {
    const { input, right } = isHostile ? hostile : generated;
    const { report, ...written } = await runWell("pipeline", [
      `--input=${input}`,
      ...(isHostile ? ["--workload=mixed"] : []),
      `--workers=${workers}`,
      `--batch=${batch}`,
    ], { ports });

    assertEquals(written, right);
    const count = (stage: string) =>
      Number(new RegExp(`${stage}:(\\d)`).exec(workers)?.[1] ?? 1);
    assertEquals(
      report.stages.map(({ name, workers }) => [name, workers]),
      [
        ["ingest", 1],
        ["parse", count("parse")],
        ["rules", count("rules")],
        ["aggregate", 1],
        ["sink", 1],
      ],
    );
    const { events, rejected, filtered } = report;
    const accepted = events - rejected;
    assertEquals(
      report.stages.slice(0, 3).map((each) => [each.in, each.out]),
      [[events, events], [events, accepted], [accepted, accepted - filtered]],
    );
    // A line that is too long for its batch ends it early.
    if (isHostile) return;
    const batches = Math.ceil(events / Number(batch));
    assertEquals(
      report.stages.slice(0, 4).map((each) => each.batches),
      [batches, batches, batches, batches],
    );
  });
}

test("workers come to the end of an input without an event", async () => {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await Deno.writeTextFile(input, "\n\n  \n\t\r\n\r\n ");

  const { report } = await runWell("pipeline", [`--input=${input}`, WORKERS], {
    ports: PORTS,
  });

  assertEquals([report.events, report.rejected], [0, 0]);
});

/**
 * So that something is saved between two deaths: a part of the input in which
 * the same stage dies twice is gone through in small steps, which takes its time.
 */
const SAVED_OFTEN = "--checkpoint-interval=50ms";

const DEATHS: { what: string; chaos: string; named: string[] }[] = [
  {
    what: "one of a stage, one of each of two stages, and one frozen",
    chaos: "parse@20%,parse.2@40%,parse.1@60%,rules.2@60%,rules.2@stop:90%",
    named: ["parse.1", "parse.2", "rules.2"],
  },
  {
    what: "all of a stage, then one between stages that have but one process",
    chaos: "rules.1@20%,rules.2@20%,aggregate@45%,parse.1@70%,sink@end",
    named: ["rules.1", "rules.2", "aggregate", "parse.1", "sink"],
  },
];

for (const { what, chaos, named } of DEATHS) {
  test(`one that is killed or frozen costs time and no count, and so do two at once: ${what}`, async () => {
    await using out = await runFolder();
    const { code, stdout, stderr } = await runToEnd("pipeline", out, [
      "--json",
      `--input=${much.input}`,
      WORKERS,
      "--batch=50",
      SAVED_OFTEN,
      `--chaos=${chaos}`,
    ], { ports: PORTS });

    assertEquals(code, 0, stderr);
    assert(!stderr.includes("has not happened"), stderr);
    assert(JSON.parse(stdout).recoveries >= 1, stderr);
    for (const name of named) {
      assertMatch(
        stderr,
        new RegExp(`stage "${name}" \\(pid \\d+\\) was ended by SIGKILL`),
      );
    }
    if (chaos.includes("stop")) {
      assertMatch(stderr, /stage "rules\.2" \(pid \d+\) was frozen: /);
    }
    assertEquals({
      results: await Deno.readTextFile(out.output),
      rejects: await Deno.readTextFile(out.rejects),
    }, much.right);
  });
}

test("standard input is exactly once through the crash of workers and of a stage that keeps something, in batches that fit themselves", async () => {
  await using out = await runFolder();
  await using run = startRun(
    "pipeline",
    out,
    ["--json", "--input=-", WORKERS],
    {
      stdin: "piped",
      ports: PORTS,
    },
  );
  const input = await Deno.readFile(much.input);
  const writer = run.stdin!.getWriter();
  const half = Math.floor(input.length / 2);
  await writer.write(input.subarray(0, half));
  await opened(run);
  const pids = await findStages(run.port, PORTS);
  for (const name of ["parse.2", "rules.1", "aggregate"]) {
    Deno.kill(pids[name]!, "SIGKILL");
  }

  await writer.write(input.subarray(half));
  await writer.close();

  const { code, stdout, stderr } = await ended(run);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /recovery 1 of 10/);
  assert(JSON.parse(stdout).recoveries >= 1, stderr);
  assertEquals({
    results: await Deno.readTextFile(out.output),
    rejects: await Deno.readTextFile(out.rejects),
  }, much.right);
});

test("each worker may reach the whole next stage and nothing else, and its death ends the run where no recovery is allowed", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--input=-",
    "--max-recoveries=0",
    WORKERS,
  ], { stdin: "piped", ports: PORTS });
  const writing = writeWithoutEnd(run.stdin!);
  await opened(run);
  await writing.first;
  const pids = await findStages(run.port, PORTS);
  assertEquals(Object.keys(pids).sort(), [
    "aggregate",
    "ingest",
    "parse.1",
    "parse.2",
    "rules.1",
    "rules.2",
    "sink",
  ]);
  assertEquals(await reachOf(run.port, pids), {
    ingest: ["0", "1", "5", "8", "12"],
    "parse.1": ["1", "2", "6", "9", "13"],
    "parse.2": ["5", "2", "6", "9", "13"],
    "rules.1": ["2", "3", "10"],
    "rules.2": ["6", "3", "10"],
    aggregate: ["3", "4", "11"],
    sink: ["4"],
  });

  Deno.kill(pids["parse.2"]!, "SIGKILL");

  const { code, stderr } = await ended(run);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot finish the run: stage "parse.2" (pid ${
      pids["parse.2"]
    }) was ended by SIGKILL, and --max-recoveries=0`,
  );
  await writing.broken;
  await assertNothingLeft(run);
});

test("more rejects than allowed are said, and not that a lane is gone", async () => {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await Deno.writeTextFile(input, "{}\n".repeat(20));

  const { code, stderr } = await runToEnd("pipeline", folder, [
    `--input=${input}`,
    "--batch=4",
    "--max-rejects=5",
    WORKERS,
  ], { ports: PORTS });

  assertEquals(code, 1);
  assertEquals(
    stderr,
    "Cannot go on: 8 rejects are more than --max-rejects=5; the last is line 8: ts is missing",
  );
});

test("pipeline says who listens on the port of a worker", async () => {
  await using folder = await runFolder();
  const port = freePorts(PORTS);
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: port + 5 });

  const { code, stderr } = await runToEnd("pipeline", folder, [
    "--count=1",
    WORKERS,
  ], { port, ports: PORTS });

  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot start stage "parse.2": Cannot serve on "127.0.0.1:${
      port + 5
    }": process ${Deno.pid} (deno) listens there; choose other ports with --port`,
  );
});

Deno.test("pipeline refuses workers that there cannot be", async () => {
  const cases: [args: string[], message: string][] = [
    [
      ["--workers=sink:2"],
      'Cannot read --workers="sink:2": there can only be one "sink"; several are possible of parse and rules, which keep nothing',
    ],
    [
      ["--workers=parse:16", "--port=65520"],
      "Cannot use --port=65520: the processes of this run need 40 ports, two each, so it is at most 65496",
    ],
    [
      ["--workers=parse:2", "--chaos=parse.3@10%"],
      'Cannot use --chaos=parse.3@10%: the processes of "parse" are parse.1, parse.2; say how many by --workers',
    ],
    [
      ["--chaos=parse.1@10%"],
      'Cannot use --chaos=parse.1@10%: the processes of "parse" are parse; say how many by --workers',
    ],
  ];
  await using folder = await runFolder();
  for (const [args, message] of cases) {
    assertEquals(await endHere(() => pipeline(argsOf(folder, args))), {
      code: 2,
      stdout: "",
      stderr: message,
    });

    assertEquals(await folder.names(), []);
  }
});

/** The ports that each may reach, counted from the first. */
async function reachOf(
  port: number,
  pids: Partial<Record<string, number>>,
): Promise<Record<string, string[]>> {
  const net: Record<string, string[]> = {};
  for (const [name, pid] of Object.entries(pids)) {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`);
    const flag = line.split("\0").find((arg) => arg.startsWith("--allow-net="));
    net[name] = flag!.split("=")[1]!.split(",").map((address) =>
      String(Number(address.split(":")[1]) - port)
    );
  }
  return net;
}
