/**
 * Makes a record of a run from what is told of it, and keeps it: bounded, however
 * long the run goes on.
 *
 * Reads no clock and asks nobody; the dashboard's server has one for each run,
 * and `pipeline --report` one for its own.
 *
 * @module
 */

import type { Finished } from "../../proto/types/pipeline/v1/Finished.ts";
import type { RunEvent as ToldEvent } from "../../proto/types/pipeline/v1/RunEvent.ts";
import type { RunLook } from "../../proto/types/pipeline/v1/RunLook.ts";
import type { RunSnapshot } from "../../proto/types/pipeline/v1/RunSnapshot.ts";
import type { RunStatus } from "../../proto/types/pipeline/v1/RunStatus.ts";
import type { Schema } from "../../proto/types/pipeline/v1/Schema.ts";
import type { StageProcess as ToldProcess } from "../../proto/types/pipeline/v1/StageProcess.ts";
import type { WatchUpdate } from "../../proto/types/pipeline/v1/WatchUpdate.ts";
import type {
  RunEnd,
  RunEvent,
  RunPhase,
  RunRecord,
  RunSample,
  StageProcess,
} from "../wire.ts";
import { numberOf } from "./numbers.ts";
import { resultRows } from "./result_rows.ts";
import { createSamples } from "./samples.ts";
import { stageOf } from "./stage_names.ts";
import { createStageSamples } from "./stage_samples.ts";

/** How many events a record has at most: the last of them. */
export const MOST_EVENTS = 100;
/** How many results a record has at most. */
export const MOST_RESULTS = 50;
/** How many processes, which are sixteen of a stage at the most. */
const MOST_PROCESSES = 80;
/** The longest text, in characters. */
const LONGEST_TEXT = 2_000;

/** What an update has changed of the record. */
export interface Changed {
  /** How the run stood, where that is new. */
  sample?: RunSample;
  /** True where something else than the samples has changed. */
  run: boolean;
}

/** The record of one run. */
export interface RunHistory {
  /** As it is now; it changes with each update. */
  readonly record: RunRecord;
  /**
   * Takes an update. A snapshot may come again, from who was not understood
   * before: what is known already stays.
   *
   * @param nowMs When it came, in milliseconds since 1970.
   */
  take(update: WatchUpdate, nowMs: number): Changed;
  /** Notes that no more is told of it: a run that was not over by then is lost. */
  end(nowMs: number): void;
}

/** Starts with nothing. */
export function createRunHistory(): RunHistory {
  const samples = createSamples();
  const stages = createStageSamples();
  let schema: Schema | null | undefined;
  const record: RunRecord = {
    id: "",
    pid: 0,
    title: "",
    startedMs: 0,
    phase: "starting",
    batch: "",
    inputBytes: 0,
    recoveries: 0,
    swaps: 0,
    processes: [],
    events: [],
    samples: samples.all,
    fromEvent: 0,
    stages: {},
    complete: false,
  };
  const reached = { sentEvents: 0, committedEvents: 0, doneBytes: 0 };

  const takeSnapshot = (told: RunSnapshot, nowMs: number) => {
    record.complete = false; // it may be told of again
    record.id = cut(told.run);
    record.pid = told.pid ?? 0;
    record.title = cut(told.title);
    record.startedMs = numberOf(told.startedMs) || nowMs;
    record.batch = cut(told.batch);
    schema = told.schema;
    record.processes = (told.processes ?? []).slice(0, MOST_PROCESSES)
      .map(processOf);
    if (told.status) takeStatus(told.status, nowMs);
    if (told.progress) takeProgress(told.progress);
    for (const event of told.events ?? []) takeEvent(event);
  };
  const takeStatus = (told: RunStatus, nowMs: number) => {
    record.phase = PHASES[told.phase ?? ""] ?? "starting";
    record.recoveries = numberOf(told.recoveries);
    record.swaps = numberOf(told.swaps);
    record.fromEvent = numberOf(told.fromEvent);
    if (isOver(record.phase)) record.endedMs ??= nowMs;
    else delete record.endedMs;
  };
  const takeProgress = (
    { sent, committed, inputBytes, doneBytes }: NonNullable<
      WatchUpdate["progress"]
    >,
  ) => {
    // After a recovery it is behind what it was before.
    reached.sentEvents = numberOf(sent?.event);
    reached.committedEvents = numberOf(committed?.event);
    reached.doneBytes = numberOf(doneBytes);
    record.inputBytes = numberOf(inputBytes);
  };
  const takeEvent = (told: ToldEvent): boolean => {
    const event = eventOf(told);
    const last = record.events.at(-1)?.sequence ?? 0;
    if (event.sequence <= last) return false;
    record.events.push(event);
    if (record.events.length > MOST_EVENTS) record.events.shift();
    return true;
  };
  const takeProcess = (told: ToldProcess) => {
    const process = processOf(told);
    const at = record.processes.findIndex(({ name }) => name === process.name);
    if (at >= 0) record.processes[at] = process;
    else if (record.processes.length < MOST_PROCESSES) {
      record.processes.push(process);
    }
  };
  const takeEnd = (told: Finished) => {
    record.end = endOf(told);
    // Whoever has the end has all of it; the last progress was before that.
    reached.sentEvents = reached.committedEvents = record.end.events;
    if (record.inputBytes > 0) reached.doneBytes = record.inputBytes;
    const last = record.samples.at(-1);
    if (last) Object.assign(last, reached);
  };
  const takeLook = (told: RunLook): Changed => {
    const timeMs = numberOf(told.timeMs);
    const sample = { timeMs, ...reached, stages: stages.take(told) };
    samples.add(sample);
    record.stages = stages.totals();
    if (stages.rejects) record.rejects = stages.rejects;
    const results = told.stages?.find(({ name = "", groups }) =>
      stageOf(name) === "aggregate" && groups !== undefined
    );
    if (results) {
      record.results = {
        ...resultRows(schema, results.results?.slice(0, MOST_RESULTS) ?? []),
        total: numberOf(results.groups),
        interim: results.complete !== true,
        timeMs,
      };
    }
    // Rejects and results are no part of a sample.
    return { sample, run: true };
  };

  return {
    record,
    take(update, nowMs) {
      const { snapshot, progress, status, process, event, finished, look } =
        update;
      if (look) return takeLook(look);
      if (snapshot) takeSnapshot(snapshot, nowMs);
      else if (progress) {
        const { inputBytes } = record;
        takeProgress(progress);
        return { run: inputBytes !== record.inputBytes };
      } else if (status) takeStatus(status, nowMs);
      else if (process) takeProcess(process);
      else if (event) return { run: takeEvent(event) };
      else if (finished) takeEnd(finished);
      else return { run: false };
      return { run: true };
    },
    end(nowMs) {
      record.complete = true;
      if (isOver(record.phase)) return;
      record.phase = "lost";
      record.endedMs = nowMs;
    },
  };
}

