/**
 * The single values of config.yaml alone: durations, ports, addresses.
 *
 * schema.ts puts them together.
 *
 * @module
 */

import * as z from "zod";
import { parseAddress } from "../../runtime/program/address.ts";
import { parseDuration } from "../../runtime/program/units.ts";
import { whyNotAdvertised } from "./advertised.ts";
import { isPort, MAX_PORT } from "./port.ts";
import { whyNoSchedule, whyNoTimezone } from "./schedule.ts";

const DURATION = "expected a duration such as 500ms, 1s or 1m30s";
const ADDRESS = "expected an address such as 127.0.0.1:50051";
const PORT = `expected a port from 1 to ${MAX_PORT}, or auto`;

/** Milliseconds, written as docker compose writes durations. */
export const duration = z.string({ error: DURATION }).transform(
  (text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: "custom", message: DURATION });
    return z.NEVER;
  },
).meta({ title: "duration" });

/** A whole number; as text, too, since `${NAME}` always gives text. */
export function wholeNumber(min: number, max: number) {
  const error = `expected a whole number from ${min} to ${max}`;
  return z.union(
    [
      z.int({ error }).min(min, { error }).max(max, { error }),
      z.string().regex(/^(\d+|0x[\da-fA-F]+|0o[0-7]+)$/, { error }).transform(
        Number,
      ).pipe(
        z.int().min(min, { error }).max(max, { error }),
      ),
    ],
    { error },
  ).meta({ title: `whole number from ${min} to ${max}` });
}

/** Where something listens. */
export const address = z.string({ error: ADDRESS }).refine((text) => {
  try {
    return parseAddress(text).kind === "unix" || !/:0+$/.test(text);
  } catch {
    return false; // parseAddress() throws for nothing but a malformed address
  }
}, { error: ADDRESS }).meta({ title: "address" });

/** A text that a function finds nothing wrong with. */
function checkedText(
  error: string,
  whyNot: (text: string) => string | undefined,
) {
  return z.string({ error }).superRefine((text, context) => {
    const message = whyNot(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** Where somebody is called: a host, which may have a port. */
export const advertised = checkedText(
  "expected a host, or host:port",
  whyNotAdvertised,
).meta({ title: "host, or host:port" });

/** What is asked by HTTP. */
export const httpUrl = z.string().refine(
  (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ""),
  { error: "expected a URL such as http://127.0.0.1:8080/healthz" },
).meta({ title: "URL" });

/** As text, too, since `${NAME}` always gives text. */
export const port = z.union([
  z.int({ error: PORT }).min(1, { error: PORT }).max(MAX_PORT, { error: PORT }),
  z.string().regex(/^(auto|\d+)$/, { error: PORT }),
], { error: PORT }).refine(isPort, { error: PORT })
  .meta({ title: `port from 1 to ${MAX_PORT}, or auto` });

/** When something runs, in the words of cron. */
export const cronWords = checkedText(
  'expected text such as "*/5 * * * *", in quotes',
  whyNoSchedule,
).meta({ title: "schedule" });

/** Where a clock hangs. */
export const timezone = checkedText(
  "expected the name of a timezone such as Europe/Berlin",
  whyNoTimezone,
).meta({ title: "timezone" });
