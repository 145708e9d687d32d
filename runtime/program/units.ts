/**
 * Reads durations and sizes from text, with their units.
 *
 * @module
 */

const SIZE = /^(?<number>\d+(?:\.\d+)?) ?(?:(?<unit>[kmgtp])(?:i?b)?|b)?$/i;
/** Each is 1,024 times the one before, as in docker compose; none: bytes. */
const SIZE_UNITS = ["", "k", "m", "g", "t", "p"];

/**
 * Reads a size as docker compose does: 64k, 10mb, 1.5g, and KiB, MiB and GiB for
 * the same. Capital letters make no difference.
 *
 * @returns Whole bytes; undefined if the text is not a size.
 */
export function parseSize(text: string): number | undefined {
  const { number, unit = "" } = SIZE.exec(text)?.groups ?? {};
  if (number === undefined) return undefined;
  const power = SIZE_UNITS.indexOf(unit.toLowerCase());
  return Math.floor(Number(number) * 1_024 ** power);
}

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
  return Number.isFinite(total) ? total : undefined;
}
