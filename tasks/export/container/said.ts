/**
 * Whether a user has written a key, or it is so by itself.
 *
 * @module
 */

import type { Written } from "../../../supervisor/config/load_config.ts";

/**
 * Returns what stands at a key of a service; undefined where nobody wrote it.
 *
 * @param key With dots, as in "healthcheck.busy".
 */
export function saidOf(
  { services }: Written,
  service: string,
  key: string,
): unknown {
  return key.split(".").reduce<unknown>(
    (value, part) => Object(value)[part],
    services.get(service),
  );
}
