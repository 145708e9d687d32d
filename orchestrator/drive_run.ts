/**
 * Drives a run from its ingest stage to the end, through any number of breaks.
 *
 * A break is one call that fails. Then whatever has died is started again, and
 * ingest is asked for the same run once more. It opens the chain anew, and
 * aggregate says where to go on.
 *
 * @module
 */

import type { Position } from "../proto/pipeline/batches.ts";
import { IngestService } from "../proto/pipeline/contract.ts";
import type { Finished__Output } from "../proto/types/pipeline/v1/Finished.ts";
import type { Progress__Output } from "../proto/types/pipeline/v1/Progress.ts";
import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import { Failure, Fault } from "../runtime/program/errors.ts";
import { log } from "../runtime/program/log.ts";
import { faultOf } from "../runtime/rpc/status.ts";
import { findPipe } from "../stages/ingest/input.ts";
import type { InputFacts } from "../stages/ingest/input_facts.ts";
import { awaitEnding } from "./ending_stages.ts";
import { createInputEnd, type InputEnd } from "./input_end.ts";
import type { Moments } from "./moments.ts";
import type { RunPlan } from "./plan.ts";
import type { Progress } from "./progress.ts";
import {
  type Break,
  describeRecovery,
  type History,
  nextRecovery,
  type Reached,
  type RecoveryPolicy,
  UNBROKEN,
} from "./recovery.ts";
import type { RunState } from "./run_state.ts";
import type { RunView } from "./run_view.ts";
import type { Death } from "./stage_process.ts";
import type { StageProcesses } from "./stage_processes.ts";
import type { Swaps } from "./swaps.ts";

/** What driving a run takes. */
export interface Drive {
  plan: Pick<RunPlan, "inputs" | "batching" | "schema">;
  stages: StageProcesses;
  state: Pick<RunState, "run" | "inputs" | "note">;
  policy: RecoveryPolicy;
  moments: Moments;
  /** Exchanges processes of the stages. @default {nobody asks for it} */
  swaps?: Swaps;
  progress: Progress;
  /** Told of all that happens. @default {nobody is} */
  view?: RunView;
  /** Shows that the stages come up. @default {nothing is shown} */
  whileStarting?: (starting: Promise<void>) => Promise<void>;
  /** Called when the stages are up. @default {nobody is} */
  onReady?: () => void;
  /** Ends the input where it has been read to. @default {it ends by itself} */
  finish?: AbortSignal;
  stop: AbortSignal;
}

/** How a run went. */
export interface Driven {
  finished: Finished__Output;
  /** When the chain was open for the first time, as `performance.now()`. */
  openedMs: number;
  /** The event that the first opening began at: 0, but for a resumed run. */
  startedAt: number;
  /** The event that the last opening began at: what the stages count from. */
  stagesFrom: number;
  /** From the chain being open to the sink having committed, in milliseconds. */
  elapsedMs: number;
  recoveries: number;
  /** How long the chain was not open since it first was, in milliseconds. */
  recoveryMs: number;
  swaps: number;
  /** How long it was not open for swaps, in milliseconds. */
  swapMs: number;
}

/** How long a broken chain waits to hear whether a stage has died of it. */
const BLAME_MS = 1_000;
/** How long ingest may take to notice that a stage has died. */
const NOTICE_MS = 500;

/**
 * Drives a run.
 *
 * @throws {Failure} If it breaks too often, or cannot go on.
 * @throws {Fault} What ends a run that is not broken, such as too many rejects.
 */
