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
 * @param report Told what it waits for.
 * @throws {Error} When it never can, saying why.
 */
export async function untilDependenciesMet(
  { dependsOn }: Pick<ServiceSpec, "dependsOn">,
  loopsOf: (service: string) => readonly ServiceLoop[],
  report: (waitingFor: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    dependsOn.flatMap(({ service, condition }) =>
      loopsOf(service).map(async (loop) => {
        const { name } = loop.spec;
        if (!isMet(condition, loop.state)) {
          report(`${name} ${inWords(condition)}`);
        }
        const state = await loop.until(
          (each) => isMet(condition, each) || isHopeless(condition, each),
          signal,
        );
        if (isMet(condition, state)) return;
        throw new Error(
          `cannot start: it waits for ${name} ${inWords(condition)}, and that ${
            state.status === "failed" ? "has failed" : detailOf(state)
          }`,
        );
      })
    ),
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
      return isAlive(state) && state.status !== "stopping" || hasEnded(state);
    case "service_healthy":
      return state.status === "healthy";
    case "service_completed_successfully":
      return hasCompleted(state);
  }
}

/** True when only somebody's wish can still bring about the condition. */
function isHopeless(condition: DependencyCondition, state: State): boolean {
  return state.status === "failed" ||
    (condition !== "service_started" && hasEnded(state));
}
