/**
 * What a port is, as config.yaml writes it.
 *
 * @module
 */

/** The highest port there is. */
export const MAX_PORT = 65_535;

/** The ports of each service that has any: one for each replica, in order. */
export type Ports = ReadonlyMap<string, readonly number[]>;

/**
 * Chooses a port for `auto`: always the same for one key, none of `taken`; the
 * first time `preferred`, if that is free.
 */
export type AutoPort = (
  key: string,
  taken: ReadonlySet<number>,
  preferred?: number,
) => number;

/** True for what may be written as a port. */
export function isPort(written: string | number): boolean {
  const port = Number(written);
  return written === "auto" ||
    /^\d+$/.test(String(written)) && port >= 1 && port <= MAX_PORT;
}