export async function driveRun(drive: Drive): Promise<Driven> {
  const { stages, policy, stop, whileStarting = (starting) => starting } =
    drive;
  const { moments, swaps, view } = drive;
  const end = createInputEnd(drive.finish ?? NEVER);
  let history = UNBROKEN;
  let opened: Opened | undefined;
  const shutMs = { recovery: 0, swap: 0 };
  let shut: { by: keyof typeof shutMs; sinceMs: number } | undefined;
  const shutBy = (by: keyof typeof shutMs) =>
    shut = { by, sinceMs: shut?.sinceMs ?? performance.now() };
  let stagesFrom = 0;
  const onOpened = (event: number) => {
    const nowMs = performance.now();
    stagesFrom = event;
    if (shut && opened) shutMs[shut.by] += nowMs - shut.sinceMs;
    shut = undefined;
    swaps?.opened(event);
    view?.opened(event);
    if (opened) return;
    opened = { atMs: nowMs, event };
    moments.opened();
  };
  moments.started();
  await whileStarting(stages.ready(stop));
  drive.onReady?.();
  for (;;) {
    stop.throwIfAborted();
    await swaps?.carryOut();
    const attempt = await runOnce(drive, history, end, onOpened);
    if (attempt.status === "to_swap") {
      shutBy("swap");
      continue;
    }
    if (attempt.status === "finished") {
      const { finished } = attempt;
      const { atMs, event } = opened!;
      return {
        finished,
        openedMs: atMs,
        startedAt: event,
        stagesFrom,
        // Without a break the stage's own clock, which is the nearer one.
        elapsedMs: history.recoveries + (swaps?.count ?? 0) === 0
          ? finished.elapsedMs
          : performance.now() - atMs,
        recoveries: history.recoveries,
        recoveryMs: shutMs.recovery,
        swaps: swaps?.count ?? 0,
        swapMs: shutMs.swap,
      };
    }
    shutBy("recovery");
    moments.broken();
    const broken = await explain(attempt, stages, stop);
    if (!opened && stages.dead().some(({ gaveUp }) => gaveUp)) {
      throw new Failure(`Cannot start the pipeline: ${broken.what}`);
    }
    const next = nextRecovery(policy, history, broken);
    if (next.action === "give_up") throw cannotFinish(next.reason, attempt);
    await checkReadable(broken, drive, attempt);
    history = next.history;
    const text = describeRecovery(broken, history, policy);
    log(text);
    view?.broke(text);
    await stages.restart(stop);
  }
}

/** The input of most runs ends by itself. */
const NEVER = new AbortController().signal;

/** When the chain was first open, and at which event. */
interface Opened {
  atMs: number;
  event: number;
}

/** How one call of the run ended. */
type Attempt =
  | { status: "finished"; finished: Finished__Output }
  /** New processes are to be put in place. */
  | { status: "to_swap" }
  | { status: "broken"; fault: Fault; reached: Reached | undefined };

/** Asks for the run once. @throws {Fault} If it fails of itself. */
async function runOnce(
  { plan, stages, state, moments, swaps, progress, view, stop }: Drive,
  { care }: History,
  end: InputEnd,
  onOpened: (event: number) => void,
): Promise<Attempt> {
  const [alreadyDead] = stages.dead();
  if (alreadyDead) {
    const fault = new Fault("unavailable", alreadyDead.what);
    return { status: "broken", fault, reached: undefined };
  }
  using over = abortOnDispose();
  const lost = new AbortController();
  // The break travels to ingest by itself, unless that is of no use either.
  void stages.death().then(() => pause(NOTICE_MS, over.signal))
    .then(() => lost.abort());
  const ready = swaps?.ready ?? NEVER;
  const endsAt = end.offset;
  void end.ask(stages.connection("ingest"), state.run, over.signal);
  const updates = stages.connection("ingest").serverStream(
    IngestService.Run,
    {
      run: state.run,
      ...plan.batching,
      schema: plan.schema,
      ...(care ? { care } : {}),
      inputs: state.inputs.map((facts) => facts ? toWire(facts) : {}),
      ...(endsAt === undefined ? {} : { endsAt }),
      next: stages.next(),
    },
    {
      signal: AbortSignal.any([stop, lost.signal, ready]),
      waitForReady: true,
    },
  );
  let reached: Reached | undefined;
  let fault: Fault | undefined;
  // A call that fails may have lost what was on its way to us.
  let atLeast = true;
  try {
    for await (const each of updates) {
      const { opened, progress: update, finished, broken } = each;
      if (finished) return { status: "finished", finished };
      const now = opened ?? update ?? broken?.at;
      if (!now) continue;
      reached = positionsOf(now);
      end.sent(reached.sent.offset);
      if (opened) onOpened(reached.sent.event);
      progress.update(reached.sent.event, now.doneBytes, now.inputBytes);
      view?.note(now);
      if (update) moments.progress(shareOf(now));
      await state.note(reached.committed);
      if (!broken) continue;
      fault = faultOf(broken);
      atLeast = false;
      break;
    }
    // As when it was told to stop: its last word is what makes an end.
    fault ??= new Fault("unavailable", "Ingest ended the run too early");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault = error;
  }
  if (stop.aborted) throw fault;
  if (ready.aborted && fault.code === "cancelled") return { status: "to_swap" };
  if (!await isBreak(fault, stages)) {
    if (await swaps?.takeBack(fault)) return { status: "to_swap" };
    throw fault;
  }
  return {
    status: "broken",
    fault,
    reached: reached && { ...reached, ...(atLeast ? { atLeast } : {}) },
  };
}

