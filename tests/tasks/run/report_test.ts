import { assertEquals, assertMatch } from "@std/assert";
import {
  round,
  type StageFigures,
} from "../../../orchestrator/stage_figures.ts";
import { grouped } from "../../../runtime/program/numbers.ts";
import { builtInSchema } from "../../../stages/schema/schema.ts";
import { schemaOfFlags } from "../../../stages/schema/schema_flags.ts";
import {
  type BuiltInRecord,
  recordKind,
} from "../../../stages/sink/results.ts";
import {
  ipcShare,
  makeReport,
  mostReported,
  type RunOutcome,
  type RunReport,
} from "../../../tasks/run/report.ts";
import { describeReport } from "../../../tasks/run/report_text.ts";

const BUILT_IN = recordKind(builtInSchema(["click"]));

/** Describes a report of events that are built in. */
function described(report: RunReport): string {
  const count = report.results.length;
  return describeReport(report, { kind: BUILT_IN, count, place: "a file" });
}

function resultsOf(...records: BuiltInRecord[]) {
  return { records, count: records.length };
}

const STAGE: StageFigures = {
  name: "parse",
  in: 10,
  out: 9,
  batches: 1,
  processingMs: 25,
};

const OUTCOME: RunOutcome = {
  command: "pipeline",
  batch: 100,
  totals: { events: 2_000, rejected: 1, filtered: 3 },
  results: resultsOf(),
  startupMs: 1_000.00049,
  openedMs: 1_234,
  elapsedMs: 500,
  recoveries: 0,
  recoveryMs: 0,
};

Deno.test("makeReport() leaves out what was not measured", () => {
  const report = makeReport(OUTCOME, [STAGE]);

  assertEquals(Object.keys(report), [
    "command",
    "batch",
    "events",
    "rejected",
    "filtered",
    "results",
    "startupMs",
    "openedAt",
    "elapsedMs",
    "eventsPerSecond",
    "recoveries",
    "recoveryMs",
    "stages",
  ]);
  assertEquals(report.eventsPerSecond, 4_000);
  assertEquals(report.startupMs, 1_000);
  assertEquals(
    Date.parse(report.openedAt),
    Math.trunc(performance.timeOrigin + 1_234),
  );
});

for (
  const [fractionsCut, said] of [
    [1, "1 value had a fraction, which is cut"],
    [12_000, "12,000 values had fractions, which are cut"],
  ] as const
) {
  Deno.test(`a report says once that ${said}`, () => {
    const totals = { events: 20_000, rejected: 0, filtered: 0, fractionsCut };
    const report = makeReport({ ...OUTCOME, totals }, []);

    assertEquals(report.fractionsCut, fractionsCut);
    assertEquals(described(report).split(said).length, 2);
  });
}

Deno.test("describeReport() shows an integer of hundreds of digits in a few letters", () => {
  const sum = `${"123456789".repeat(34)}`;
  const result = {
    ...{ key: "click", count: 2, avg: 1.7976931348623157e308, tags: {} },
    ...{ sum, min: `-${sum}`, max: "999999999999999999999" },
  };
  const report = makeReport({ ...OUTCOME, results: resultsOf(result) }, []);

  const [, row = ""] = described(report).split("\n");

  assertEquals(row.split(/ {2,}/), [
    "click",
    "2",
    "1.23456e305",
    "1.79769e308",
    "-1.23456e305",
    "999,999,999,999,999,999,999",
  ]);
});

Deno.test("makeReport() gives a number of events per second for no time at all", () => {
  const totals = { events: 0, rejected: 0, filtered: 0 };
  const report = makeReport(
    { ...OUTCOME, totals, elapsedMs: 0 },
    [],
  );

  assertEquals(report.eventsPerSecond, 0);
});

for (
  const { what, stages, share } of [
    { what: "no stage", stages: [], share: undefined },
    { what: "a stage without CPU time", stages: [STAGE], share: undefined },
    {
      what: "one stage",
      stages: [{ ...STAGE, cpuMs: 100 }],
      share: 0.75,
    },
    {
      what: "several stages, weighed by their CPU time",
      stages: [
        { ...STAGE, cpuMs: 100 },
        { ...STAGE, processingMs: 0, cpuMs: 200 },
      ],
      share: 0.9167,
    },
    {
      what: "one stage of several without CPU time",
      stages: [STAGE, { ...STAGE, cpuMs: 100 }],
      share: undefined,
    },
    {
      what: "no CPU time at all",
      stages: [{ ...STAGE, cpuMs: 0 }],
      share: undefined,
    },
  ]
) {
  Deno.test(`ipcShare() of ${what} is ${share}`, () => {
    assertEquals(ipcShare(stages), share);
  });
}

