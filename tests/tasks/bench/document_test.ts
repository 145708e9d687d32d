import { assert, assertEquals } from "@std/assert";
import { drawChart } from "../../../tasks/bench/chart.ts";
import { benchTables, describeBench } from "../../../tasks/bench/describe.ts";
import {
  type BenchDocument,
  type Compared,
  growthOf,
  type Round,
  rowsOf,
} from "../../../tasks/bench/document.ts";
import type { PlainRun } from "../../../tasks/bench/plain_script.ts";
import type { Workload } from "../../../tasks/bench/plan.ts";
import type { CommandRun } from "../../../tasks/bench/run_command.ts";

const WORKLOAD: Workload = {
  name: "events",
  kind: "events",
  generate: { count: 1_000 },
  batches: ["10", "100"],
};

const EVENTS = 1_000;

/** The plain script over 1,000 events. */
function plain(eventsPerSecond: number): PlainRun {
  return {
    events: EVENTS,
    rejected: 0,
    filtered: 0,
    results: [],
    elapsedMs: EVENTS * 1_000 / eventsPerSecond,
    cpuMs: 3,
    startupMs: 90,
  };
}

/** A round in which all settings are compared with the same runs. */
function round(
  others: Omit<Compared, "pipeline">,
  pipelines: Record<string, CommandRun>,
): Round {
  return new Map(
    Object.entries(pipelines)
      .map(([batch, pipeline]) => [batch, { ...others, pipeline }]),
  );
}

/** A run over 1,000 events; `cpuMs` is that of its one stage. */
function report(eventsPerSecond: number, cpuMs: number): CommandRun {
  return {
    command: "pipeline",
    batch: 10,
    events: EVENTS,
    rejected: 0,
    filtered: 0,
    results: [],
    startupMs: 900,
    openedAt: "2026-01-31T12:00:00.000Z",
    commandToOpenMs: 1_100,
    elapsedMs: EVENTS * 1_000 / eventsPerSecond,
    eventsPerSecond,
    cpuMs,
    peakRssBytes: 100e6,
    ipcShare: 0.75,
    recoveries: 0,
    recoveryMs: 0,
    stages: [{
      name: "parse",
      in: 1_000,
      out: 1_000,
      batches: 100,
      processingMs: cpuMs / 4,
      codecMs: cpuMs / 10,
      cpuMs,
      peakRssBytes: cpuMs * 1e6,
    }],
  };
}

const ROUNDS: Round[] = [
  round({ monolith: report(1_000, 2), plainScript: plain(500) }, {
    "10": report(200, 40),
    "100": report(500, 20),
  }),
  round({ monolith: report(2_000, 1), plainScript: plain(800) }, {
    "10": report(200, 60),
    "100": report(1_200, 10),
  }),
];
const FEW = { workload: WORKLOAD, inputBytes: 5_000, rounds: ROUNDS };
const ROWS = rowsOf(FEW);

/** The same runs over more events; one stage, and the monolith, took more memory. */
const MANY = {
  ...FEW,
  workload: { ...WORKLOAD, batches: ["100"] },
  rounds: ROUNDS.map(() =>
    round({ monolith: { ...report(1, 1), peakRssBytes: 150e6 } }, {
      "100": { ...report(1, 25), events: 7_000 },
    })
  ),
};

const DOCUMENT: BenchDocument = {
  command: "bench",
  date: "2026-01-01T00:00:00.000Z",
  quick: false,
  machine: {
    cpu: "Abacus <3",
    cores: 2,
    memoryBytes: 2 ** 34,
    os: "linux 6.1 x86_64",
    deno: "2.9.3",
    v8: "14.9",
  },
  monolithBatch: 1_000,
  elapsedMs: 1,
  rows: ROWS,
  growth: growthOf(FEW, MANY),
};

Deno.test("rowsOf() compares each run with the monolith of its round", () => {
  assertEquals(
    ROWS.map(({ batch, ratio }) => [batch, ratio]),
    [
      ["10", { median: 0.15, min: 0.1, max: 0.2 }],
      ["100", { median: 0.55, min: 0.5, max: 0.6 }],
    ],
  );
  assertEquals(ROWS[0]!.rounds, 2);
  assertEquals(ROWS[0]!.monolith.eventsPerSecond.median, 1_500);
});

