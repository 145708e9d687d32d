/**
 * Which ports the services of a config listen on.
 *
 * Reads the file as it is written, before the names in it are filled in. The
 * schema comes later and has the words for what is no port.
 *
 * @module
 */

import { interpolate } from "../../runtime/config/interpolation.ts";
import { type AutoPort, isPort } from "./port.ts";
import type { Variables } from "./source.ts";

/**
 * Returns the ports of the services.
 *
 * Replicas with one port written for all of them get it and those after it.
 *
 * @param services What the file has under `services`.
 * @param variablesOf Returns the values for `${NAME}` in a service.
 * @param autoPort Chooses where `auto` is written.
 * @param replicasOf How many replicas run, where that is not what is written.
 */
export function portsOf(
  services: Record<string, unknown>,
  variablesOf: (service: string) => Variables,
  autoPort: AutoPort,
  replicasOf: ReadonlyMap<string, number>,
): Map<string, number[]> {
  const written = new Map(
    Object.entries(services).flatMap(([service, shape]) => {
      const texts = portTexts(
        shape,
        variablesOf(service),
        replicasOf.get(service),
      );
      return texts.every(isPort) && texts.length > 0 ? [[service, texts]] : [];
    }),
  );
  const taken = new Set(
    [...written.values()].flatMap((texts) =>
      numbered(texts.filter((text) => text !== "auto"), () => 0)
    ),
  );
  return new Map(
    [...written].map(([service, texts]) => [
      service,
      numbered(texts, (index) => {
        const port = autoPort(`${service}-${index + 1}`, taken);
        taken.add(port);
        return port;
      }),
    ]),
  );
}

/** Returns what is written as the port of each replica. */
function portTexts(
  shape: unknown,
  variables: Variables,
  replicas: number | undefined,
): string[] {
  const { port } = Object(shape);
  if (port === undefined) return [];
  const length = replicaCount(shape, variables, replicas);
  return Array.from(
    { length },
    (_, index) => filled(port, variables, index + 1),
  );
}

/**
 * Returns how many replicas a service has; 1 where what is written is wrong.
 *
 * @param shape What the file has as the service.
 * @param replicas How many run, where that is not what is written.
 */
export function replicaCount(
  shape: unknown,
  variables: Variables,
  replicas: number | undefined,
): number {
  const { replicas: written = 1 } = Object(Object(shape).deploy);
  const count = replicas ?? Number(filled(written, variables, 1));
  return count >= 1 && count <= 1_000 ? Math.floor(count) : 1;
}

/** Fills in what one of the replicas, counted from 1, reads. */
function filled(value: unknown, variables: Variables, number: number): string {
  const own = { ...variables, REPLICA: String(number) };
  return String(interpolate(value, own).value);
}

function numbered(
  texts: readonly string[],
  choose: (index: number) => number,
): number[] {
  return texts.map((text, index) =>
    text === "auto"
      ? choose(index)
      : text === texts[0]
      ? Number(text) + index
      : Number(text)
  );
}
