/**
 * What a status is called, and how serious it is.
 *
 * @module
 */

import type { ServiceState, ServiceStatus } from "../../wire.ts";

/** How serious it is; style.css has a colour for each, and a shape. */
export type Tone = "good" | "busy" | "warn" | "bad" | "idle";

const TONES: Record<ServiceStatus, Tone> = {
  pending: "idle",
  starting: "busy",
  running: "good",
  healthy: "good",
  unhealthy: "warn",
  "backing_off": "warn",
  stopping: "busy",
  exited: "idle",
  failed: "bad",
  scheduled: "idle",
};

/** The worst first, as somebody who looks for trouble wants them. */
const ORDER: readonly ServiceStatus[] = [
  "failed",
  "backing_off",
  "unhealthy",
  "stopping",
  "starting",
  "pending",
  "running",
  "healthy",
  "scheduled",
  "exited",
];

/** How serious a status is. */
export function toneOf(status: ServiceStatus): Tone {
  return TONES[status] ?? "idle";
}

/** A status as a word: "backing off". */
export function statusWord(status: ServiceStatus): string {
  return status.replace("_", " ");
}

/** Its place among others, with the worst first. */
export function statusRank(status: ServiceStatus): number {
  return ORDER.indexOf(status);
}

/** How many have each status, the worst first. */
export function countStatuses(
  services: readonly Pick<ServiceState, "status">[],
): { status: ServiceStatus; number: number }[] {
  return ORDER
    .map((status) => ({
      status,
      number: services.filter((each) => each.status === status).length,
    }))
    .filter(({ number }) => number > 0);
}