Deno.test("rowsOf() compares the CPU time with that of the plain script of the round", () => {
  assertEquals(
    ROWS.map(({ cpuToPlain }) => cpuToPlain),
    [
      { median: 16.6667, min: 13.3333, max: 20 },
      { median: 5, min: 3.3333, max: 6.6667 },
    ],
  );
});

Deno.test("rowsOf() compares pipeline and monolith with the plain script of their round", () => {
  assertEquals(
    ROWS.map(({ pipelineToPlain, monolithToPlain }) => [
      pipelineToPlain,
      monolithToPlain,
    ]),
    [
      [
        { median: 0.325, min: 0.25, max: 0.4 },
        { median: 2.25, min: 2, max: 2.5 },
      ],
      [
        { median: 1.25, min: 1, max: 1.5 },
        { median: 2.25, min: 2, max: 2.5 },
      ],
    ],
  );
  assertEquals(
    ROWS[0]!.pipeline.commandToOpenMs,
    { median: 1_100, min: 1_100, max: 1_100 },
  );
  assertEquals(ROWS[0]!.plainScript, {
    eventsPerSecond: { median: 650, min: 500, max: 800 },
    cpuMicrosPerEvent: { median: 3, min: 3, max: 3 },
    startupMs: { median: 90, min: 90, max: 90 },
  });
});

Deno.test("rowsOf() has no plain script where it did not run", () => {
  const [row] = rowsOf(MANY);

  assertEquals(
    Object.keys(row!).filter((name) => /plain/i.test(name)),
    [],
  );
});

Deno.test("growthOf() divides the memory of the rounds, for what both have", () => {
  assertEquals(growthOf(FEW, MANY), [{
    batch: "100",
    events: [1_000, 7_000],
    processes: [
      {
        name: "parse",
        peakRssBytes: [15e6, 25e6],
        ratio: { median: 1.875, min: 1.25, max: 2.5 },
      },
      {
        name: "monolith",
        peakRssBytes: [100e6, 150e6],
        ratio: { median: 1.5, min: 1.5, max: 1.5 },
      },
    ],
  }]);
});

Deno.test("growthOf() leaves out a process whose memory is not known", () => {
  const { peakRssBytes: _, ...monolith } = report(1, 1);
  const blind = ROUNDS.map((each) =>
    round({ monolith }, { "100": each.get("100")!.pipeline })
  );

  const [growth] = growthOf({ ...FEW, rounds: blind }, MANY);

  assertEquals(growth!.processes.map(({ name }) => name), ["parse"]);
});

Deno.test("rowsOf() gives times in microseconds an event, and the highest peak", () => {
  assertEquals(ROWS[0]!.pipeline.cpuMicrosPerEvent, {
    median: 50,
    min: 40,
    max: 60,
  });
  assertEquals(ROWS[0]!.pipeline.stages, [{
    name: "parse",
    cpuMicros: 50,
    ownMicros: 12.5,
    codecMicros: 5,
    peakRssBytes: 60e6,
  }]);
});

Deno.test("describeBench() has a line for each setting in each table, and says from which machine", () => {
  const text = describeBench(DOCUMENT);

  assert(
    text.startsWith(
      "Abacus <3, 2 cores, 16.0 GiB, linux 6.1 x86_64, Deno 2.9.3\n",
    ),
  );
  const lines = [...text.matchAll(/\n(100 .*)/g)]
    .map(([, line]) => line!.split(/ {2,}/).join(" | "));
  assertEquals(lines, [
    "100 | 1,000 | 2 | 650 | 1,500 | 850 | 1.25 | 1.00..1.50 | 2.25 | 2.00..2.50 | 0.09 | 0.90 | 1.10",
    "100 | 1,000 | 2 | 850 | 1,500 | 0.550 | 0.500..0.600 | 15.00 | 10.00..20.00 | 1.50 | 3.00 | 5.00 | 3.33..6.67 | 75.0 %",
    "100 | 1,000 | 3.75 / 1.50 / 15.00 | 15.00 | 20",
    "100 | parse | 15 | 25 | 1.88 | 1.25..2.50",
    "100 | monolith | 100 | 150 | 1.50 | 1.50..1.50",
  ]);
});

Deno.test("describeBench() writes the same tables for a page", () => {
  const text = describeBench(DOCUMENT, "markdown");

  assert(
    text.includes(`
| batch | process  | MB, 1,000 | MB, 7,000 | many ÷ few | least..most |
| ----- | -------- | --------- | --------- | ---------- | ----------- |
| 100   | parse    | 15        | 25        | 1.88       | 1.25..2.50  |
| 100   | monolith | 100       | 150       | 1.50       | 1.50..1.50  |
`),
    text,
  );
});

