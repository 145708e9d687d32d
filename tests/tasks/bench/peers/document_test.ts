import { assert, assertEquals } from "@std/assert";
import { describePeers } from "../../../../tasks/bench/peers/describe.ts";
import {
  type PeersDocument,
  peersRows,
  tooSlow,
} from "../../../../tasks/bench/peers/document.ts";
import { PIPELINE } from "../../../../tasks/bench/peers/programs.ts";

const ROWS = peersRows(1_000, [
  new Map([
    [PIPELINE, { wallMs: 2_000, startupMs: 1_000, cpuMs: 3 }],
    ["Abacus", { wallMs: 500, startupMs: 100, cpuMs: 1 }],
  ]),
  new Map([
    [PIPELINE, { wallMs: 3_000, startupMs: 2_000, cpuMs: 5 }],
    ["Abacus", { wallMs: 1_000, startupMs: 200, cpuMs: 2 }],
  ]),
]);

const DOCUMENT: PeersDocument = {
  date: "2026-01-01T00:00:00.000Z",
  quick: false,
  machine: {
    cpu: "Abacus",
    cores: 2,
    memoryBytes: 2 ** 34,
    os: "linux",
    deno: "2.9.3",
    v8: "14.9",
  },
  elapsedMs: 1,
  programs: [
    { name: PIPELINE, version: "Deno 2.9.3", brokenLine: "counted" },
    { name: "Abacus", version: "7.1", brokenLine: "stops" },
  ],
  missing: [{ name: "Slide rule", remedy: "pip install slide" }],
  inputs: [{
    events: 1_000,
    inputBytes: 5_000,
    rounds: 2,
    rows: ROWS,
    leftOut: [{ name: "Fingers", aboutMs: 70_000 }],
  }],
};

Deno.test("peersRows() compares each program with the pipeline of its round, with start-up and without", () => {
  assertEquals(ROWS[1], {
    name: "Abacus",
    wallMs: { median: 750, min: 500, max: 1_000 },
    startupMs: { median: 150, min: 100, max: 200 },
    eventsPerSecond: { median: 1_500, min: 1_000, max: 2_000 },
    eventsPerSecondStarted: { median: 1_875, min: 1_250, max: 2_500 },
    cpuMicrosPerEvent: { median: 1.5, min: 1, max: 2 },
    toPipeline: { median: 3.5, min: 3, max: 4 },
  });
});

Deno.test("peersRows() has no CPU time where the system does not say it", () => {
  const timing = { wallMs: 2, startupMs: 1, cpuMs: undefined };

  const [row] = peersRows(1_000, [new Map([[PIPELINE, timing]])]);

  assertEquals("cpuMicrosPerEvent" in row!, false);
});

Deno.test("tooSlow() foresees how long more events take; start-up does not grow", () => {
  assertEquals(tooSlow(ROWS, 10, 7_000), [{
    name: PIPELINE,
    aboutMs: 1_500 + 10 * 1_000,
  }]);
  assertEquals(tooSlow(ROWS, 10, 60_000), []);
});

Deno.test("describePeers() has a line for each program, and says what was left out and what is missing", () => {
  const text = describePeers(DOCUMENT);

  const lines = [...text.matchAll(/\n(Abacus .*)/g)]
    .map(([, line]) => line!.split(/ {2,}/));
  assertEquals(lines, [
    [
      ...["Abacus", "0.75", "0.50..1.00", "0.15", "1,500", "1,875"],
      ...["1.50", "3.50", "3.00..4.00"],
    ],
    ["Abacus", "7.1", "the end of the run"],
  ]);
  for (
    const part of [
      "1,000 events, 5,000 bytes, 2 rounds",
      "Fingers was left out: it would take about 70 s.",
      "Slide rule is not here: `pip install slide` brings it.",
    ]
  ) assert(text.includes(part), text);
  assert(describePeers(DOCUMENT, "markdown").includes("\n| Abacus  "));
});