const PHASES: Record<string, RunPhase> = {
  RUN_STARTING: "starting",
  RUN_RUNNING: "running",
  RUN_RECOVERING: "recovering",
  RUN_SWAPPING: "swapping",
  RUN_FINISHED: "finished",
  RUN_FAILED: "failed",
};

const PROCESS_STATES: Record<string, StageProcess["state"]> = {
  PROCESS_STARTING: "starting",
  PROCESS_SERVING: "serving",
  PROCESS_DEAD: "dead",
};

const EVENT_KINDS: Record<string, RunEvent["kind"]> = {
  RUN_EVENT_RECOVERY: "recovery",
  RUN_EVENT_SWAP: "swap",
};

/** True for a run that does not go on. */
export function isOver(phase: RunPhase): boolean {
  return phase === "finished" || phase === "failed" || phase === "lost";
}

function processOf(told: ToldProcess): StageProcess {
  return {
    name: cut(told.name),
    stage: stageOf(told.stage ?? "") ?? stageOf(told.name ?? "") ?? "ingest",
    variant: cut(told.variant),
    pid: told.pid ?? 0,
    address: cut(told.address),
    state: PROCESS_STATES[told.state ?? ""] ?? "starting",
  };
}

function eventOf({ sequence, timeMs, kind, message }: ToldEvent): RunEvent {
  return {
    sequence: numberOf(sequence),
    timeMs: numberOf(timeMs),
    kind: EVENT_KINDS[kind ?? ""] ?? "note",
    message: cut(message),
  };
}

function endOf({ totals, elapsedMs, stages = [] }: Finished): RunEnd {
  return {
    elapsedMs: numberOf(elapsedMs),
    events: numberOf(totals?.events),
    rejected: numberOf(totals?.rejected),
    stages: stages.slice(0, MOST_PROCESSES).flatMap((report) => {
      const stage = stageOf(report.name ?? "");
      if (!stage) return [];
      const ownMs = numberOf(report.processingMs);
      const latency = report.batchLatency;
      return [{
        name: report.worker ? `${stage}.${report.worker}` : stage,
        stage,
        events: numberOf(report.eventsIn),
        ownMs,
        ipcMs: Math.max(0, numberOf(report.cpuMs) - ownMs),
        waitMs: numberOf(report.waitingMs),
        batch: numberOf(report.batches) > 0
          ? numberOf(report.eventsIn) / numberOf(report.batches)
          : null,
        p50Ms: latency ? numberOf(latency.p50Ms) : null,
        p95Ms: latency ? numberOf(latency.p95Ms) : null,
        p99Ms: latency ? numberOf(latency.p99Ms) : null,
      }];
    }),
  };
}

function cut(text: string | undefined): string {
  return (text ?? "").slice(0, LONGEST_TEXT);
}