Deno.test("describeBench() and drawChart() do with what older documents have", () => {
  const { growth: _growth, ...older } = DOCUMENT;
  const rows = ROWS.map((
    {
      plainScript: _,
      pipelineToPlain: _p,
      monolithToPlain: _m,
      cpuToPlain: _c,
      ...row
    },
  ) => row);

  assert(!describeBench({ ...older, rows }).includes("pipeline ÷ plain"));
  assert(drawChart({ ...older, rows }).includes("batch 100"));
});

Deno.test("drawChart() draws a bar for each setting, and escapes what it writes", () => {
  const svg = drawChart(DOCUMENT);

  assert(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
  for (
    const text of [
      ...["batch 10", "batch 100", "0.33", "1.25", "2.25", "Abacus &lt;3"],
      ...["of 1,000", "200/s", "850/s", "plain script: 650 events/s"],
    ]
  ) {
    assert(svg.includes(text), `there is no "${text}"`);
  }
});

Deno.test("drawChart() can do without work items", () => {
  const svg = drawChart({ ...DOCUMENT, rows: [] });

  assert(svg.includes("Five processes, one process, and a plain script"));
});

Deno.test("drawChart() says what it shows to whoever cannot see it", () => {
  const svg = drawChart(DOCUMENT);

  assert(
    /^<svg [^>]* role="img" aria-label="Five processes, [^"]* 0.33 times/.test(
      svg,
    ),
  );
  assert(svg.includes("<title>Five processes, one process"));
});

Deno.test("rowsOf() compares each setting with what ran right before or after it", () => {
  const slow = { monolith: report(100, 2), plainScript: plain(50) };
  const rounds = ROUNDS.map((round) =>
    new Map([...round, ["10", {
      ...slow,
      pipeline: round.get("10")!.pipeline,
    }]])
  );

  const rows = rowsOf({ ...FEW, rounds });

  assertEquals(
    rows.map(({ batch, ratio, pipelineToPlain }) => [
      batch,
      ratio.median,
      pipelineToPlain?.median,
    ]),
    [["10", 2, 4], ["100", 0.55, 1.25]],
  );
});

Deno.test("rowsOf() compares a stage by another program with ours, batch by batch", () => {
  const measured = {
    ...FEW,
    workload: { ...WORKLOAD, batches: ["10", "10 parse=rust", "100"] },
    rounds: ROUNDS.map((round, at) =>
      new Map([
        ...round,
        ["10 parse=rust", {
          ...round.get("10")!,
          pipeline: report(300 + 100 * at, 8),
        }],
      ])
    ),
  };

  const rows = rowsOf(measured);

  assertEquals(rows.map(({ batch, toOwn }) => [batch, toOwn]), [
    ["10", undefined],
    ["10 parse=rust", { median: 1.75, min: 1.5, max: 2 }],
    ["100", undefined],
  ]);
  const { plain, variants } = benchTables({ rows }, "terminal");
  assertEquals(plain.match(/rust/g), null);
  assertEquals(variants.split("\n").map((line) => line.split(/\s{2,}/)), [
    [
      ...["batch", "stage", "CPU µs", "ours", "own work", "ours", "peak MB"],
      ...["ours", "pipeline/s", "÷ ours", "least..most"],
    ],
    [
      ...["10", "parse=rust", "8.00", "50.00", "2.00", "12.50", "8", "60"],
      ...["350", "1.75", "1.50..2.00"],
    ],
  ]);
});

Deno.test("rowsOf() leaves out what a stage has not measured", () => {
  const measured = {
    ...FEW,
    workload: { ...WORKLOAD, batches: ["10"] },
    rounds: ROUNDS.map(() => {
      const { name, in: came, out, batches, processingMs } = report(200, 8)
        .stages[0]!;
      const stage = { name, in: came, out, batches, processingMs };
      return round({ monolith: report(1, 1) }, {
        "10": { ...report(200, 8), stages: [stage] },
      });
    }),
  };

  assertEquals(rowsOf(measured)[0]!.pipeline.stages, [{
    name: "parse",
    cpuMicros: null,
    ownMicros: 2,
    codecMicros: null,
    peakRssBytes: null,
  }]);
});
