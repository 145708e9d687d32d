/**
 * Serves the ingest stage: opens the chain, reads the input, sends it on, and
 * tells the orchestrator how it goes.
 *
 * A run that is asked for again goes on where aggregate says; of a file nothing
 * is remembered here, of standard input only what is not yet saved.
 *
 * @module
 */

import {
  type Position,
  type RawBatch,
  START,
} from "../../proto/pipeline/batches.ts";
import { IngestService, ParseService } from "../../proto/pipeline/contract.ts";
import type { RunRequest__Output } from "../../proto/types/pipeline/v1/RunRequest.ts";
import type { RunUpdate } from "../../proto/types/pipeline/v1/RunUpdate.ts";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  createNotifier,
  type Notifier,
} from "../../runtime/program/notifier.ts";
import {
  implement,
  type Implementation,
  serverStream,
  unary,
} from "../../runtime/rpc/handlers.ts";
import { toStatus } from "../../runtime/rpc/status.ts";
import { openHops } from "../hop/fan_out.ts";
import { createTurns } from "../hop/latest_stream.ts";
import { createMeter, type Meter } from "../hop/meter.ts";
import type { Monitor } from "../hop/monitor.ts";
import { type NextConnections, PROTOCOL } from "../hop/opening.ts";
import { checkRun } from "../hop/receiver.ts";
import { createSampling } from "../hop/sampling.ts";
import type { Hop } from "../hop/sender.ts";
import { WINDOW } from "../hop/window.ts";
import { createEarlyEnd, type EarlyEnd } from "./early_end.ts";
import type { InputFacts } from "./input_facts.ts";
import { emptyBatch, openSequence, type Sequence } from "./sequence.ts";
import type { Sources } from "./sources.ts";

/** Options for {@linkcode ingestService}. */
export interface IngestServiceOptions {
  /** The run that the stage belongs to. @default {any} */
  run?: string | undefined;
  /** The parse stage, all its processes. */
  next: NextConnections;
  /** Looks at each opening. @default {nobody does} */
  monitor?: Monitor | undefined;
  /** What it does: reads the inputs. */
  sources: Sources;
  /** Longest line, in bytes. */
  maxLine: number;
  /** Takes what does not look like lines of JSON. @default {false} */
  anyInput?: boolean;
}

/** Time between two progress updates, in milliseconds. */
const PROGRESS_MS = 50;

/** Builds the handlers of pipeline.v1.IngestService. */
export function ingestService(
  { run: own, next, sources, maxLine, anyInput = false, monitor }:
    IngestServiceOptions,
): Implementation {
  const turns = createTurns();
  let active: { run: string } | undefined;
  /** Where the run ends, which may be told before it is asked for. */
  let ending: { run: string; end: EarlyEnd } | undefined;
  const endOf = (run: string): EarlyEnd => {
    if (ending?.run !== run) ending = { run, end: createEarlyEnd() };
    return ending.end;
  };
  const finish = (end: EarlyEnd, readTo: number) => {
    end.finish(Math.max(readTo, sources.readTo));
    sources.finish();
  };
  return implement(IngestService, {
    Run: serverStream(async function* (request, call) {
      if (!request.run || request.batch < 1) {
        throw new Fault(
          "invalid",
          "Cannot start the run: it needs a name and a batch size",
        );
      }
      checkRun(request.run, own);
      if (active && active.run !== request.run) {
        throw new Fault(
          "failed_precondition",
          "Cannot start the run: another run is in progress",
        );
      }
      const mine = active = { run: request.run };
      try {
        using turn = await turns.take(call.signal);
        const end = endOf(request.run);
        if (request.endsAt !== undefined) finish(end, request.endsAt);
        yield* run(request, {
          next,
          sources,
          maxLine,
          anyInput,
          end,
          monitor,
          signal: turn.signal,
        });
      } finally {
        if (active === mine) active = undefined;
      }
    }),
    Finish: unary(({ run }) => {
      checkRun(run, own);
      if (!run || (active && active.run !== run)) {
        throw new Fault(
          "failed_precondition",
          "Cannot finish the run: another run is in progress",
        );
      }
      const end = endOf(run);
      finish(end, 0);
      return { offset: end.offset };
    }),
  });
}

/** What a run is made of. */
interface Running {
  next: NextConnections;
  sources: Sources;
  maxLine: number;
  anyInput: boolean;
  end: EarlyEnd;
  monitor: Monitor | undefined;
  signal: AbortSignal;
}

/** How far a run is; `committed` grows as receipts come. */
interface Reached {
  sent: Position;
  committed: Position;
  inputBytes: number;
  doneBytes: number;
}

