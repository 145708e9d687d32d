/**
 * Numbers of messages, which may come as text or not at all.
 *
 * @module
 */

/** The number; 0 where there is none. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (value === undefined || value === null) return 0;
  return Number(String(value));
}
