/**
 * The pipeline as a user runs it: its results, its `--json`, and that it gives
 * what the monolith gives, byte for byte.
 */

import { assert, assertEquals } from "@std/assert";
import * as z from "zod";
import { STAGES } from "../../stages/names.ts";
import { writeEvents } from "../../tasks/generate.ts";
import type { GeneratorOptions } from "../../tasks/generate/generator.ts";
import { hostileInput } from "../fixtures/hostile_input.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { eventually } from "../support/eventually.ts";
import {
  assertNothingLeft,
  ended,
  opened,
  runFolder,
  runToEnd,
  runWell,
  startRun,
  unfinishedFile,
  type Written,
} from "../support/runs.ts";

const COUNT = z.int().min(0);
const MS = z.number().min(0);
const FIGURE = z.union([z.number(), z.string().regex(/^-?\d+$/)]);

const LATENCY = z.strictObject({ p50: MS, p95: MS, p99: MS, max: MS });

/** What `--json` prints, as docs/pipeline.md has it. */
const REPORT = z.strictObject({
  command: z.literal("pipeline"),
  batch: z.union([COUNT, z.literal("auto")]),
  events: COUNT,
  rejected: COUNT,
  filtered: COUNT,
  results: z.array(z.strictObject({
    key: z.string(),
    count: COUNT,
    sum: FIGURE,
    avg: z.number(),
    min: FIGURE,
    max: FIGURE,
    tags: z.record(z.string(), z.record(z.string(), COUNT)),
  })),
  startupMs: MS,
  openedAt: z.iso.datetime(),
  elapsedMs: MS,
  eventsPerSecond: COUNT,
  cpuMs: MS,
  ipcShare: z.number().min(0).max(1),
  recoveries: COUNT,
  recoveryMs: MS,
  swaps: z.literal(0),
  swapMs: z.literal(0),
  stages: z.array(z.strictObject({
    name: z.string(),
    workers: COUNT,
    in: COUNT,
    out: COUNT,
    bytesIn: COUNT,
    bytesOut: COUNT,
    batches: COUNT,
    processingMs: MS,
    codecMs: MS,
    waitingMs: MS,
    cpuMs: MS,
    peakRssBytes: COUNT,
    batchLatencyMs: LATENCY.optional(),
    eventLatencyMs: LATENCY.optional(),
  })),
});

const test = testsAtOnce("pipeline");

/** 100,000 events of seed 42, as published. */
const REFERENCE = [
  { key: "click", count: 30_387, sum: 1_672_013, avg: 55.024 },
  { key: "purchase", count: 30_288, sum: 1_656_819, avg: 54.7022 },
];

test("pipeline needs no more memory for thirty times the events", async () => {
  await using folder = await runFolder();
  const [small, large] = await Promise.all([100_000, 3_000_000].map(
    async (count) => {
      const path = folder.file(`${count}.ndjson`);
      await writeEvents({ count }, path);
      return path;
    },
  ));

  const little = await runWell("pipeline", [`--input=${small}`]);
  const much = await runWell("pipeline", [`--input=${large}`]);
  const { size: bytes } = await Deno.stat(large!);

  for (const [at, { name, peakRssBytes = 0 }] of much.report.stages.entries()) {
    const before = little.report.stages[at]?.peakRssBytes ?? 0;
    assert(before > 0, name);
    // Whoever keeps what goes through grows by all of that. In so short a run as
    // the small one V8 has not come to collect yet: it takes a fifth of that
    // more. What a stage keeps of each event is found by memory-flat.
    assert(
      peakRssBytes - before < bytes / 2,
      `${name}: ${before} bytes, then ${peakRssBytes} over ${bytes}`,
    );
  }
});

test("pipeline --json prints the reference result as one document", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--json", "--batch=100"]);

  const { code, stdout, stderr } = await ended(run);

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const report = REPORT.parse(JSON.parse(stdout));
  assertEquals(report.events, 100_000);
  assertEquals(report.filtered, 39_325);
  assertEquals(report.rejected, 0);
  assertEquals(report.batch, 100);
  assertEquals(
    report.results.map(({ key, count, sum, avg }, at) => ({
      key,
      count,
      sum,
      // Published to five digits and to six.
      avg: Number(avg.toPrecision(at === 0 ? 5 : 6)),
    })),
    REFERENCE,
  );
  assertEquals(report.stages.map(({ name }) => name), [...STAGES]);
  const flow = report.stages.map((each) => [each.in, each.out, each.batches]);
  const [, , sinkBatches] = flow.at(-1)!;
  assertEquals(flow, [
    [100_000, 100_000, 1_000],
    [100_000, 100_000, 1_000],
    [100_000, 60_675, 1_000],
    [60_675, 2, 1_000],
    // The results, and one for each checkpoint.
    [2, 2, sinkBatches],
  ]);
  await assertNothingLeft(run);
});

