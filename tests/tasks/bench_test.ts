/** `main.ts bench` as a user runs it, over few events. */

import { assert, assertEquals } from "@std/assert";
import * as z from "zod";
import { STAGES } from "../../stages/meter.ts";
import { groupMembers } from "../../supervisor/process_group.ts";
import { spawnScript } from "../spawned.ts";
import { ended, findStages, freePorts, runFolder, stagesGone } from "./runs.ts";

const FIGURE = z.number().gt(0);
const SPREAD = z.strictObject({ median: FIGURE, min: FIGURE, max: FIGURE });

/** What `--json` prints, as docs/performance.md has it. */
const DOCUMENT = z.strictObject({
  command: z.literal("bench"),
  date: z.iso.datetime(),
  quick: z.boolean(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().min(1),
    memoryBytes: FIGURE,
    os: z.string(),
    deno: z.literal(Deno.version.deno),
    v8: z.string(),
  }),
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
  })),
});

function startBench(args: string[], port: number) {
  return spawnScript("main.ts", {
    args: ["bench", `--port=${port}`, ...args],
    group: true,
  });
}

Deno.test("bench --json prints one document, and writes it and a chart", async () => {
  await using folder = await runFolder();
  await using run = startBench([
    "--json",
    "--events=200",
    "--rounds=1",
    `--output=${folder.path}`,
  ], freePorts());

  const { code, stdout } = await ended(run);

  assertEquals(code, 0);
  const { rows } = DOCUMENT.parse(JSON.parse(stdout));
  assertEquals(
    rows.map(({ workload, payload, batch, events }) =>
      `${payload ?? workload} ${batch} ${events}`
    ),
    [
      ...["small 10 6", "small 100 6", "medium 10 3", "medium 100 3"],
      ...["large 10 1", "large 100 1"],
      ...["events 1 20", "events 10 100"],
      ...["events 50 200", "events 100 200", "events 1000 200"],
      "events auto 200",
    ],
  );
  assertEquals(await folder.names(), ["results.json", "results.svg"]);
  assertEquals(
    (await Deno.readTextFile(folder.file("results.json"))).trimEnd(),
    stdout,
  );
});

Deno.test("bench says what is wrong with its command line, and exits with 2", async () => {
  await using folder = await runFolder();
  const cases: [string, RegExp][] = [
    ["--rounds=0", /^Cannot read --rounds="0": expected a whole number/],
    ["--batch=1", /^Cannot read "--batch=1": there is no such flag/],
    [
      `--output=${folder.file("none")}`,
      /^Cannot write --output=".*none": there is no such folder; make it first/,
    ],
  ];
  for (const [arg, message] of cases) {
    await using run = startBench([arg], freePorts());

    const { code, stdout, stderr } = await ended(run);

    assertEquals({ code, stdout }, { code: 2, stdout: "" });
    assert(message.test(stderr), stderr);
  }
});

Deno.test("bench tells of a port in use as the pipeline does, and exits with 1", async () => {
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

for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} ends a bench, its runs and their stages`, async () => {
    await using folder = await runFolder();
    const temp = folder.file("temp");
    await Deno.mkdir(temp);
    const port = freePorts();
    await using run = spawnScript("main.ts", {
      args: ["bench", `--port=${port}`, `--output=${folder.path}`],
      env: { TMPDIR: temp },
      group: true,
    });
    await run.stderr.find(/^Round 1/);
    while (Object.keys(await findStages(port)).length < STAGES.length) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }

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
