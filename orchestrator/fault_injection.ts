/**
 * Kills or freezes stages on purpose, at a given point of a run. Demonstrations
 * and tests use it to show what the pipeline does then.
 *
 * ```
 * --chaos=parse@30%,sink@kill:2s,rules@stop:end,ingest@break+50ms
 * ```
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import type { Flag } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import { STAGES } from "../stages/names.ts";
import { type Planned, readWhen, type When } from "./moments.ts";
import { parseWorkerName, type WorkerName } from "./workers.ts";

/** What is done to a stage, by the signal for it. */
const SIGNALS = {
  kill: "SIGKILL",
  stop: "SIGSTOP",
  term: "SIGTERM",
  abort: "SIGABRT",
} as const;

type FaultKind = keyof typeof SIGNALS;

/** One fault of a stage, and when. */
export interface InjectedFault {
  /** As it was written. */
  text: string;
  stage: WorkerName;
  signal: Deno.Signal;
  when: When;
}

/** The stages that faults happen to. */
export interface FaultTargets {
  /** The process that a stage is at the moment. */
  pid(name: WorkerName): number;
  /** Sends a signal to it. */
  signal(name: WorkerName, signal: Deno.Signal): void;
}

/** The flag `--chaos`. */
export const chaosFlag: Flag<InjectedFault[]> = {
  placeholder: "STAGE@[kill|stop|term|abort:]WHEN,...",
  help:
    "end stages on purpose, for example parse@30%,sink@stop:2s; end is when all is sent",
  defaultText: "none",
  fallback: [],
  repeats: true,
  read: (value) => value.split(",").map(readFault),
};

function readFault(text: string): InjectedFault {
  const parts = /^([^@]*)@(?:([^:]*):)?([^:]*)$/.exec(text);
  if (!parts) {
    throw new UsageError(
      `expected STAGE@WHEN, as in parse@30% or sink@stop:2s, and found "${text}"`,
    );
  }
  const [, stage = "", kind = "kill", when = ""] = parts;
  if (!isStage(stage)) {
    throw new UsageError(
      `there is no stage "${stage}"${suggestionOrAll(stage, STAGES)}`,
    );
  }
  if (!isFaultKind(kind)) {
    throw new UsageError(
      `a stage cannot be "${kind}"${
        suggestionOrAll(kind, Object.keys(SIGNALS))
      }`,
    );
  }
  return { text, stage, signal: SIGNALS[kind], when: readWhen(when) };
}

/**
 * The faults as what is to happen in a run. One that is due while a stage is dead
 * waits for the next.
 */
export function plannedFaults(
  faults: readonly InjectedFault[],
  { pid, signal }: FaultTargets,
): Planned[] {
  const hit = new Set<number>();
  return faults.map((fault) => ({
    flag: "chaos",
    text: fault.text,
    when: fault.when,
    happen() {
      const { stage, text } = fault;
      if (hit.has(pid(stage))) return false;
      hit.add(pid(stage));
      log(`chaos: ${fault.signal} to "${stage}" (${text})`);
      signal(stage, fault.signal);
      return true;
    },
  }));
}

function isStage(name: string): name is WorkerName {
  return parseWorkerName(name) !== undefined;
}

function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(SIGNALS, name);
}
