/**
 * A run in one process: the same transforms as in the stages, one after the
 * other, without gRPC. The cost of splitting up is measured against it.
 *
 * @module
 */

import {
  type EventBatch,
  type RawBatch,
  START,
} from "../proto/pipeline/batches.ts";
import { pause } from "../runtime/program/abort.ts";
import { Failure } from "../runtime/program/errors.ts";
import {
  type Aggregate,
  createAggregate,
  describeTooManyRejects,
  type Totals,
} from "../stages/aggregate/aggregate.ts";
import { inParts } from "../stages/aggregate/result_parts.ts";
import { startTicks } from "../stages/aggregate/ticks.ts";
import { cpuMs } from "../stages/hop/clocks.ts";
import { createEarlyEnd } from "../stages/ingest/early_end.ts";
import { openSequence } from "../stages/ingest/sequence.ts";
import { openInput } from "../stages/ingest/input.ts";
import { replayedInput } from "../stages/ingest/replayed.ts";
import { type StageName, STAGES } from "../stages/names.ts";
import { createParse } from "../stages/parse/parse.ts";
import { createRules } from "../stages/rules/rules.ts";
import type { WrittenResults } from "../stages/sink/written_results.ts";
import {
  openSink,
  readWritten,
  removePartials,
  type Sink,
  written,
} from "../stages/sink/sink.ts";
import { followLast } from "./follow.ts";
import { rangesOf, type RunPlan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import { round, type StageFigures } from "./stage_figures.ts";

/** Time between two updates of the progress, in milliseconds. */
const PROGRESS_MS = 100;

/** How a run in one process went. */
export interface InProcessRun {
  totals: Totals;
  /** What was written. */
  results: WrittenResults;
  /** When it began to read, as `performance.now()`. */
  openedMs: number;
  /** The CPU time of the process since then. */
  cpuMs: number;
  stages: StageFigures[];
}

/** Options for {@linkcode runInProcess}. */
export interface InProcessOptions {
  /** Names the run. */
  run: string;
  /** How many of the results are given back. @default {all} */
  mostReported?: number;
  /** Called once the files are open. */
  startProgress(): Progress;
  /** Ends the run, which throws; no file is left half written. */
  stop: AbortSignal;
  /** Ends the input where it has been read to. @default {it ends by itself} */
  finish?: AbortSignal;
}

/**
 * Runs the transforms to the end of the input.
 *
 * @throws {Failure} If there are too many rejects.
 * @throws {Fault} If a file cannot be read or written.
 */
export async function runInProcess(
  plan: RunPlan,
  { run, mostReported, startProgress, stop, finish }: InProcessOptions,
): Promise<InProcessRun> {
  const { maxRejects = Infinity } = plan;
  const { schema } = plan;
  const rules = createRules(plan.rules, schema);
  const { tags } = rules;
  const parse = createParse({ schema, fields: rules.fields });
  const applyRules = rules.createTransform();
  const aggregate = createAggregate({ schema, tags });
  const clocks = createClocks();
  const end = createEarlyEnd();
  finish?.addEventListener("abort", () => end.finish(), { once: true });
  const ranges = rangesOf(plan);
  const followedFrom = plan.inputs.length - 1;
  const followed = plan.follow ? await followLast(plan) : undefined;
  using _followed = { [Symbol.dispose]: () => followed?.close() };
  await followed?.begin();
  using source = await openSequence({
    paths: ranges,
    isFollowed: followed !== undefined,
    async open(index) {
      if (followed && index >= followedFrom) {
        return await followed.open(index - followedFrom, 0, stop);
      }
      const path = plan.inputs[index]!;
      const input = await openInput(path, stop, plan.anyInput);
      return plan.replay === undefined ? input : replayedInput(input, path);
    },
    batch: plan.batching.batch,
    lingerMs: plan.batching.lingerMs,
    maxLine: plan.maxLine,
    anyInput: plan.anyInput ?? false,
    from: START,
    ...(finish ? { end } : {}),
  });
  const files = { ...plan, inputs: ranges, run };
  await using _unfinished = {
    [Symbol.asyncDispose]: () => removePartials(files),
  };
  using sink = await written(plan, openSink(files, { schema, tags }));
  await using results = startResults(plan.everyMs, aggregate, sink);
  using progress = startProgress();

  const openedMs = performance.now();
  const openedCpuMs = cpuMs();
  let shownMs = 0;
  for (;;) {
    let mark = performance.now();
    let raw = source.take();
    while (!raw && await source.more()) raw = source.take();
    mark = clocks.lap("ingest", mark);
    if (!raw) break;
    const events = parse(raw);
    mark = clocks.lap("parse", mark);
    const kept = applyRules(events);
    mark = clocks.lap("rules", mark);
    if (results.telling) await results.telling;
    const rejects = aggregate.apply(kept);
    mark = clocks.lap("aggregate", mark);
    const { rejected } = aggregate.totals;
    if (rejects.length > 0) {
      await written(plan, sink.writeRejects(rejects));
    }
    if (rejected > maxRejects) {
      await written(plan, sink.keepRejects());
      throw new Failure(
        describeTooManyRejects(
          rejected,
          maxRejects,
          rejects.at(-1)!,
          ranges,
        ),
      );
    }
    clocks.lap("sink", mark);
    clocks.count(raw, events, kept);
    if (mark - shownMs > PROGRESS_MS) {
      shownMs = mark;
      // Reading is the only thing that waits; a signal is heard here too.
      await pause(0);
      stop.throwIfAborted();
      const done = source.doneBytes(raw.end.offset);
      progress.update(raw.end.event, done, source.size);
    }
  }
  const { totals } = aggregate;
  await results.end();
  await written(plan, sink.commit(totals, stop));
  const shown = await readWritten(files, mostReported);
  return {
    totals,
    results: shown,
    openedMs,
    cpuMs: cpuMs() - openedCpuMs,
    stages: clocks.figures(shown.count),
  };
}

/** Gives the sink the results so far now and then, and all of them at the end. */
function startResults(
  everyMs: number | undefined,
  aggregate: Aggregate,
  sink: Sink,
) {
  const over = new AbortController();
  let soFar = Promise.resolve();
  /** So many results of closed windows has the sink. */
  let told = 0;
  const take = () => {
    for (const part of inParts(aggregate.results(told))) sink.takeResults(part);
  };
  const ticks = startTicks({
    everyMs,
    position: () => aggregate.position,
    // deno-lint-ignore require-await
    async tell() {
      take();
      told = aggregate.closed;
      soFar = sink.writeSoFar(told, over.signal).then(ticks.written);
    },
  });
  return {
    /** While the sink is given some: nothing may be counted. */
    get telling() {
      return ticks.telling;
    },
    async end() {
      await ticks.stop();
      take();
    },
    async [Symbol.asyncDispose]() {
      ticks[Symbol.dispose]();
      over.abort();
      await soFar;
    },
  };
}

/** Counts and wall clocks of the stages within one process. */
function createClocks() {
  const stages = Object.fromEntries(
    STAGES.map((name) => [
      name,
      { name, in: 0, out: 0, batches: 0, processingMs: 0 },
    ]),
  ) as Record<StageName, StageFigures>;
  return {
    /** Adds the time since `mark` to a stage; returns the new mark. */
    lap(name: StageName, mark: number): number {
      const now = performance.now();
      stages[name].processingMs += now - mark;
      return now;
    },
    count(raw: RawBatch, events: EventBatch, kept: EventBatch): void {
      const read = raw.end.event - raw.begin.event;
      const flow = {
        ingest: [read, read],
        parse: [read, events.rows],
        rules: [events.rows, kept.rows],
        aggregate: [kept.rows, 0],
        sink: [kept.rejects.length, kept.rejects.length],
      } as const;
      for (const name of STAGES) {
        stages[name].in += flow[name][0];
        stages[name].out += flow[name][1];
        stages[name].batches++;
      }
    },
    figures(results: number): StageFigures[] {
      stages.aggregate.out = results;
      stages.sink.in += results;
      stages.sink.out += results;
      return STAGES.map((name) => ({
        ...stages[name],
        processingMs: round(stages[name].processingMs),
      }));
    },
  };
}