test("pipeline prints tables for a person, and where the files are: paths with spaces, commas and signs work, and links stay links", async () => {
  await using folder = await runFolder();
  const odd = folder.file("a, b=c 'd' ü");
  await Deno.mkdir(odd);
  await Deno.writeTextFile(
    `${odd}/events`,
    `no event\n${event({ value: 50 })}\n`,
  );
  await Deno.symlink(`${odd}/events`, `${odd}/in,link`);
  await Deno.writeTextFile(`${odd}/target`, "old");
  await Deno.symlink(`${odd}/target`, `${odd}/out,link`);

  const { code, stdout, stderr } = await runToEnd("pipeline", folder, [
    `--input=${odd}/in,link`,
    `--output=${odd}/out,link`,
    `--rejects=${odd}/rejects, too`,
  ]);

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assert((await Deno.lstat(`${odd}/out,link`)).isSymlink);
  assert((await Deno.readTextFile(`${odd}/target`)).includes('"sum":50'));
  const lines = stdout.split("\n").map((line) => line.trim());
  assert(lines[0]?.startsWith("type"), stdout);
  assert(lines[1]?.startsWith("click"), stdout);
  assert(
    lines.includes("2 events: 1 counted, 0 filtered, 1 rejected"),
    stdout,
  );
  assert(
    lines.some((line) =>
      line.startsWith("rejects: ") && line.includes("line 1: not valid JSON")
    ),
    stdout,
  );
});

/** Every kind of event that can be generated, in one file. */
const GENERATED: Partial<GeneratorOptions>[] = [
  { count: 2_000, seed: 1 },
  { count: 5_003, seed: 7, distribution: "zipf" },
  { count: 3_000, seed: 99, users: 3, distribution: "burst" },
  { count: 300, workload: "work-items", payload: "small" },
  { count: 300, workload: "mixed", payload: "medium", seed: 3 },
  { count: 20, workload: "mixed", payload: "large", iterations: 3 },
];

/** Rules that read what the deep event has: its field travels as JSON. */
const DEEP_RULES = `
- { name: tag, when: { metadata.deep: { exists: true } }, set: { deep: yes } }
- { name: few, when: { user: { ne: u0042 }, value: { gt: 0 } }, set: { who: x } }
`;

/** What the pipeline and the monolith are compared over. */
const EQUALITIES: { what: string; run: () => Promise<void> }[] = [
  {
    what: "all that is generated, with batch 7",
    run: () => compareGenerated(7),
  },
  ...[
    { batch: 1, rules: false, viaPipe: true },
    { batch: 1_000, rules: true, viaPipe: false },
  ].map((each) => ({
    what: `hostile input, ${JSON.stringify(each)}`,
    run: () => compareHostile(each),
  })),
  { what: "values that round up", run: compareFractions },
];

for (const { what, run } of EQUALITIES) {
  test(`pipeline equals monolith: ${what}`, run);
}

async function compareGenerated(batch: number): Promise<void> {
  await using folder = await runFolder();
  const parts: string[] = [];
  for (const options of GENERATED) {
    await writeEvents(options, folder.file("part"));
    parts.push(await Deno.readTextFile(folder.file("part")));
  }
  const input = folder.file("in.ndjson");
  await Deno.writeTextFile(input, parts.join(""));

  const { report } = await compare([
    `--input=${input}`,
    `--batch=${batch}`,
    "--workload=mixed",
  ]);

  const count = GENERATED.reduce((sum, { count = 0 }) => sum + count, 0);
  assertEquals([report.events, report.rejected], [count, 0]);
}

