/**
 * What goes wrong with services, told while somebody waits for them.
 *
 * @module
 */

import { abortOnDispose } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import type { Commands } from "../../supervisor/control/client.ts";
import {
  describeEvent,
  type SupervisorEvent,
} from "../../supervisor/events/event.ts";
import { describeState } from "./wait_report.ts";

/**
 * Waits for what a supervisor is asked, and logs meanwhile why services are
 * started again and again: nothing else ends the wait before its time. What ends
 * it is for the caller to say.
 *
 * @param names The services or replicas that are meant; empty: all.
 */
export async function tellingTrouble<T>(
  control: Pick<Commands, "events" | "list">,
  names: readonly string[],
  work: Promise<T>,
): Promise<T> {
  using over = abortOnDispose();
  void tell(control, names, over.signal);
  return await work;
}

async function tell(
  control: Pick<Commands, "events" | "list">,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const sinceMs = Date.now();
  try {
    const { services } = await control.list();
    if (signal.aborted) return;
    const meant = services.filter(({ name, service }) =>
      names.length === 0 || names.includes(name) || names.includes(service)
    );
    for (const each of meant) {
      if (each.status === "backing_off") log(describeState(each));
    }
    const told = new Set(meant.map(({ name }) => name));
    for await (const event of control.events(0, signal)) {
      if (event.timeMs < sinceMs || !isTrouble(event)) continue;
      if (event.type === "service_state" && event.status !== "backing_off") {
        continue;
      }
      const isMeant = !("service" in event) || event.service === undefined ||
        told.has(event.service);
      if (isMeant) log(describeEvent(event));
    }
  } catch (error) {
    // It has ended: whoever waits for its answer learns of that.
    if (!(error instanceof Fault)) throw error;
  }
}

/**
 * True of an event that tells of something that goes wrong.
 *
 * A service that fails again and again is told of the first, second, fourth,
 * eighth time and so on, so that a log of nothing else stays small.
 */
export function isTrouble(event: SupervisorEvent): boolean {
  switch (event.type) {
    case "memory_exceeded":
    case "source_broken":
    case "run_skipped":
    case "runs_missed":
    case "output_lost":
      return true;
    case "service_state": {
      const { status, asked = false, exitCode = 1, restarts } = event;
      if (status === "failed") return true;
      if (status === "scheduled") return (event.exitCode ?? 0) !== 0;
      if (status === "exited") return !asked && exitCode !== 0;
      return status === "backing_off" && exitCode !== 0 &&
        Number.isInteger(Math.log2(restarts + 1));
    }
    default:
      return false;
  }
}
