/**
 * What a service is doing, for `ps` and the views.
 *
 * @module
 */

import {
  describeExit,
  type ProcessExit,
} from "../../runtime/process/start_process.ts";
import { addressOf } from "../config/service_spec.ts";
import type { ServiceLoop } from "./service_loop.ts";
import { isAlive, type State, type Status } from "./state.ts";
import type { Runs } from "./timetable.ts";

export type { Status } from "./state.ts";

/** What a service or replica is doing, at one moment. */
export interface ServiceSnapshot {
  /** Unique; with replicas `<service>-<number>`. */
  name: string;
  /** The name in the config. */
  service: string;
  status: Status;
  pid?: number;
  /** How often it was started again after it had ended by itself. */
  restarts: number;
  uptimeMs?: number;
  /** Where it can be reached, as far as its port or healthcheck tells. */
  address?: string;
  /** The reason for its status in a few words; may be empty. */
  detail: string;
  /** How its process ended, where that led to the status. */
  exit?: ProcessExit;
  /** What else is to be known of it, a sentence each. */
  notes?: readonly string[];
  /** What to add to the config, where its last process was denied something. */
  hint?: string;
  /** As its spec has it. */
  looksOn?: true;
  /** When it is due next, if it has a schedule; Unix time in milliseconds. */
  nextRunMs?: number;
  /** When the last run that is over began, and with which code it ended. */
  lastRunMs?: number;
  lastExitCode?: number;
}

/** A snapshot with what the process group uses of the machine. */
export interface MeasuredSnapshot extends ServiceSnapshot {
  /** Percent of one processor; absent where it cannot be measured. */
  cpuPercent?: number;
  rssBytes?: number;
}

/** Takes the snapshot of a service. */
export function snapshotOf(
  { spec, state, restarts, runs }: Pick<
    ServiceLoop,
    "spec" | "state" | "restarts" | "runs"
  >,
): ServiceSnapshot {
  const address = addressOf(spec);
  return {
    name: spec.name,
    service: spec.service,
    status: state.status,
    ...(isAlive(state)
      ? {
        pid: state.pid,
        uptimeMs: Math.round(performance.now() - state.startedAtMs),
      }
      : {}),
    restarts,
    ...(address === undefined ? {} : { address }),
    detail: state.status === "scheduled"
      ? scheduleDetail(state, runs)
      : detailOf(state),
    ...runFields(runs),
    ...("exit" in state && state.exit ? { exit: state.exit } : {}),
    ...(spec.looksOn ? { looksOn: true } : {}),
  };
}

/** Says when a service runs next, and how its last run went. */
function scheduleDetail(state: State, { next, last }: Runs = {}): string {
  const how = detailOf(state) || (last?.exit ? describeExit(last.exit) : "");
  return [
    next ? `next run at ${next.words}` : "",
    how && `the last one ${how}`,
  ].filter((words) => words !== "").join("; ");
}

function runFields(
  { next, last }: Runs = {},
): Pick<ServiceSnapshot, "nextRunMs" | "lastRunMs" | "lastExitCode"> {
  return {
    ...(next ? { nextRunMs: next.atMs } : {}),
    ...(last ? { lastRunMs: last.atMs } : {}),
    ...(last?.exit ? { lastExitCode: last.exit.code } : {}),
  };
}

/** Says why a service is in its state; empty where that needs no words. */
export function detailOf(state: State): string {
  switch (state.status) {
    case "pending":
      return state.waitingFor ? `waits for ${state.waitingFor}` : "";
    case "backing_off":
    case "unhealthy":
    case "failed":
      return state.reason;
    case "exited":
    case "scheduled":
      return state.reason ??
        (state.exit ? describeExit(state.exit) : "");
    case "starting":
    case "healthy":
      return state.trouble ?? "";
    case "running":
    case "stopping":
      return "";
  }
}
