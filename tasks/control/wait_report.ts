/**
 * What is said of services that were waited for.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import type { Control, WaitOutcome } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";

/** Says of each service that is not ready how it is, those that failed first. */
export function describeLate({ services, late }: WaitOutcome): string[] {
  const isOver = ({ status }: MeasuredSnapshot) =>
    status === "failed" || status === "exited";
  return services.filter(({ name }) => late.includes(name))
    .toSorted((a, b) => Number(isOver(b)) - Number(isOver(a)))
    .map(({ name, status, detail }) =>
      `${name} is ${status}${detail === "" ? "" : `: ${detail}`}`
    );
}

/** Adds what services use of the machine, unless the supervisor has ended. */
export async function measured(
  control: Control,
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
