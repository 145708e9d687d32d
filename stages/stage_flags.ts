/**
 * The flags that the engine gives to stages, and which of them which stage is
 * given; docs/write-a-stage.md has them as a table.
 *
 * @module
 */

import {
  bytes,
  choice,
  duration,
  type Flag,
  integer,
  repeated,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { MAX_LINE_BYTES } from "./events/lines.ts";
import { MAX_WORKERS } from "./names.ts";
import { type Format, FORMATS } from "./sink/formats.ts";

/** What the engine says to a stage, by flag; docs/write-a-stage.md has more. */
export interface StageFlags {
  address: string | undefined;
  next: string | undefined;
  run: string | undefined;
  owner: number;
  /** 0 for the only process. */
  worker: number;
  input: string[];
  /** In bytes. */
  "max-line": number;
  "any-input": boolean;
  follow: boolean;
  "allow-gap": boolean;
  replay: string | undefined;
  rules: string | undefined;
  "rules-digest": string | undefined;
  "max-rejects": number | undefined;
  state: string | undefined;
  /** In milliseconds. */
  "checkpoint-interval": number;
  /** In milliseconds. */
  every: number | undefined;
  appended: boolean;
  output: string | undefined;
  rejects: string | undefined;
  format: Format | "sqlite";
  top: number | undefined;
  sort: string | undefined;
  expose: boolean;
}

/** The flags that give them. */
export const STAGE_FLAGS: {
  readonly [Name in keyof StageFlags]: Flag<StageFlags[Name]>;
} = {
  address: text("HOST:PORT", "where to serve"),
  next: text(
    "HOST:PORT,...",
    "the stage after this one, wherever it may be; not for sink",
  ),
  run: text("NAME", "the run that the stage belongs to"),
  owner: integer("the process that has started it", 0, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  worker: integer("parse, rules: which of several processes this is", 0, {
    min: 0,
    max: MAX_WORKERS,
  }),
  input: repeated(
    text("FILE", "an input, one flag each; - is standard input", ""),
  ),
  "max-line": bytes("ingest: the longest line", "1MiB", {
    min: 1,
    max: MAX_LINE_BYTES,
  }),
  "any-input": toggle(
    "ingest: take the input as it is, whatever it looks like",
  ),
  follow: toggle("ingest, aggregate, sink: the last input is followed"),
  "allow-gap": toggle("ingest: go on where a followed file has lost bytes"),
  replay: text(
    "FILE",
    "ingest, sink: the input is this rejects file, to be run again",
  ),
  rules: text("FILE", "rules: the rules file (default: no rules)"),
  "rules-digest": text("HEX", "rules: what the run began with"),
  "max-rejects": integer("aggregate: rejects after which to fail", undefined, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  state: text("FOLDER", "ingest, aggregate: where to save the run"),
  "checkpoint-interval": duration(
    "aggregate: the least time between two checkpoints",
    "250ms",
  ),
  every: duration(
    "aggregate: the least time between two tellings of the results so far",
    undefined,
  ),
  appended: toggle("sink: hand results so far over in a file beside --output"),
  output: text("FILE", "sink: the result file"),
  rejects: text("FILE", "sink: the rejects file"),
  format: choice(
    [...FORMATS, "sqlite"],
    "sink: what the results are written as; sqlite: --output is a database",
  ),
  top: integer("sink: most results to write", undefined, {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  sort: text("FIELD", "sink: the field that orders the results"),
  expose: toggle("allow an address that other machines can reach"),
};
