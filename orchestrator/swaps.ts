/**
 * Exchanges the processes of a stage while a run goes on: has new ones come up,
 * and lets whoever drives the run put them in place.
 *
 * A swap that cannot be is refused, and the run goes on as it was. Once the new
 * processes are in place, their death is one like any other.
 *
 * @module
 */

import { abortOnDispose } from "../runtime/program/abort.ts";
import { Failure, type Fault, UsageError } from "../runtime/program/errors.ts";
import { log } from "../runtime/program/log.ts";
import { grouped } from "../runtime/program/numbers.ts";
import { findPipe } from "../stages/ingest/input.ts";
import type { StageName } from "../stages/names.ts";
import type { Exchange } from "./exchange.ts";
import type { StageVariant } from "./stage_catalog.ts";
import type { StageProcesses } from "./stage_processes.ts";
import type { StageSpec } from "./stage_specs.ts";

/** What is to take the place of what. */
export interface SwapRequest {
  stage: StageName;
  /** Which variant of the stage. @default {the one that it is} */
  variant?: string | undefined;
}

/** What has taken the place of what. */
export interface Swapped {
  stage: StageName;
  /** Undefined for the stage as it is by itself. */
  variant: string | undefined;
  /** The new processes. */
  processes: Exchange["processes"];
  /** The event from which the run has gone on. */
  event: number;
}

/** How far a run is, as far as swaps go. */
export type SwapPhase = "starting" | "running" | "over";

/** The swaps of a run. Disposing of it refuses the one that waits. */
export interface Swaps extends AsyncDisposable {
  /** How many there have been. */
  readonly count: number;
  /** Which variant a stage is. */
  variant(stage: StageName): string | undefined;
  /** Aborts when new processes are up: the chain is to be ended for them. */
  readonly ready: AbortSignal;
  /** True while one goes on. */
  readonly busy: boolean;
  /**
   * Exchanges the processes of a stage.
   *
   * @returns Once the chain is open with the new ones.
   * @throws {UsageError} If there is no such variant.
   * @throws {Failure} If it cannot be; the run goes on as it was.
   */
  swap(request: SwapRequest): Promise<Swapped>;
  /**
   * Puts new processes in place where they are up; the chain must not be open.
   *
   * @returns True if it has.
   */
  carryOut(): Promise<boolean>;
  /** Notes that the chain is open, and at which event. */
  opened(event: number): void;
  /**
   * Puts the old processes back where the chain could not be opened with the new
   * ones.
   *
   * @returns True if there is something else to open it with.
   */
  takeBack(fault: Fault): Promise<boolean>;
  /** Notes that the run is over: nothing is swapped any more. */
  over(): void;
}

/** Options for {@linkcode createSwaps}. */
export interface SwapsOptions {
  stages: Pick<StageProcesses, "prepare">;
  /** The variant of each stage at the start. @default {as it is by itself} */
  variants?: Partial<Record<StageName, string>>;
  /**
   * What the processes of a stage are to be.
   *
   * @throws {UsageError} If there is no such variant.
   */
  specsOf(
    stage: StageName,
    variant: string | undefined,
  ): Promise<readonly StageSpec[]>;
  /** The inputs of the run. */
  inputs: readonly string[];
  /** Ends the run. */
  stop: AbortSignal;
  /** Told of what has changed. @default {nobody is} */
  onChange?: () => void;
  /** Told of each swap that is done, as a sentence. @default {it is logged} */
  tell?: (message: string) => void;
}

/** A swap that goes on. */
interface Current {
  stage: StageName;
  variant: string | undefined;
  /** What the stage was. */
  before: string | undefined;
  /** Known once the new processes are up. */
  exchange: Exchange | undefined;
  inPlace: boolean;
  done: PromiseWithResolvers<Swapped>;
}

