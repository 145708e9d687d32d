/**
 * Numbers, sizes and times as a person reads them.
 *
 * @module
 */

const THIN = "\u2009";
/** Between a number and its unit, so that no line breaks there. */
const NARROW = "\u202f";
const MIB = 1024 * 1024;

/** What stands for a value that nobody knows. */
export const DASH = "–";

/** A number with thin spaces between thousands. */
export function formatNumber(value: number, digits = 0): string {
  const [whole = "", part] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const sign = value < 0 && Number(value.toFixed(digits)) !== 0 ? "−" : "";
  return sign + (part === undefined ? grouped : `${grouped}.${part}`);
}

/** A number of things: "1 service", "2 services". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

/** Bytes as MiB; small ones as KiB. */
export function formatBytes(bytes: number): string {
  if (bytes < MIB / 10) {
    return `${formatNumber(bytes / 1024, bytes === 0 ? 0 : 1)}${NARROW}KiB`;
  }
  return `${formatNumber(bytes / MIB, bytes < 100 * MIB ? 1 : 0)}${NARROW}MiB`;
}

/** Percent of one processor. */
export function formatCpu(percent: number): string {
  return `${formatNumber(percent, percent < 100 ? 1 : 0)}${NARROW}%`;
}

/** How long something takes, by its two greatest units. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return pair(days, "d", hours % 24, "h");
  if (hours > 0) return pair(hours, "h", minutes % 60, "min");
  if (minutes > 0) return pair(minutes, "min", seconds % 60, "s");
  return `${seconds}${NARROW}s`;
}

/** How long ago something was. */
export function formatAgo(ms: number): string {
  if (ms < 1_000) return "just now";
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}${NARROW}s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}${NARROW}min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}${NARROW}h ago`;
  return `${Math.floor(seconds / 86_400)}${NARROW}d ago`;
}

/** The time of day in the user's own zone, as 14:03:07. */
export function formatClock(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
}

/** As {@linkcode formatClock}, with milliseconds. */
export function formatClockMs(atMs: number): string {
  const ms = String(new Date(atMs).getMilliseconds()).padStart(3, "0");
  return `${formatClock(atMs)}.${ms}`;
}

/** Day and time in the user's own zone, as 2026-03-01 14:03:07. */
export function formatMoment(atMs: number): string {
  const at = new Date(atMs);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())];
  return `${day.join("-")} ${formatClock(atMs)}`;
}

/** The time alone if it is of the same day as `nowMs`, else with its day. */
export function formatWhen(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() ===
    new Date(nowMs).toDateString();
  return isToday ? formatClock(atMs) : formatMoment(atMs);
}

/** Some things in a sentence: "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function pair(
  great: number,
  greatUnit: string,
  small: number,
  smallUnit: string,
): string {
  return `${great}${NARROW}${greatUnit} ${two(small)}${NARROW}${smallUnit}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
