/**
 * Denizen, for authors of stages: a program that imports this takes the place of
 * one of the five stages of the pipeline. Its author writes what the stage does
 * with batches; {@linkcode runStage} does everything else.
 *
 * ```ts
 * import { eachLine, runStage } from "denizen/stage";
 *
 * await runStage({ stage: "parse" }, () =>
 *   eachLine((line) => line === "" ? "empty" : { route: line, ms: 1 }));
 * ```
 *
 * docs/write-a-stage.md says what a stage must do, in any language, and
 * examples/combined-log/ is one.
 *
 * @module
 */

export type {
  Column,
  EventBatch,
  Kept,
  Opening,
  Position,
  RawBatch,
  Reject,
  RuleField,
  Schema,
  ValueColumn,
  WorkItem,
} from "../proto/pipeline/batches.ts";
export {
  Fault,
  type FaultCode,
  UsageError,
} from "../runtime/program/errors.ts";
export {
  bytes,
  choice,
  duration,
  type Flag,
  integer,
  text,
  toggle,
} from "../runtime/program/flags.ts";
export { log } from "../runtime/program/log.ts";
export type { Aggregate, Result, Totals } from "./aggregate/aggregate.ts";
export type { Changes, Saved, SavedRecord } from "./aggregate/saved.ts";
export type { AggregateWork } from "./aggregate/service.ts";
export type { Input } from "./ingest/input.ts";
export type { Sources } from "./ingest/sources.ts";
export type { StageName } from "./names.ts";
export { eachLine, type ReadLine } from "./parse/each_line.ts";
export type { EventFields } from "./parse/rows.ts";
export type { ParseWork } from "./parse/service.ts";
export type { Rules } from "./rules/rules.ts";
export type { RulesWork } from "./rules/service.ts";
export {
  runStage,
  type StageContext,
  type StageProgram,
  type StageWork,
  type StartStage,
} from "./run_stage.ts";
export type { StageFlags } from "./stage_flags.ts";
export type { RunEvents, Sink } from "./sink/sink.ts";
export type { SinkWork } from "./sink/service.ts";