/** Prepares for swaps; see {@linkcode Swaps}. */
export function createSwaps(
  {
    stages,
    variants = {},
    specsOf,
    inputs,
    stop,
    onChange = () => {},
    tell = log,
  }: SwapsOptions,
): Swaps {
  const variantOf = new Map(Object.entries(variants)) as Map<
    StageName,
    string | undefined
  >;
  const ending = abortOnDispose();
  const waiting = AbortSignal.any([stop, ending.signal]);
  let phase: SwapPhase = "starting";
  let ready = new AbortController();
  let current: Current | undefined;
  let count = 0;
  let settled = Promise.resolve();

  const over = () => {
    phase = "over";
    ending[Symbol.dispose]();
    current?.done.reject(cannotSwap(current.stage, OVER));
  };
  const prepare = async (mine: Current) => {
    const { stage } = mine;
    try {
      const specs = await specsOf(stage, mine.variant);
      mine.variant = specs[0]!.program.variant;
      const reason = whyNotThese(specs);
      if (reason !== undefined) throw new Failure(reason);
      mine.exchange = await stages.prepare(specs, waiting);
    } catch (error) {
      if (error instanceof UsageError) {
        throw new UsageError(`Cannot swap "${stage}": ${error.message}`, {
          cause: error,
        });
      }
      throw cannotSwap(stage, waiting.aborted ? OVER : reasonOf(error));
    }
    if (waiting.aborted) throw cannotSwap(stage, OVER);
    ready.abort();
  };

  const swap = async (
    { stage, variant = variantOf.get(stage) }: SwapRequest,
  ): Promise<Swapped> => {
    const pipe = await findPipe(inputs);
    const reason = whyNot(stage, { phase, swapping: current?.stage, pipe });
    if (reason !== undefined) throw cannotSwap(stage, reason);
    const mine: Current = current = {
      stage,
      variant,
      before: variantOf.get(stage),
      exchange: undefined,
      inPlace: false,
      done: Promise.withResolvers(),
    };
    mine.done.promise.catch(() => {}); // it may be refused before it is asked
    onChange();
    try {
      await prepare(mine);
      return await mine.done.promise;
    } finally {
      current = undefined;
      await mine.exchange?.[Symbol.asyncDispose]();
      onChange();
    }
  };

  return {
    get count() {
      return count;
    },
    variant: (stage) => variantOf.get(stage),
    get ready() {
      return ready.signal;
    },
    get busy() {
      return current !== undefined;
    },
    swap(request) {
      const going = swap(request);
      settled = going.then(() => {}, () => {});
      return going;
    },
    async carryOut() {
      if (!ready.signal.aborted || !current?.exchange) return false;
      ready = new AbortController();
      const { stage, variant, exchange, done } = current;
      if (exchange.loss !== undefined) {
        done.reject(cannotSwap(stage, exchange.loss));
        return false;
      }
      await exchange.carryOut();
      current.inPlace = true;
      variantOf.set(stage, variant);
      count++;
      onChange();
      return true;
    },
    opened(event) {
      if (phase === "starting") phase = "running";
      if (!current?.inPlace) return;
      const { stage, variant, exchange, done } = current;
      const { processes } = exchange!;
      tell(describeSwap({ stage, variant, processes, event }));
      done.resolve({ stage, variant, processes, event });
    },
    async takeBack(fault) {
      // Anything else is a break, or the run's own fault.
      if (!current?.inPlace || fault.code !== "failed_precondition") {
        return false;
      }
      const { stage, before, done } = current;
      try {
        const specs = await specsOf(stage, before);
        const exchange = await stages.prepare(specs, waiting);
        await exchange.carryOut();
      } catch (error) {
        if (error instanceof Failure) return false;
        throw error;
      }
      variantOf.set(stage, before);
      count--;
      current.inPlace = false;
      done.reject(cannotSwap(stage, fault.message));
      return true;
    },
    over,
    [Symbol.asyncDispose]() {
      over();
      return settled;
    },
  };
}

const OVER = "the run is over";

/** Says why a stage cannot be exchanged now; undefined where it can. */
export function whyNot(
  stage: StageName,
  { phase, swapping, pipe }: {
    phase: SwapPhase;
    /** The stage that is being exchanged. */
    swapping?: StageName | undefined;
    /** The input that can be read only once; "-" is standard input. */
    pipe?: string | undefined;
  },
): string | undefined {
  if (phase === "starting") return "the chain is not open yet";
  if (phase === "over") return OVER;
  if (stage === "ingest" && pipe !== undefined) {
    const input = pipe === "-" ? "standard input" : `"${pipe}"`;
    return `what it has read of ${input} would be gone with it; put the input into a file`;
  }
  if (swapping !== undefined) {
    return `"${swapping}" is being swapped; wait until that is done`;
  }
  return undefined;
}

/** Says why a stage cannot be these processes; undefined where it can. */
function whyNotThese(specs: readonly StageSpec[]): string | undefined {
  const alone = specs.find(({ program }) => !program.lanes);
  return alone && whyNotSoMany(specs.length, alone.program);
}

/** Says why a stage cannot have so many processes; undefined where it can. */
export function whyNotSoMany(
  count: number,
  { variant, lanes }: Pick<StageVariant, "variant" | "lanes">,
): string | undefined {
  return count > 1 && !lanes
    ? `there are ${count} processes of it, and ${
      describeVariant(variant)
    } has \`lanes: false\``
    : undefined;
}

function describeVariant(variant: string | undefined): string {
  return variant === undefined ? "the stage itself" : `variant "${variant}"`;
}

function cannotSwap(stage: StageName, reason: string): Failure {
  return new Failure(`Cannot swap "${stage}": ${reason}`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Says what a swap has done. */
export function describeSwap(
  { stage, variant, processes, event }: Swapped,
): string {
  const pids = processes.map(({ pid }) => pid).join(", ");
  const what = variant === undefined
    ? processes.length === 1 ? "a new process" : "new processes"
    : `its variant "${variant}"`;
  return `Swapped "${stage}" for ${what} (pid ${pids}): going on from event ${
    grouped(event)
  }`;
}