/** What ingest is told of the input; what the system cannot say is left out. */
function toWire({ inode, changedMs, ...facts }: InputFacts) {
  return {
    ...facts,
    ...(inode === null ? {} : { inode }),
    ...(changedMs === null ? {} : { changedMs }),
  };
}

/**
 * True for a fault that is the chain's, and not the run's own. To its neighbours
 * a stage that dies can look like anything, and it may be heard of later.
 */
async function isBreak(
  { code }: Fault,
  stages: StageProcesses,
): Promise<boolean> {
  switch (code) {
    case "unavailable":
    case "cancelled":
      return true;
    case "failed_precondition":
      return false;
    default:
      return (await waitForDeath(stages)).length > 0;
  }
}

/** The stages that have died, or do so in a moment. */
async function waitForDeath(stages: StageProcesses): Promise<Death[]> {
  using over = abortOnDispose();
  await Promise.race([stages.death(), pause(BLAME_MS, over.signal)]);
  return stages.dead();
}

/** Waits for the deaths behind a break, where there are any. */
async function explain(
  { fault, reached }: Extract<Attempt, { status: "broken" }>,
  stages: StageProcesses,
  stop: AbortSignal,
): Promise<Break> {
  await waitForDeath(stages);
  await awaitEnding(stages, stop);
  const dead = stages.dead();
  return {
    dead: dead.map(({ name }) => name),
    what: dead.map(({ what }) => what).join(" and ") || fault.message,
    reached,
  };
}

/** @throws {Failure} If the input has died with ingest. */
async function checkReadable(
  { dead, what }: Break,
  { plan }: Drive,
  attempt: Attempt,
): Promise<void> {
  if (!dead.includes("ingest")) return;
  const pipe = await findPipe(plan.inputs);
  if (pipe === undefined) return;
  const input = pipe === "-" ? "standard input" : `"${pipe}"`;
  throw cannotFinish(
    `${what}, and what it had read of ${input} is gone; put the input into a file`,
    attempt,
  );
}

function cannotFinish(reason: string, attempt: Attempt): Failure {
  return new Failure(`Cannot finish the run: ${reason}`, 1, {
    ...(attempt.status === "broken" ? { cause: attempt.fault } : {}),
  });
}

function positionsOf(
  { sent, committed }: Progress__Output,
): Reached {
  return { sent: sent as Position, committed: committed as Position };
}

/** From 0 to 1; 0 where the size is not known. */
function shareOf({ doneBytes, inputBytes }: Progress__Output): number {
  return inputBytes > 0 ? doneBytes / inputBytes : 0;
}