async function* run(
  request: RunRequest__Output,
  { next, sources, maxLine, anyInput, end, monitor, signal }: Running,
): AsyncGenerator<RunUpdate> {
  // Ends the stream to the right when the run ends in any way.
  using ended = abortOnDispose();
  const meter = createMeter("ingest");
  monitor?.begin(meter);
  const window = {
    ...WINDOW,
    ...(request.windowBatches ? { batches: request.windowBatches } : {}),
  };
  const saved = createNotifier();
  const reached: Reached = {
    sent: START,
    committed: START,
    inputBytes: 0,
    doneBytes: 0,
  };
  const hop = await openHops<RawBatch>({
    connections: next(request.next),
    method: ParseService.Parse,
    opening: {
      opening: {
        run: request.run,
        windowBatches: window.batches,
        windowBytes: window.bytes,
        schema: request.schema,
        tags: [],
        protocol: PROTOCOL,
        next: request.next.slice(1),
      },
      ...emptyBatch(START),
    },
    window,
    meter,
    signal: AbortSignal.any([signal, ended.signal]),
    onCommitted({ position }) {
      if (!position) return;
      reached.committed = position;
      sources.forget(position.offset);
      saved.notify();
    },
  });
  await sources.begin();
  const from = (hop.resume.position ?? START) as Position;
  reached.sent = reached.committed = from;
  sources.forget(from.offset);
  const careful = ({ offset }: Position) =>
    request.care !== null && offset < request.care.until;
  using input = await openSequence({
    paths: sources.paths,
    open: (index, offset) =>
      sources.open(index, offset, signal, factsOf(request, index)),
    batch: (begin) =>
      careful(begin) ? Math.max(1, request.care!.batch) : request.batch,
    maxLine,
    anyInput,
    lingerMs: request.lingerMs,
    from,
    end,
    isFollowed: sources.isFollowed,
  });
  reached.inputBytes = input.size;
  reached.doneBytes = input.doneBytes(from.offset);
  const openedMs = performance.now();
  yield { opened: { ...reached } };

  try {
    yield* sendAll({
      hop,
      input,
      sources,
      careful,
      meter,
      reached,
      saved,
    });
    yield { progress: { ...reached } };
    const { totals, reports } = await hop.finish();
    // Its state is removed now.
    sources.close();
    yield {
      finished: {
        ...(totals ? { totals } : {}),
        elapsedMs: performance.now() - openedMs,
        stages: [meter.report(), ...reports],
      },
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, details: message } = toStatus(error);
    yield { broken: { code, message, at: { ...reached } } };
  }
}

/** What an input must be; undefined where the orchestrator does not know. */
function factsOf(
  { inputs }: RunRequest__Output,
  index: number,
): InputFacts | undefined {
  const input = inputs[index];
  if (!input?.read) return undefined;
  const { inode = null, changedMs = null, size, read, ends } = input;
  return { inode, changedMs, size, read, ends };
}

/** What sending takes. */
interface Sending {
  hop: Hop<RawBatch>;
  input: Sequence;
  sources: Sources;
  /** True for a batch that is sent alone, by where it begins. */
  careful(begin: Position): boolean;
  meter: Meter;
  reached: Reached;
  saved: Notifier;
}

async function* sendAll(
  { hop, input, sources, careful, meter, reached, saved }: Sending,
): AsyncGenerator<RunUpdate> {
  let lastProgressMs = performance.now();
  const sampling = createSampling();
  let askedFor = reached.committed;
  // Looking at the CPU clock takes longer than to read what the system holds.
  const readOn = () =>
    input.isLive ? meter.reading(() => input.more()) : input.more();
  const mayWait = () => input.isLive || sources.isFollowed;
  let told = reached.sent;
  for (;;) {
    const batch = meter.processing(() => input.take());
    if (!batch) {
      // What waits for more may wait long: it is known before that what was sent.
      if (mayWait() && told !== reached.sent) {
        told = reached.sent;
        yield { progress: { ...reached } };
      }
      if (await hop.guard(meter.processingAsync(readOn))) continue;
      break;
    }
    const batches = sampling.next();
    const readMs = batches > 0 ? performance.now() : NaN;
    if (batches > 0) sampling.began(readMs);
    const alone = careful(batch.begin);
    if (
      alone || (sources.pressed && askedFor.offset <= reached.committed.offset)
    ) {
      batch.sync = true;
      askedFor = batch.end;
    }
    const room = hop.send(batch);
    if (room) await room;
    reached.sent = batch.end;
    reached.doneBytes = input.doneBytes(batch.end.offset);
    sources.sent(batch.end.offset);
    const events = batch.end.event - batch.begin.event;
    meter.batches++;
    meter.reached = batch.end.event;
    meter.eventsIn += events;
    meter.eventsOut += events;
    meter.bytesIn += input.lengthOf(batch);
    if (alone) {
      yield { progress: { ...reached } };
      while (reached.committed.offset < batch.end.offset) {
        await meter.waiting(hop.guard(saved.next()));
      }
    }
    const nowMs = performance.now();
    if (batches > 0) meter.batchDone(nowMs - readMs, batches);
    if (nowMs - lastProgressMs >= PROGRESS_MS) {
      lastProgressMs = nowMs;
      told = reached.sent;
      yield { progress: { ...reached } };
    }
  }
  // The empty batch says that this was all; a stream that merely ends may have
  // been cut.
  await hop.send(emptyBatch(reached.sent));
}
