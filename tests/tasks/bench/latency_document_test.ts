import { assert, assertEquals } from "@std/assert";
import { describeLatency } from "../../../tasks/bench/describe_latency.ts";
import type { Fed } from "../../../tasks/bench/feed.ts";
import { apart, drawLatencyChart } from "../../../tasks/bench/latency_chart.ts";
import {
  type LatencyDocument,
  latencyRow,
} from "../../../tasks/bench/latency_document.ts";
import type { RunReport } from "../../../tasks/run/report.ts";

const FED: Fed = {
  events: 10_000,
  bytes: 1_000_000,
  lastDueMs: 1_000,
  lateMs: { p50: 0.1, p99: 1.2, max: 3.4 },
  blockedMs: 12,
};

/** A run over the events that were fed, which took `elapsedMs`. */
function report(elapsedMs: number): RunReport {
  const stage = { in: 10_000, out: 10_000, batches: 400, processingMs: 1 };
  return {
    command: "pipeline",
    batch: "auto",
    events: 10_000,
    rejected: 0,
    filtered: 0,
    results: [],
    startupMs: 900,
    openedAt: "2026-01-31T12:00:00.000Z",
    elapsedMs,
    eventsPerSecond: 1,
    cpuMs: 250,
    recoveries: 0,
    recoveryMs: 0,
    stages: [{ name: "ingest", ...stage }, {
      name: "aggregate",
      ...stage,
      eventLatencyMs: { p50: 2.5, p95: 4, p99: 6, max: 1_500 },
    }],
  };
}

const KEEPS_UP = latencyRow("auto", FED, report(1_100));
const FALLS_BEHIND = latencyRow(
  "1",
  { ...FED, lateMs: { p50: 1, p99: 40, max: 50 } },
  report(2_000),
);

const DOCUMENT: LatencyDocument = {
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
  rate: 10_000,
  feedMs: 1_000,
  elapsedMs: 1,
  rows: [KEEPS_UP, FALLS_BEHIND],
};

Deno.test("latencyRow() takes the latency from aggregate and the batches from ingest", () => {
  assertEquals(KEEPS_UP, {
    batch: "auto",
    events: 10_000,
    keepsUp: true,
    reachedPerSecond: 9_091,
    behindMs: 100,
    latencyMs: { p50: 2.5, p95: 4, p99: 6, max: 1_500 },
    meanBatch: 25,
    cpuMicrosPerEvent: 25,
    feeder: { lateMs: { p50: 0.1, p99: 1.2, max: 3.4 }, blockedMs: 12 },
  });
});

Deno.test("latencyRow() says when a setting cannot keep up", () => {
  const { keepsUp, behindMs, reachedPerSecond } = FALLS_BEHIND;

  assertEquals({ keepsUp, behindMs, reachedPerSecond }, {
    keepsUp: false,
    behindMs: 1_000,
    reachedPerSecond: 5_000,
  });
});

Deno.test("describeLatency() has a line for each setting, and says what did not keep up", () => {
  const lines = describeLatency(DOCUMENT).split("\n").map((line) =>
    line.trim().split(/ {2,}/)
  );

  assertEquals(lines.filter(([batch]) => batch === "auto" || batch === "1"), [
    [
      ...["auto", "10,000", "9,091", "2.50", "4.00", "6.00", "1500.00"],
      ...["25.0", "25.00", "1.2, 3.4", "keeps up"],
    ],
    [
      ...["1", "10,000", "5,000", "2.50", "4.00", "6.00", "1500.00"],
      ...["25.0", "25.00", "40.0, 50.0", "cannot keep up"],
    ],
  ]);
});

Deno.test("describeLatency() says where the feeder itself fell behind, and only then", () => {
  const note = /The feeder itself fell behind with batch (.*):/;

  assertEquals(note.exec(describeLatency(DOCUMENT))?.[1], "1");
  assertEquals(
    note.exec(describeLatency({ ...DOCUMENT, rows: [KEEPS_UP] })),
    null,
  );
});

Deno.test("drawLatencyChart() marks each figure of each setting, and escapes what it writes", () => {
  const svg = drawLatencyChart(DOCUMENT);

  assert(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
  for (
    const text of [
      ...["10,000 events a second", "batch auto", "batch 1", "Abacus &lt;3"],
      ...["2.5 ms", "4 ms", "6 ms", "1.5 s"],
      ...["keeps up", "cannot keep up:", "5,000 events/s"],
    ]
  ) {
    assert(svg.includes(text), `there is no "${text}"`);
  }
});

Deno.test("drawLatencyChart() says what it shows to whoever cannot see it", () => {
  const svg = drawLatencyChart(DOCUMENT);

  assert(
    /^<svg [^>]* role="img" aria-label="How long an event takes at /.test(svg),
  );
  assert(svg.includes("<title>How long an event takes at 10,000 events a"));
});

for (
  const [places, wanted] of [
    [[], []],
    [[100], [100]],
    [[100, 60, 20], [100, 60, 20]],
    [[100, 85, 70], [100, 85, 70]],
    // Two that are close, and one of which the others push the third.
    [[100, 98, 20], [106.5, 91.5, 20]],
    [[100, 98, 90], [111, 96, 81]],
    [[150, 52, 50, 48], [150, 65, 50, 35]],
    [[50, 50], [57.5, 42.5]],
  ] as const
) {
  Deno.test(`apart() moves ${JSON.stringify(places)} to ${JSON.stringify(wanted)}`, () => {
    assertEquals(apart(places, 15), [...wanted]);
  });
}