Deno.test("grouped() parts thousands, of any number", () => {
  const numbers = [
    0,
    999,
    1_000,
    -1_234_567,
    1_234.5678,
    "123456789012345678901",
  ];

  assertEquals(numbers.map(grouped), [
    "0",
    "999",
    "1,000",
    "-1,234,567",
    "1,234.5678",
    "123,456,789,012,345,678,901",
  ]);
});

Deno.test("round() keeps microseconds", () => {
  assertEquals([0, 1.23456, 0.0004].map(round), [0, 1.235, 0]);
});

Deno.test("describeReport() writes a run for a person", () => {
  const report = makeReport({
    ...OUTCOME,
    recoveries: 2,
    recoveryMs: 1_240,
    swaps: 1,
    swapMs: 60,
    resumedAt: 500,
    stagesFrom: 1_500,
    results: resultsOf({
      key: "click",
      count: 1_996,
      sum: "90071992547409930",
      avg: 2.123456,
      min: -1,
      max: 1_000,
      tags: { tier: { gold: 1_000, silver: 996 } },
    }),
  }, [{ ...STAGE, cpuMs: 100, peakRssBytes: 12_345_678 }]);

  assertEquals(
    described(report),
    `\
type   events                     sum  average  min    max  tier
click   1,996  90,071,992,547,409,930   2.1235   -1  1,000  gold 1,000, silver 996

2,000 events: 1,996 counted, 3 filtered, 1 rejected
3,000 events/s: 0.50 s for the run, after 1.00 s of start-up; batch 100
resumed at event 500
2 recoveries: the chain was not open for 1.24 s
1 swap: the chain was not open for 0.06 s
figures of the stages are those from event 1,500 on, where the chain was last opened
75.0 % of the CPU time since then went into being five processes

stage  in  out  batches  own ms  CPU ms     IPC  peak MB
parse  10    9        1      25     100  75.0 %     12.3`,
  );
});

Deno.test("describeReport() says how many were late and in other groups, and how many results it does not show", () => {
  const kind = recordKind(schemaOfFlags({ key: "route" }));
  const totals = { ...OUTCOME.totals, rejected: 1_005, late: 1_004, other: 7 };
  const records = [{ route: "/a", count: 9 }, { route: "/b", count: 10 }];
  const of = (count: number) => {
    const outcome = { ...OUTCOME, totals, results: { records, count } };
    const report = makeReport(outcome, []);
    assertEquals([report.late, report.other], [1_004, 7]);
    return describeReport(report, { kind, count, place: "a file" }).split("\n");
  };

  assertEquals(of(1_235).slice(0, 6), [
    "route  count",
    "/a         9",
    "/b        10",
    "1,233 more results: a file",
    "",
    "2,000 events: 992 counted (7 in other groups), 3 filtered, 1,005 rejected (1,004 late)",
  ]);
  assertEquals([of(2)[3], of(3)[3]], ["", "1 more result: a file"]);
});

Deno.test("mostReported() is few for a person, and all for a program and of what is built in", () => {
  const own = recordKind(schemaOfFlags({ key: "route" }));

  assertEquals(
    [[own, false], [own, true], [BUILT_IN, false], [BUILT_IN, true]].map((
      [kind, json],
    ) => mostReported(kind as typeof own, json as boolean)),
    [20, Infinity, Infinity, Infinity],
  );
});

Deno.test("describeReport() says so when there are no results", () => {
  const [first] = described(
    makeReport(OUTCOME, [STAGE]),
  ).split("\n");

  assertEquals(first, "No events were counted.");
});

Deno.test("describeReport() tells who has events of another shape how to name their fields", () => {
  const refused = {
    ...OUTCOME,
    totals: { events: 3, rejected: 3, filtered: 0 },
  };
  const [first, second] = described(makeReport(refused, [STAGE])).split("\n");

  assertEquals(
    [first, second],
    [
      "No events were counted. No line is one of the built-in events. To count others, name their fields:",
      "--key=FIELD,... --value=FIELD:p95+avg,... --time=FIELD, or --schema=FILE",
    ],
  );
});

Deno.test("describeReport() says how many workers a stage had, where it had several", () => {
  const stages = [
    { ...STAGE, name: "ingest", workers: 1, cpuMs: 100 },
    { ...STAGE, workers: 3, cpuMs: 100 },
  ];

  const text = described(makeReport(OUTCOME, stages));

  assertEquals(
    text.split("\n").filter((line) => /^stage|^ingest|^parse/.test(line))
      .map((line) => line.slice(0, 20)),
    ["stage   workers  in ", "ingest           10 ", "parse         3  10 "],
  );
  assertMatch(text, /went into being 7 processes/);
});
