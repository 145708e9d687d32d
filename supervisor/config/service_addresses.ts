/**
 * Puts addresses in place of names, where a service's part of config.yaml has
 * nothing but an address: in `permissions.net` and `healthcheck`.
 *
 * It comes before the schema, so it takes whatever is written. What it does not
 * know, it leaves as it is.
 *
 * @module
 */

import type { Meaning } from "../../runtime/config/interpolation.ts";
import type { Checked, Problem } from "../../runtime/config/problems.ts";
import {
  type Asker,
  grantsNamed,
  type Names,
  probeNamed,
} from "./addresses.ts";

/**
 * Returns one service with its names resolved.
 *
 * @param shape The service as it is written, variables filled in.
 * @returns The service, and a problem for each name that stands for nothing.
 */
export function withAddresses(
  shape: unknown,
  names: Names,
  asker: Asker,
): Checked<unknown> {
  const problems: Problem[] = [];
  /** Returns what a text stands for; the text itself where that is a problem. */
  const resolve = <T>(
    value: unknown,
    path: PropertyKey[],
    named: (text: string, names: Names, asker: Asker) => Meaning<T>,
  ): unknown => {
    if (typeof value !== "string") return value;
    const meaning = named(value, names, asker);
    if ("value" in meaning) return meaning.value;
    const { problem: message } = meaning;
    problems.push({ path: ["services", asker.service, ...path], message });
    return value;
  };
  const value = changed(shape, {
    permissions: (permissions) =>
      changed(permissions, {
        net: (list) =>
          Array.isArray(list)
            ? list.flatMap((entry, index) =>
              resolve(entry, ["permissions", "net", index], grantsNamed)
            )
            : list,
      }),
    healthcheck: (healthcheck) =>
      changed(healthcheck, {
        grpc: (text) => resolve(text, ["healthcheck", "grpc"], probeNamed),
        tcp: (text) => resolve(text, ["healthcheck", "tcp"], probeNamed),
      }),
  });
  return { value, problems };
}

/** Copies a map with some of its values changed; leaves anything else. */
function changed(
  value: unknown,
  changes: Record<string, (value: unknown) => unknown>,
): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      Object.hasOwn(changes, key) ? changes[key]?.(each) : each,
    ]),
  );
}
