/**
 * Other processes of a stage, which come up beside those that there are and then
 * take their place.
 *
 * The old ones are gone before the chain is opened with the new ones: what a
 * stage has saved, and the files that it writes, belong to one process at a time.
 *
 * @module
 */

import type { Guardian } from "../runtime/process/guardian.ts";
import { aborted, abortOnDispose } from "../runtime/program/abort.ts";
import { Failure } from "../runtime/program/errors.ts";
import type { connect } from "../runtime/rpc/connect.ts";
import type { awaitHealth } from "./await_health.ts";
import { type StageProcess, startStage } from "./stage_process.ts";
import type { StageSpec } from "./stage_specs.ts";
import type { WorkerName } from "./workers.ts";

/**
 * Processes that are up, and wait to take the place of others. Disposing of it
 * ends those that have not.
 */
export interface Exchange extends AsyncDisposable {
  /** What has happened to one of them meanwhile; undefined if they all live. */
  readonly loss: string | undefined;
  /** The new processes. */
  readonly processes: readonly Pick<StageProcess, "name" | "pid" | "address">[];
  /** Ends the old processes, waits for their end, and puts the new in their place. */
  carryOut(): Promise<void>;
}

/** Options for {@linkcode prepareExchange}. */
export interface ExchangeOptions {
  /** The processes of the run, which the new ones are to be among. */
  stages: Map<WorkerName, StageProcess>;
  guardian: Pick<Guardian, "watch" | "forget">;
  /** Kills instead of asking. */
  hurry: AbortSignal;
  connect: typeof connect;
  awaitHealth: typeof awaitHealth;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Told of the death of one that has taken its place. */
  onDeath(): void;
  /** Told once they have. */
  onCarriedOut(): void;
}

/**
 * Starts other processes of a stage, and waits until they serve.
 *
 * @throws {Failure} If one of them does not; none is left then.
 * @throws {unknown} The reason of `signal`, once it has aborted.
 */
export async function prepareExchange(
  specs: readonly StageSpec[],
  options: ExchangeOptions,
): Promise<Exchange> {
  const { stages, guardian, hurry, connect, awaitHealth, signal } = options;
  let inPlace = false;
  const died = Promise.withResolvers<void>();
  const fresh: StageProcess[] = [];
  const stop = async (processes: readonly StageProcess[]) => {
    await Promise.all(processes.map((each) => each.stop(hurry)));
  };
  const loss = () => fresh.find(({ death }) => death)?.death?.what;
  const comeUp = async () => {
    for (const spec of specs) {
      const { name, addresses: [first, second] } = spec;
      const address = stages.get(name)!.address === first ? second : first;
      const stage = startStage(
        spec,
        address,
        guardian,
        () => inPlace ? options.onDeath() : died.resolve(),
      );
      fresh.push(stage);
      stage.connect(connect);
    }
    using over = abortOnDispose();
    const waiting = AbortSignal.any([signal, over.signal]);
    await Promise.race([
      Promise.all(
        fresh.map((each) => each.awaitHealthy(awaitHealth, waiting)),
      ),
      died.promise,
      aborted(signal),
    ]);
    signal.throwIfAborted();
    const what = loss();
    if (what !== undefined) throw new Failure(what);
  };
  try {
    await comeUp();
  } catch (error) {
    await stop(fresh);
    throw error;
  }
  return {
    processes: fresh,
    get loss() {
      return loss();
    },
    async carryOut() {
      const old = fresh.map(({ name }) => stages.get(name)!);
      await stop(old);
      for (const { connection } of old) connection.close();
      for (const each of fresh) stages.set(each.name, each);
      inPlace = true;
      options.onCarriedOut();
    },
    async [Symbol.asyncDispose]() {
      if (!inPlace) await stop(fresh);
    },
  };
}
