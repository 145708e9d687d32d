/**
 * What is to be known of a run while it goes on, for any number of watchers.
 *
 * Keeps what is newest of each thing, and of events the last few, so a watcher
 * that is slow costs nothing: it gets what is newest when it comes round.
 *
 * @module
 */

import type { Finished__Output } from "../proto/types/pipeline/v1/Finished.ts";
import type { Progress__Output } from "../proto/types/pipeline/v1/Progress.ts";
import type { RunEventKind } from "../proto/types/pipeline/v1/RunEventKind.ts";
import type { RunLook } from "../proto/types/pipeline/v1/RunLook.ts";
import type { RunSnapshot } from "../proto/types/pipeline/v1/RunSnapshot.ts";
import type { Schema } from "../proto/types/pipeline/v1/Schema.ts";
import type { WatchUpdate } from "../proto/types/pipeline/v1/WatchUpdate.ts";
import { aborted } from "../runtime/program/abort.ts";
import { createNotifier } from "../runtime/program/notifier.ts";
import type { StageProcesses } from "./stage_processes.ts";
import type { Swaps } from "./swaps.ts";
import { stageOf } from "./workers.ts";

/** What a run is, which does not change. */
export interface RunFacts {
  /** What it is called where several are shown. @default {nothing} */
  title?: string;
  /** As it was asked for. @default {not told} */
  batch?: number | "auto";
  schema?: Schema;
}

/** What is looked at when something may have changed. */
export interface Watched extends RunFacts {
  run: string;
  swaps(): Pick<Swaps, "count" | "busy">;
  stages: Pick<StageProcesses, "processes">;
}

/** What is known of a run. */
export interface RunView {
  /** Looks at what may have changed, and notes how far the run is. */
  note(progress?: Progress__Output): void;
  /** Notes that the chain is open, and from which event on. */
  opened(event: number): void;
  /** Notes that the chain has broken, and what follows, as a sentence. */
  broke(message: string): void;
  /** Notes what has happened, as a sentence. */
  happened(message: string, kind?: RunEventKind): void;
  /** Notes how the stages stand. */
  look(look: RunLook): void;
  /** True while somebody watches. */
  readonly isWatched: boolean;
  /** Waits until somebody watches, or `signal` aborts. */
  watched(signal: AbortSignal): Promise<void>;
  /** Notes that the run is over; with its figures, where it has come to its end. */
  over(finished?: Finished__Output): void;
  /** Gives what is known, then what changes, until the run is over. */
  watch(signal: AbortSignal): AsyncGenerator<WatchUpdate>;
}

/** How many events are kept. */
const MOST_EVENTS = 100;

/** Something, and when it last changed. */
interface Noted {
  update: WatchUpdate;
  version: number;
}

/** Begins to look at a run. */
export function createRunView(
  { run, swaps, stages, title = "", batch, schema }: Watched,
): RunView {
  const changed = createNotifier();
  const startedMs = Date.now();
  const comes = createNotifier();
  let watchers = 0;
  /** By what it is about; of one thing there is only the newest. */
  const known = new Map<string, Noted>();
  const events: Noted[] = [];
  let version = 0;
  let sequence = 0;
  let fromEvent: number | undefined;
  let recoveries = 0;
  let chain: "RUN_STARTING" | "RUN_RUNNING" | "RUN_RECOVERING" = "RUN_STARTING";
  let end: "RUN_FINISHED" | "RUN_FAILED" | undefined;

  const status = () => {
    const { count, busy } = swaps();
    const phase = end ?? (busy ? "RUN_SWAPPING" as const : chain);
    return { phase, recoveries, swaps: count, fromEvent: fromEvent ?? 0 };
  };
  const processes = () => stages.processes().map(toWire);
  const put = (about: string, update: WatchUpdate) => {
    const before = known.get(about)?.update;
    if (JSON.stringify(before) === JSON.stringify(update)) return;
    known.set(about, { update, version: ++version });
  };
  const look = () => {
    put("status", { status: status() });
    for (const process of processes()) {
      put(`process ${process.name}`, { process });
    }
    changed.notify();
  };
  const since = (seen: number): WatchUpdate[] =>
    [...events, ...known.values()]
      .filter((each) => each.version > seen)
      .sort((a, b) => a.version - b.version)
      .map(({ update }) => update);
  const snapshot = (): RunSnapshot => ({
    run,
    pid: Deno.pid,
    status: status(),
    ...known.get("progress")?.update,
    processes: processes(),
    events: events.map(({ update }) => update.event!),
    startedMs,
    title,
    batch: batch === undefined ? "" : String(batch),
    ...(schema ? { schema } : {}),
  });
  const happened = (message: string, kind?: RunEventKind) => {
    const event = {
      sequence: ++sequence,
      timeMs: Date.now(),
      message,
      ...(kind ? { kind } : {}),
    };
    events.push({ update: { event }, version: ++version });
    if (events.length > MOST_EVENTS) events.shift();
    look();
  };

  return {
    note(progress) {
      if (progress) put("progress", { progress });
      look();
    },
    opened(event) {
      fromEvent ??= event;
      chain = "RUN_RUNNING";
    },
    broke(message) {
      chain = "RUN_RECOVERING";
      recoveries++;
      happened(message, "RUN_EVENT_RECOVERY");
    },
    happened,
    look(look) {
      put("look", { look });
      changed.notify();
    },
    get isWatched() {
      return watchers > 0;
    },
    async watched(signal) {
      const gone = aborted(signal);
      while (watchers === 0 && !signal.aborted) {
        await Promise.race([comes.next(), gone]);
      }
    },
    over(finished) {
      if (end) return;
      end = finished ? "RUN_FINISHED" : "RUN_FAILED";
      look();
      if (finished) put("finished", { finished });
      changed.notify();
    },
    async *watch(signal) {
      const gone = aborted(signal);
      watchers++;
      comes.notify();
      try {
        look();
        let seen = version;
        yield { snapshot: snapshot() };
        if (end) seen = 0; // it is told of its end all the same
        while (!signal.aborted) {
          const next = changed.next();
          const updates = since(seen);
          seen = version;
          yield* updates;
          if (end && seen === version) return;
          if (updates.length === 0) await Promise.race([next, gone]);
        }
      } finally {
        watchers--;
      }
    },
  };
}

function toWire(
  { name, variant = "", pid, address, healthy, death }: ReturnType<
    StageProcesses["processes"]
  >[number],
) {
  const state = death
    ? "PROCESS_DEAD" as const
    : healthy
    ? "PROCESS_SERVING" as const
    : "PROCESS_STARTING" as const;
  return { name, stage: stageOf(name), variant, pid, address, state };
}
