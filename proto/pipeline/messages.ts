/**
 * The messages of v1/ that carry no data of the input, as tables. A test holds them
 * against the contract.
 *
 * @module
 */

import { many, message, one, oneOf, optional } from "../message_codec.ts";

const POSITION = message("pipeline.v1.Position", {
  event: one(1, "uint64"),
  offset: one(2, "uint64"),
  line: one(3, "uint64"),
});

const KEPT = message("pipeline.v1.Kept", {
  bytes: one(1, "uint64"),
  file: one(2, "string"),
});

const LANE = message("pipeline.v1.Lane", {
  opening: one(1, "string"),
  index: one(2, "uint32"),
  count: one(3, "uint32"),
});

const TAG = message("pipeline.v1.Tag", {
  name: one(1, "string"),
  values: many(2, "string"),
});

/** A field of a schema, whatever it is for. */
const FIELD = {
  name: one(1, "string"),
  path: many(2, "string"),
} as const;

const SCHEMA = message("pipeline.v1.Schema", {
  time: one(
    1,
    message("pipeline.v1.TimeField", {
      path: many(1, "string"),
      format: one(2, "string"),
      required: one(3, "bool"),
    }),
  ),
  keys: many(
    2,
    message("pipeline.v1.KeyField", {
      ...FIELD,
      oneOf: many(3, "string"),
      required: one(4, "bool"),
    }),
  ),
  values: many(
    3,
    message("pipeline.v1.ValueField", {
      ...FIELD,
      as: one(3, "string"),
      of: many(4, "string"),
      required: one(5, "bool"),
    }),
  ),
  required: many(
    4,
    message("pipeline.v1.RequiredField", {
      path: many(1, "string"),
      as: one(2, "string"),
    }),
  ),
  maxGroups: one(5, "uint64"),
  other: one(6, "bool"),
  builtIn: one(7, "bool"),
  windows: one(
    8,
    message("pipeline.v1.Windows", {
      sizeMs: one(1, "double"),
      offsetMs: one(2, "double"),
      allowedLatenessMs: optional(3, "double"),
    }),
  ),
});

/** Where the stages behind a stage are. */
const NEXT = many(
  9,
  message("pipeline.v1.NextStage", { addresses: many(1, "string") }),
);

/** The first message of every stream. */
export const OPENING = message("pipeline.v1.Opening", {
  run: one(1, "string"),
  windowBatches: one(2, "uint32"),
  windowBytes: one(3, "uint64"),
  schema: one(4, SCHEMA),
  tags: many(5, TAG),
  kept: one(6, KEPT),
  lane: one(7, LANE),
  protocol: one(8, "uint32"),
  next: NEXT,
});

const REJECT = message("pipeline.v1.Reject", {
  line: one(1, "uint64"),
  offset: one(2, "uint64"),
  stage: one(3, "string"),
  reason: one(4, "string"),
  text: one(5, "bytes"),
  length: one(6, "uint64"),
});

const TOTALS = message("pipeline.v1.Totals", {
  events: one(1, "uint64"),
  rejected: one(2, "uint64"),
  filtered: one(3, "uint64"),
  fractionsCut: optional(4, "uint64"),
  other: optional(5, "uint64"),
  late: optional(6, "uint64"),
});

const LATENCY = message("pipeline.v1.Latency", {
  p50Ms: one(1, "double"),
  p95Ms: one(2, "double"),
  p99Ms: one(3, "double"),
  maxMs: one(4, "double"),
});

const STAGE_REPORT = message("pipeline.v1.StageReport", {
  name: one(1, "string"),
  eventsIn: one(2, "uint64"),
  eventsOut: one(3, "uint64"),
  bytesIn: one(4, "uint64"),
  bytesOut: one(5, "uint64"),
  batches: one(6, "uint64"),
  processingMs: one(7, "double"),
  codecMs: one(8, "double"),
  waitingMs: one(9, "double"),
  cpuMs: one(10, "double"),
  peakRssBytes: one(11, "uint64"),
  batchLatency: one(12, LATENCY),
  eventLatency: one(13, LATENCY),
  worker: one(14, "uint32"),
});

/** From a stage to the one before it. */
export const RECEIPT = message("pipeline.v1.Receipt", {
  resume: oneOf(
    "kind",
    1,
    message("pipeline.v1.Resume", {
      position: one(1, POSITION),
      fields: many(
        2,
        message("pipeline.v1.RuleField", {
          path: many(1, "string"),
          isTime: one(2, "bool"),
        }),
      ),
    }),
  ),
  credit: oneOf(
    "kind",
    2,
    message("pipeline.v1.Credit", {
      batches: one(1, "uint32"),
      bytes: one(2, "uint64"),
    }),
  ),
  committed: oneOf(
    "kind",
    3,
    message("pipeline.v1.Committed", {
      position: one(1, POSITION),
      kept: one(2, KEPT),
    }),
  ),
  totals: oneOf("kind", 5, TOTALS),
  report: oneOf("kind", 4, STAGE_REPORT),
  written: oneOf("kind", 6, POSITION),
});

