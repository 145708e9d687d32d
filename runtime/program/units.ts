/**
 * The units of durations and sizes, as texts write them.
 *
 * @module
 */

/** How many bytes each unit of a size is. */
export const SIZE_UNITS: Record<string, number> = {
  "": 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

const DURATION_UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration as docker compose writes them: 500ms, 1.5s, 1m30s.
 *
 * @returns Milliseconds; undefined if the text is not a duration.
 */
export function parseDuration(value: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, number, unit] of value.matchAll(/([\d.]+)(ms|s|m|h)/g)) {
    total += Number(number) * DURATION_UNITS[unit!]!;
  }
  return total;
}