async function compareHostile(
  { batch, rules, viaPipe }: {
    batch: number;
    rules: boolean;
    /** Standard input gives what the file gives, to both. */
    viaPipe: boolean;
  },
): Promise<void> {
  await using folder = await runFolder();
  const input = folder.file("hostile.ndjson");
  const rulesFile = folder.file("rules.yaml");
  const { bytes, rejected, accepted, reasons } = hostileInput();
  await Deno.writeFile(input, bytes);
  await Deno.writeTextFile(rulesFile, DEEP_RULES);

  const args = [
    `--batch=${batch}`,
    "--workload=mixed",
    ...(rules ? [`--rules=${rulesFile}`] : []),
  ];
  const { report, results, rejects } = await compare(
    [`--input=${input}`, ...args],
    viaPipe ? bytes : undefined,
  );
  if (viaPipe) {
    const piped = await runWell("monolith", ["--input=-", ...args], {
      input: bytes,
    });
    assertEquals(piped.results, results);
    assertEquals(piped.rejects, rejects);
  }

  assertEquals(
    rejects.trimEnd().split("\n").map((line) => JSON.parse(line).reason)
      .filter((reason, at, all) => all.indexOf(reason) === at).sort(),
    reasons.sort(),
  );
  assertEquals(report.rejected, rejected);
  assertEquals(report.events, rejected + accepted);
}

/** Both take the integer part from the digits, and count the fractions. */
async function compareFractions(): Promise<void> {
  const input = new URL(
    "../fixtures/values_that_round_up.ndjson",
    import.meta.url,
  ).pathname;

  const { report } = await compare([`--input=${input}`]);

  assertEquals(report.fractionsCut, 4);
  assertEquals(
    report.results.map(({ key, sum }) => [key, sum]),
    [["click", "9007199254741089"], ["purchase", 4_503_599_627_370_497]],
  );
  // 9.9999999999999999 is 9, and the rules drop what is below 10.
  assertEquals(report.filtered, 1);
}

for (const args of [[], ["--batch=100", "--linger=10ms"]]) {
  const flags = args.join(" ") || "no flags";
  test(`an event on standard input does not wait for others, and a line for its end: ${flags}`, async () => {
    await using folder = await runFolder();
    await using run = startRun("pipeline", folder, [
      "--json",
      "--input=-",
      ...args,
    ], { stdin: "piped" });
    const writer = run.stdin!.getWriter();
    const write = (text: string) =>
      writer.write(new TextEncoder().encode(text));
    const rejected = async () => {
      const path = await unfinishedFile(folder, "rejects.ndjson");
      const text = await Deno.readTextFile(path!);
      return text.split("\n").length - 1;
    };
    await write('{"half":');
    await opened(run); // with half of it to come
    await write("1}\n");

    for (const round of [1, 2, 3]) {
      // A reject reaches the sink only after aggregate has applied its batch.
      await write(`${event({ value: 50 })}\nno event\n{"ts":"20`);
      await eventually(
        `reject ${round} is at the sink`,
        async () => await rejected() === 2 * round,
      );
      await write(`26-01-01"}\n`);
      await eventually(
        `the rest of its line is too`,
        async () => await rejected() === 2 * round + 1,
      );
    }
    await write(event({ value: 20 })); // no end of a line
    await writer.close();

    const { code, stdout, stderr } = await ended(run);
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const report = REPORT.parse(JSON.parse(stdout));
    assertEquals(report.batch, args.length === 0 ? "auto" : 100);
    assertEquals([report.events, report.rejected], [11, 7]);
    assertEquals(report.results.map(({ count, sum }) => [count, sum]), [
      [4, 170],
    ]);
    const latency = report.stages.map(({ eventLatencyMs }) => eventLatencyMs);
    assertEquals(latency.map((it) => it !== undefined), [
      false,
      false,
      false,
      true,
      false,
    ]);
  });
}

/**
 * Runs both, and checks that they give the same, and that it adds up.
 *
 * @param input What the pipeline reads from standard input. @default {the file}
 */
async function compare(
  args: string[],
  input?: Uint8Array,
): Promise<Written> {
  const [pipeline, monolith] = await Promise.all([
    input
      ? runWell("pipeline", [
        ...args.filter((arg) => !arg.startsWith("--input=")),
        "--input=-",
      ], { input })
      : runWell("pipeline", args),
    runWell("monolith", args),
  ]);
  assertEquals(pipeline.results, monolith.results);
  assertEquals(pipeline.rejects, monolith.rejects);
  const { events, rejected, filtered, results } = pipeline.report;
  const counted = results.reduce((sum, { count }) => sum + count, 0);
  assertEquals(events, rejected + filtered + counted);
  assertEquals(
    pipeline.rejects.split("\n").length - 1,
    rejected,
  );
  assertEquals(monolith.report.results, results);
  return pipeline;
}

function event(change: Record<string, unknown>): string {
  return JSON.stringify({
    ts: "2026-01-01T00:00:00.250Z",
    type: "click",
    user: "u0042",
    value: 17,
    ...change,
  });
}
