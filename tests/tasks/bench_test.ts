/** `main.ts bench` as a user runs it, over few events. */

import { assert, assertEquals } from "@std/assert";
import * as z from "zod";
import { groupMembers } from "../../runtime/process/process_group.ts";
import { STAGES } from "../../stages/names.ts";
import { bench } from "../../tasks/bench.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { endHere } from "../support/command_here.ts";
import { eventually } from "../support/eventually.ts";
import { ended, findStages, runFolder, stagesGone } from "../support/runs.ts";
import { spawnScript } from "../support/spawned.ts";
import { freePorts } from "../support/free_ports.ts";

const test = testsAtOnce("bench");

const FIGURE = z.number().gt(0);
const COUNT = z.int().min(1);
const SPREAD = z.strictObject({ median: FIGURE, min: FIGURE, max: FIGURE });

const MACHINE = z.strictObject({
  cpu: z.string(),
  cores: z.int().min(1),
  memoryBytes: FIGURE,
  os: z.string(),
  deno: z.literal(Deno.version.deno),
  v8: z.string(),
});

/** What `--json` prints, as docs/performance.md has it. */
const DOCUMENT = z.strictObject({
  command: z.literal("bench"),
  date: z.iso.datetime(),
  quick: z.boolean(),
  machine: MACHINE,
  monolithBatch: FIGURE,
  elapsedMs: FIGURE,
  rows: z.array(z.strictObject({
    workload: z.enum(["events", "work-items"]),
    payload: z.enum(["small", "medium", "large"]).optional(),
    batch: z.string(),
    rounds: z.literal(1),
    events: FIGURE,
    inputBytes: FIGURE,
    pipeline: z.strictObject({
      eventsPerSecond: SPREAD,
      cpuMicrosPerEvent: SPREAD,
      ipcShare: SPREAD,
      startupMs: SPREAD,
      commandToOpenMs: SPREAD,
      stages: z.array(z.strictObject({
        name: z.enum(STAGES),
        cpuMicros: FIGURE,
        ownMicros: z.number().min(0),
        codecMicros: z.number().min(0),
        peakRssBytes: FIGURE,
      })).length(STAGES.length),
    }),
    monolith: z.strictObject({
      eventsPerSecond: SPREAD,
      cpuMicrosPerEvent: SPREAD,
      peakRssBytes: FIGURE,
    }),
    ratio: SPREAD,
    plainScript: z.strictObject({
      eventsPerSecond: SPREAD,
      cpuMicrosPerEvent: SPREAD,
      startupMs: SPREAD,
    }).optional(),
    pipelineToPlain: SPREAD.optional(),
    monolithToPlain: SPREAD.optional(),
    cpuToPlain: SPREAD.optional(),
  })),
  growth: z.array(z.strictObject({
    batch: z.string(),
    events: z.tuple([FIGURE, FIGURE]),
    processes: z.array(z.strictObject({
      name: z.enum([...STAGES, "monolith"]),
      peakRssBytes: z.tuple([FIGURE, FIGURE]),
      ratio: SPREAD,
    })).length(STAGES.length + 1),
  })),
});

/** What `--rate --json` prints, as docs/pipeline.md has it. */
const LATENCY = z.strictObject({
  command: z.literal("bench"),
  latency: z.strictObject({
    date: z.iso.datetime(),
    quick: z.boolean(),
    machine: MACHINE,
    rate: COUNT,
    feedMs: FIGURE,
    elapsedMs: FIGURE,
    rows: z.array(z.strictObject({
      batch: z.string(),
      events: COUNT,
      keepsUp: z.boolean(),
      reachedPerSecond: COUNT,
      behindMs: FIGURE,
      latencyMs: z.strictObject({
        p50: FIGURE,
        p95: FIGURE,
        p99: FIGURE,
        max: FIGURE,
      }),
      meanBatch: z.number().min(1),
      cpuMicrosPerEvent: FIGURE,
      feeder: z.strictObject({
        lateMs: z.strictObject({ p50: FIGURE, p99: FIGURE, max: FIGURE }),
        blockedMs: z.number().min(0),
      }),
    })),
  }),
});

function startBench(args: string[], port: number) {
  return spawnScript("main.ts", {
    args: ["bench", `--port=${port}`, ...args],
    group: true,
  });
}

