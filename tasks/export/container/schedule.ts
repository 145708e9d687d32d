/**
 * Schedules in the words of cron and of a CronJob, which know less than ours.
 *
 * @module
 */

/** A schedule, or why there is none. */
export type CronSchedule = { schedule: string } | { problem: string };

/** A field as Kubernetes takes it: numbers and names, ranges, steps and lists. */
const FIELD = /^(?:\*|\?|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?$/;

/** Returns what a CronJob is to have for a pattern. */
export function cronSchedule(pattern: string): CronSchedule {
  const text = pattern.trim();
  if (text.startsWith("@")) return { schedule: text.toLowerCase() };
  const fields = text.split(/\s+/);
  const seconds = fields.length === 6 ? fields.shift() : undefined;
  if (seconds !== undefined && !/^0+$/.test(seconds)) {
    return { problem: `cron knows no seconds, and "${pattern}" has some` };
  }
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const all = [minute, hour, day, month, sundayFirst(weekday)];
  const strange = all.flatMap((field) => field.split(","))
    .find((part) => !FIELD.test(part) || part.toUpperCase() === "L");
  return strange === undefined
    ? { schedule: all.join(" ") }
    : { problem: `cron does not know "${strange}"` };
}

/** Sunday is 0 there, and never 7. */
function sundayFirst(weekday: string): string {
  return weekday.split(",").map((part) => {
    if (part === "7") return "0";
    const range = /^(\d)-7$/.exec(part);
    return range ? `0,${range[1]}-6` : part;
  }).join(",");
}
