import { assert, assertEquals } from "@std/assert";
import { drawChart } from "../../../tasks/bench/chart.ts";
import { describeBench } from "../../../tasks/bench/describe.ts";
import { type BenchDocument, rowsOf } from "../../../tasks/bench/document.ts";
import type { Workload } from "../../../tasks/bench/plan.ts";
import type { RunReport } from "../../../tasks/run/report.ts";

const WORKLOAD: Workload = {
  name: "events",
  kind: "events",
  generate: { count: 1_000 },
  batches: ["10", "100"],
};

/** A run over 1,000 events; `cpuMs` is that of its one stage. */
function report(eventsPerSecond: number, cpuMs: number): RunReport {
  return {
    command: "pipeline",
    batch: 10,
    events: 1_000,
    rejected: 0,
    filtered: 0,
    results: [],
    startupMs: 900,
    elapsedMs: 1,
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

const ROWS = rowsOf(WORKLOAD, 5_000, [
  {
    monolith: report(1_000, 2),
    pipeline: new Map([["10", report(200, 40)], ["100", report(500, 20)]]),
  },
  {
    monolith: report(2_000, 1),
    pipeline: new Map([["10", report(200, 60)], ["100", report(1_200, 10)]]),
  },
]);

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

Deno.test("describeBench() has a line for each setting, and says from which machine", () => {
  const text = describeBench(DOCUMENT);

  assert(
    text.startsWith(
      "Abacus <3, 2 cores, 16.0 GiB, linux 6.1 x86_64, Deno 2.9.3\n",
    ),
  );
  const [, line] = /\n +(100 .*)\n/.exec(text) ?? [];
  assertEquals(line?.split(/ {2,}/), [
    "100",
    "1,000",
    "2",
    "850",
    "1,500",
    "0.550",
    "0.500..0.600",
    "15.00",
    "1.50",
    "75.0 %",
    "20",
  ]);
});

Deno.test("drawChart() draws a bar for each setting, and escapes what it writes", () => {
  const svg = drawChart(DOCUMENT);

  assert(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
  for (
    const text of ["batch 10", "batch 100", "15 %", "55 %", "Abacus &lt;3"]
  ) {
    assert(svg.includes(text), `there is no "${text}"`);
  }
});

Deno.test("drawChart() can do without work items", () => {
  const svg = drawChart({ ...DOCUMENT, rows: [] });

  assert(svg.includes("What splitting a program into five processes costs"));
});

Deno.test("drawChart() says what it shows to whoever cannot see it", () => {
  const svg = drawChart(DOCUMENT);

  assert(
    /^<svg [^>]* role="img" aria-label="What splitting a [^"]* 15 %/.test(svg),
  );
  assert(svg.includes("<title>What splitting a program into five processes"));
});