test("bench --json prints one document, and writes it and a chart", async () => {
  await using folder = await runFolder();
  await using run = startBench([
    "--json",
    "--events=200",
    "--rounds=1",
    // How one with workers is run and named: see plan_test.ts.
    "--settings=100",
    `--output=${folder.path}`,
  ], freePorts());

  const { code, stdout } = await ended(run);

  assertEquals(code, 0);
  const { rows, growth } = DOCUMENT.parse(JSON.parse(stdout));
  assertEquals(
    rows.map(({ workload, payload, batch, events, ...row }) =>
      `${payload ?? workload} ${batch} ${events} ${
        Object.keys(row).filter((name) => /plain/i.test(name)).length
      }`
    ),
    [
      ...["small 100 6 0", "medium 100 3 0", "large 100 1 0"],
      ...["events 100 200 4", "events 100 2000 4"],
    ],
  );
  assertEquals(
    growth.map(({ batch, events }) => [batch, events]),
    [["100", [200, 2_000]]],
  );
  assertEquals(await folder.names(), ["results.json", "results.svg"]);
  assertEquals(
    (await Deno.readTextFile(folder.file("results.json"))).trimEnd(),
    stdout,
  );
});

test("bench --rate measures each batch setting that is asked for, and adds to what an earlier bench wrote", async () => {
  await using folder = await runFolder();
  const results = folder.file("results.json");
  await Deno.writeTextFile(results, '{"command":"bench","monolithBatch":7}');
  await using run = startBench([
    ...["--rate=500", "--quick", "--json", `--output=${folder.path}`],
    "--settings=auto,100",
  ], freePorts());

  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const document = LATENCY.parse(JSON.parse(stdout));
  assertEquals(
    document.latency.rows.map(({ batch }) => batch),
    ["auto", "100"],
  );
  for (const { events, meanBatch, batch } of document.latency.rows) {
    assert(events <= 1_000, `${events} events were fed`);
    if (batch !== "auto") assert(meanBatch <= Number(batch));
  }
  assertEquals(await folder.names(), ["latency.svg", "results.json"]);
  assertEquals(JSON.parse(await Deno.readTextFile(results)), {
    ...document,
    monolithBatch: 7,
  });
});

Deno.test("bench says what is wrong with its command line, and exits with 2", async () => {
  await using folder = await runFolder();
  const cases: [string, RegExp][] = [
    ["--rounds=0", /^Cannot read --rounds="0": expected a whole number/],
    ["--batch=1", /^Cannot read "--batch=1": there is no such flag/],
    ["--rate=0", /^Cannot read --rate="0": expected a whole number from 1 to/],
    ["--rate=abc", /^Cannot read --rate="abc": expected a whole number/],
    [
      "--settings=auto,7",
      /^Cannot read --settings="auto,7": there is no setting "7"; /,
    ],
    [
      "--settings=50 --rate=9",
      /^Cannot use --settings=50 with --rate: latency is measured at auto, 1, /,
    ],
    ["--rate=9 --rounds=1", /^Cannot use --rounds with --rate: each setting/],
    ["--json --markdown", /^Cannot use --markdown with --json: there is one/],
    [
      `--show --output=${folder.path}`,
      /^Cannot show ".*results.json": it holds no figures; `deno task bench`/,
    ],
    [
      `--output=${folder.file("none")}`,
      /^Cannot write --output=".*none": there is no such folder; make it first/,
    ],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await endHere(() =>
      bench(args.split(" "))
    );

    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assert(message.test(stderr), stderr);
  }
});

test("bench tells of a port in use as the pipeline does, and exits with 1", async () => {
  await using folder = await runFolder();
  const port = freePorts();
  using _listener = Deno.listen({ hostname: "127.0.0.1", port });
  await using run = startBench([
    "--events=200",
    `--output=${folder.path}`,
  ], port);

  const { code, stdout, stderr } = await ended(run);

  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assert(
    /Cannot measure "pipeline --batch=10": .*listens there/.test(stderr),
    stderr,
  );
  assertEquals(await folder.names(), []);
});

for (
  const [signal, exitCode, args, begun] of [
    ["SIGINT", 130, [], /^Round 1/],
    ["SIGTERM", 143, ["--rate=20000"], /^Feeding/],
  ] as const
) {
  test(`${signal} ends bench ${args}, its runs and their stages`, async () => {
    await using folder = await runFolder();
    const temp = folder.file("temp");
    await Deno.mkdir(temp);
    const port = freePorts();
    await using run = spawnScript("main.ts", {
      args: ["bench", `--port=${port}`, `--output=${folder.path}`, ...args],
      env: { TMPDIR: temp },
      group: true,
    });
    await run.stderr.find(begun);
    await eventually(
      "every stage runs",
      async () => Object.keys(await findStages(port)).length === STAGES.length,
    );

    run.kill(signal);

    const { code, stdout, stderr } = await ended(run);
    assertEquals({ code, stdout }, { code: exitCode, stdout: "" });
    assertEquals(
      stderr.split("\n").at(-1),
      "Interrupted: nothing was written",
    );
    await stagesGone(port);
    assertEquals(await groupMembers(run.pid), []);
    assertEquals(await folder.names(), ["temp"]);
    assertEquals(await Array.fromAsync(Deno.readDir(temp)), []);
  });
}
