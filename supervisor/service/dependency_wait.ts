/**
 * When a service may start: once what it depends on is far enough.
 *
 * @module
 */

import type {
  DependencyCondition,
  ServiceSpec,
} from "../config/service_spec.ts";
import type { ServiceLoop } from "./service_loop.ts";
import { detailOf } from "./snapshot.ts";
import { hasCompleted, hasEnded, isAlive, type State } from "./state.ts";

/**
 * Resolves when a service may start.
 *
 * @param loopsOf Returns the loops of a service that it depends on.
 * @param report Told what it waits for: one at a time, as long as that is so.
 * @throws {Error} When it never can, saying why.
 */
export async function untilDependenciesMet(
  { dependsOn }: Pick<ServiceSpec, "dependsOn">,
  loopsOf: (service: string) => readonly ServiceLoop[],
  report: (waitingFor: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const awaited = dependsOn.flatMap(({ service, condition }) =>
    loopsOf(service).map((loop) => ({
      loop,
      condition,
      what: `${loop.spec.name} ${inWords(condition)}`,
    }))
  );
  const unmet = new Set(
    awaited.filter(({ loop, condition }) => !isMet(condition, loop.state))
      .map(({ what }) => what),
  );
  let reported: string | undefined;
  const reportFirst = () => {
    const [first] = unmet;
    if (first === undefined || first === reported) return;
    reported = first;
    report(first);
  };
  reportFirst();
  await Promise.all(
    awaited.map(async ({ loop, condition, what }) => {
      const state = await loop.until(
        (each) => isMet(condition, each) || isHopeless(condition, each),
        signal,
      );
      if (isMet(condition, state)) {
        unmet.delete(what);
        return reportFirst();
      }
      throw new Error(
        `cannot start: it waits for ${what}, and that ${
          state.status === "failed" ? "has failed" : detailOf(state)
        }`,
      );
    }),
  );
}

function inWords(condition: DependencyCondition): string {
  switch (condition) {
    case "service_started":
      return "to be started";
    case "service_healthy":
      return "to be healthy";
    case "service_completed_successfully":
      return "to complete";
  }
}

function isMet(condition: DependencyCondition, state: State): boolean {
  switch (condition) {
    case "service_started":
      return isAlive(state) && state.status !== "stopping" ||
        state.status === "scheduled" || hasEnded(state);
    case "service_healthy":
      return state.status === "healthy" || state.status === "scheduled";
    case "service_completed_successfully":
      return hasCompleted(state);
  }
}

/** True when only somebody's wish can still bring about the condition. */
function isHopeless(condition: DependencyCondition, state: State): boolean {
  return state.status === "failed" ||
    (condition !== "service_started" && hasEnded(state));
}
