/**
 * Says in words when a service with a schedule is due.
 *
 * @module
 */

import { quantity } from "../../runtime/program/numbers.ts";
import type { Schedule } from "../config/schedule.ts";
import type { Missed } from "./schedule_clock.ts";

/**
 * Writes a time as the clock of a schedule shows it: without the day on that
 * day, without seconds where there are none, with the timezone where one is set.
 *
 * @param nowMs As Unix time in milliseconds, as the time itself.
 */
export function momentIn(
  timezone: Schedule["timezone"],
  atMs: number,
  nowMs: number,
): string {
  const [day, time] = dayAndTime(timezone, atMs);
  const [today] = dayAndTime(timezone, nowMs);
  const words = [
    ...(day === today ? [] : [day]),
    time.replace(/:00$/, ""),
    ...(timezone === undefined ? [] : [timezone]),
  ];
  return words.join(" ");
}

/**
 * Says which runs were missed.
 *
 * @param why Why nobody was there for them.
 */
export function describeMissed(
  { runs, isMore, firstMs, lastMs }: Missed,
  { timezone }: Schedule,
  nowMs: number,
  why: string,
): string {
  const first = momentIn(timezone, firstMs, nowMs);
  const when = runs === 1
    ? `of ${first}`
    : `from ${first} to ${momentIn(timezone, lastMs, nowMs)}`;
  const count = isMore ? `more than ${runs} runs` : quantity(runs, "run");
  return `missed ${count} ${when}, ${why}; ${
    runs === 1 ? "it is" : "they are"
  } not made up for`;
}

/** The day and the time, such as 2026-01-31 and 03:00:00. */
function dayAndTime(
  timezone: Schedule["timezone"],
  atMs: number,
): [day: string, time: string] {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...(timezone === undefined ? {} : { timeZone: timezone }),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(atMs);
  const of = (type: string) =>
    parts.find((part) => part.type === type)?.value ?? "";
  return [
    `${of("year")}-${of("month")}-${of("day")}`,
    `${of("hour")}:${of("minute")}:${of("second")}`,
  ];
}
