/**
 * Reads from when on lines are wanted: "5m", "1h", "14:30", a day and a time.
 *
 * @module
 */

const UNITS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What was meant: a time, nothing, or what could not be read. */
export type Since =
  | { is: "any" }
  | { is: "time"; atMs: number }
  | { is: "wrong"; problem: string };

/**
 * Reads what somebody typed.
 *
 * A time of day is the last such time; without a zone it is the user's own.
 */
export function readSince(text: string, nowMs: number): Since {
  const typed = text.trim();
  if (typed === "") return { is: "any" };
  const ago = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/i.exec(typed);
  if (ago) {
    const unitMs = UNITS[ago[2]!.toLowerCase()]!;
    return { is: "time", atMs: nowMs - Number(ago[1]) * unitMs };
  }
  const atMs = timeOfDay(typed, nowMs) ?? moment(typed);
  return atMs === undefined
    ? {
      is: "wrong",
      problem:
        `Cannot read "${typed}": write 5m, 1h, 14:30 or 2026-03-01 14:30`,
    }
    : { is: "time", atMs };
}

function timeOfDay(text: string, nowMs: number): number | undefined {
  const parts = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!parts) return undefined;
  const [hour, minute, second] = [parts[1], parts[2], parts[3] ?? "0"]
    .map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const at = new Date(nowMs);
  at.setHours(hour, minute, second, 0);
  if (at.getTime() > nowMs) at.setDate(at.getDate() - 1);
  return at.getTime();
}

function moment(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(text)) return undefined;
  // A day alone would be read as one of UTC.
  const at = new Date(
    text.length === 10 ? `${text}T00:00` : text.replace(" ", "T"),
  ).getTime();
  return Number.isNaN(at) ? undefined : at;
}
