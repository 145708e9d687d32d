import { assertEquals, assertThrows } from "@std/assert";
import type { StageFigures } from "../../orchestrator/stage_figures.ts";
import {
  mergeWorkers,
  parseWorkerName,
  stageOf,
  workerNames,
  workersFlag,
  workersThatPay,
} from "../../orchestrator/workers.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { readFlags } from "../../runtime/program/flags.ts";

function read(text: string) {
  return readFlags([`--workers=${text}`], { workers: workersFlag }).flags
    .workers;
}

Deno.test("--workers says how many processes a stage has", () => {
  assertEquals(read("parse:2"), { parse: 2 });
  assertEquals(read("rules:16,parse:1"), { rules: 16, parse: 1 });
  assertEquals(readFlags([], { workers: workersFlag }).flags.workers, {});
});

Deno.test("--workers=auto is as many as pay off", () => {
  assertEquals(read("auto"), "auto");
  assertEquals(workersThatPay(1), {});
  assertEquals(workersThatPay(2), { parse: 2 });
  assertEquals(workersThatPay(64), { parse: 2 });
});

const RANGE = "takes a whole number from 1 to 16, not";
const FORM = "expected STAGE:N, as in parse:2, or auto, and found";
const ONLY_ONE = "several are possible of parse and rules, which keep nothing";

for (
  const [text, problem] of [
    ["parse", `${FORM} "parse"`],
    ["2", `${FORM} "2"`],
    ["auto,parse:2", `${FORM} "auto"`],
    ["parse:2,", `${FORM} ""`],
    ["parse:2:3", `${FORM} "parse:2:3"`],
    ["parse:0", `"parse" ${RANGE} "0"`],
    ["parse:17", `"parse" ${RANGE} "17"`],
    ["parse:-1", `"parse" ${RANGE} "-1"`],
    ["parse:1.5", `"parse" ${RANGE} "1.5"`],
    ["parse:", `"parse" ${RANGE} ""`],
    ["parse:two", `"parse" ${RANGE} "two"`],
    ["parse:2,parse:3", '"parse" is there twice'],
    ["prase:2", 'there is no stage "prase"; did you mean "parse"?'],
    ["aggregate:2", `there can only be one "aggregate"; ${ONLY_ONE}`],
    ["ingest:1", `there can only be one "ingest"; ${ONLY_ONE}`],
  ] as const
) {
  Deno.test(`--workers=${text} is refused`, () => {
    const error = assertThrows(() => read(text), UsageError);

    assertEquals(error.message, `Cannot read --workers="${text}": ${problem}`);
  });
}

Deno.test("workerNames() numbers the processes where there are several", () => {
  assertEquals(workerNames("parse", {}), ["parse"]);
  assertEquals(workerNames("parse", { parse: 1, rules: 2 }), ["parse"]);
  assertEquals(workerNames("rules", { rules: 3 }), [
    "rules.1",
    "rules.2",
    "rules.3",
  ]);
});

Deno.test("parseWorkerName() reads what workerNames() writes, and no more", () => {
  assertEquals(parseWorkerName("parse"), {
    stage: "parse",
    worker: undefined,
  });
  assertEquals(parseWorkerName("parse.12"), { stage: "parse", worker: 12 });
  assertEquals(stageOf("rules.2"), "rules");
  for (
    const name of ["prase", "parse.", "parse.0", "parse.x", "parse.1.2", ""]
  ) {
    assertEquals(parseWorkerName(name), undefined, name);
  }
});

const FIGURES: StageFigures = {
  name: "parse",
  in: 10,
  out: 9,
  bytesIn: 1_000,
  bytesOut: 100,
  batches: 3,
  processingMs: 4,
  codecMs: 2,
  waitingMs: 50,
  cpuMs: 8,
  peakRssBytes: 1_000_000,
  batchLatencyMs: { p50: 1, p95: 5, p99: 6, max: 20 },
};

Deno.test("mergeWorkers() adds up what can be added, and takes the largest of what cannot", () => {
  const other: StageFigures = {
    ...FIGURES,
    in: 5,
    peakRssBytes: 900_000,
    batchLatencyMs: { p50: 2, p95: 4, p99: 7, max: 9 },
  };

  assertEquals(mergeWorkers([FIGURES, other]), {
    name: "parse",
    workers: 2,
    in: 15,
    out: 18,
    bytesIn: 2_000,
    bytesOut: 200,
    batches: 6,
    processingMs: 8,
    codecMs: 4,
    waitingMs: 100,
    cpuMs: 16,
    peakRssBytes: 1_000_000,
    batchLatencyMs: { p50: 2, p95: 5, p99: 7, max: 20 },
  });
});

Deno.test("mergeWorkers() of one changes nothing", () => {
  assertEquals(mergeWorkers([FIGURES]), { ...FIGURES, workers: 1 });
});

Deno.test("mergeWorkers() takes what only one of them has measured", () => {
  const { batchLatencyMs: _none, ...idle } = FIGURES;

  for (const both of [[idle, FIGURES], [FIGURES, idle]] as const) {
    assertEquals(
      mergeWorkers([both[0], both[1]]).batchLatencyMs,
      FIGURES.batchLatencyMs,
    );
  }
});