/** The aggregate of one group. */
export const RESULT = message("pipeline.v1.Result", {
  key: many(1, "string"),
  count: one(2, "uint64"),
  values: many(
    3,
    message("pipeline.v1.Figures", {
      count: one(1, "uint64"),
      sum: one(2, "string"),
      min: one(3, "string"),
      max: one(4, "string"),
      avg: optional(5, "double"),
      percentiles: many(6, "string"),
    }),
  ),
  tags: many(
    4,
    message("pipeline.v1.TagCount", {
      tag: one(1, "string"),
      value: one(2, "string"),
      count: one(3, "uint64"),
    }),
  ),
  windowMs: optional(5, "double"),
});

/** From aggregate to the sink. */
export const RESULT_BATCH = message("pipeline.v1.ResultBatch", {
  opening: one(1, OPENING),
  begin: one(2, POSITION),
  end: one(3, POSITION),
  rejects: many(4, REJECT),
  outcome: one(
    5,
    message("pipeline.v1.Outcome", {
      totals: one(1, TOTALS),
      tooManyRejects: one(2, "bool"),
    }),
  ),
  sync: one(6, "bool"),
  results: many(7, RESULT),
  interim: one(
    8,
    message("pipeline.v1.Interim", { closed: one(1, "uint64") }),
  ),
});

/** How one process of a stage stands. */
export const STAGE_LOOK = message("pipeline.v1.StageLook", {
  name: one(1, "string"),
  timeMs: one(2, "double"),
  reached: optional(3, "uint64"),
  ownMs: optional(4, "double"),
  ipcMs: optional(5, "double"),
  waitMs: optional(6, "double"),
  onItsWay: optional(7, "uint64"),
  batch: optional(8, "uint32"),
  latency: one(9, LATENCY),
  rejects: many(
    10,
    message("pipeline.v1.RejectCount", {
      reason: one(1, "string"),
      count: one(2, "uint64"),
      stage: one(3, "string"),
    }),
  ),
  results: many(11, RESULT),
  groups: optional(12, "uint64"),
  sinceMs: one(13, "double"),
  complete: one(14, "bool"),
  filtered: optional(15, "uint64"),
});

/** Asks for it. */
export const LOOK_REQUEST = message("pipeline.v1.LookRequest", {});

const INPUT_PART = message("pipeline.v1.InputPart", {
  end: one(1, "uint64"),
  length: one(2, "uint64"),
  sha256: one(3, "string"),
});

/** From the orchestrator to ingest. */
export const RUN_REQUEST = message("pipeline.v1.RunRequest", {
  run: one(1, "string"),
  batch: one(2, "uint32"),
  care: one(
    3,
    message("pipeline.v1.Care", {
      batch: one(1, "uint32"),
      until: one(2, "uint64"),
    }),
  ),
  lingerMs: one(4, "double"),
  windowBatches: one(5, "uint32"),
  inputs: many(
    6,
    message("pipeline.v1.InputFacts", {
      inode: optional(1, "double"),
      size: one(2, "uint64"),
      changedMs: optional(3, "double"),
      read: one(4, INPUT_PART),
      ends: many(5, INPUT_PART),
    }),
  ),
  endsAt: optional(7, "uint64"),
  schema: one(8, SCHEMA),
  next: NEXT,
});

/** From the orchestrator to ingest. */
export const FINISH_REQUEST = message("pipeline.v1.FinishRequest", {
  run: one(1, "string"),
});

/** From ingest to the orchestrator. */
export const FINISH_RESPONSE = message("pipeline.v1.FinishResponse", {
  offset: one(1, "uint64"),
});

const PROGRESS = message("pipeline.v1.Progress", {
  sent: one(1, POSITION),
  inputBytes: one(2, "uint64"),
  committed: one(3, POSITION),
  doneBytes: one(4, "uint64"),
});

/** From ingest to the orchestrator. */
export const RUN_UPDATE = message("pipeline.v1.RunUpdate", {
  opened: oneOf("kind", 1, PROGRESS),
  progress: oneOf("kind", 2, PROGRESS),
  finished: oneOf(
    "kind",
    3,
    message("pipeline.v1.Finished", {
      totals: one(1, TOTALS),
      elapsedMs: one(2, "double"),
      stages: many(3, STAGE_REPORT),
    }),
  ),
  broken: oneOf(
    "kind",
    4,
    message("pipeline.v1.Broken", {
      code: one(1, "uint32"),
      message: one(2, "string"),
      at: one(3, PROGRESS),
    }),
  ),
});
