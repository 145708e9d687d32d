/**
 * What a command says of services that it has waited for.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import type { Commands, WaitOutcome } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";

/** Says of each service that is not ready how it is, those that failed first. */
export function describeLate({ services, late }: WaitOutcome): string[] {
  const isOver = ({ status }: MeasuredSnapshot) =>
    status === "failed" || status === "exited" || status === "backing_off";
  return services.filter(({ name }) => late.includes(name))
    .toSorted((a, b) => Number(isOver(b)) - Number(isOver(a)))
    .map(describeState);
}

/** Says how a service is, and why. */
export function describeState(service: MeasuredSnapshot): string {
  const words = wordsFor(service);
  return `${service.name} is ${service.status}${
    words === "" ? "" : `: ${words}`
  }`;
}

/** Says why a service is in its state, or why that is not enough. */
function wordsFor({ status, detail }: MeasuredSnapshot): string {
  return status === "running"
    ? "it has no healthcheck and counts once it has run for a second"
    : detail;
}

/** Adds what services use of the machine, unless the supervisor has ended. */
export async function measured(
  control: Pick<Commands, "list">,
  services: readonly MeasuredSnapshot[],
): Promise<MeasuredSnapshot[]> {
  const names = services.map(({ name }) => name);
  try {
    const { services: all } = await control.list();
    return all.filter(({ name }) => names.includes(name));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [...services];
  }
}

/**
 * Says that a supervisor has ended, as in "has ended; everything is stopped (`denizen
 * stop`)".
 *
 * @param message What it has said itself.
 */
export function describeEnd(message: string): string {
  const [what, ...why] = message.split(": ");
  return `has ended; ${what}${why.length === 0 ? "" : ` (${why.join(": ")})`}`;
}
