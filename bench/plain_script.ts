/**
 * The script that one would write instead of a pipeline: it reads a file of
 * events line by line, checks each, applies the rules of stages/rules.yaml, and
 * counts by type. It stands alone, and does nothing clever.
 *
 *   deno run --allow-read=events.ndjson bench/plain_script.ts events.ndjson
 *
 * It prints what it has counted, and how long that took from its first statement
 * to its result. `deno task bench` compares both with the pipeline's.
 *
 * @module
 */

import process from "node:process";

const startMs = performance.now();
const startCpu = process.cpuUsage();

interface Event {
  ts: string;
  type: string;
  user: string;
  value: number;
}

const TYPES = ["click", "purchase", "view"];
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Returns the event of a line; undefined if the line holds none. */
function parse(line: string): Event | undefined {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    return undefined;
  }
  const isEvent = typeof event === "object" && event !== null &&
    typeof event.ts === "string" && TIMESTAMP.test(event.ts) &&
    !Number.isNaN(Date.parse(event.ts)) &&
    TYPES.includes(event.type) &&
    typeof event.user === "string" &&
    Number.isFinite(event.value);
  return isEvent ? event : undefined;
}

/** Returns the tier of an event; undefined for one that does not count. */
function tierOf(type: string, value: number): string | undefined {
  if (type === "view" || value < 10) return undefined;
  if (value >= 75) return "gold";
  return value >= 40 ? "silver" : "bronze";
}

interface Result {
  count: number;
  sum: number;
  min: number;
  max: number;
  tier: Record<string, number>;
}

const results: Record<string, Result> = {};
let events = 0;
let rejected = 0;
let filtered = 0;

function count(line: string) {
  if (line.trim() === "") return;
  events++;
  const event = parse(line);
  if (!event) {
    rejected++;
    return;
  }
  const value = Math.trunc(event.value);
  const tier = tierOf(event.type, value);
  if (!tier) {
    filtered++;
    return;
  }
  const result = results[event.type] ??= {
    count: 0,
    sum: 0,
    min: Infinity,
    max: -Infinity,
    tier: {},
  };
  result.count++;
  result.sum += value;
  result.min = Math.min(result.min, value);
  result.max = Math.max(result.max, value);
  result.tier[tier] = (result.tier[tier] ?? 0) + 1;
}

const file = await Deno.open(Deno.args[0]!);
let rest = "";
for await (const text of file.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) count(line);
}
count(rest);

const { user, system } = process.cpuUsage(startCpu);
// deno-lint-ignore no-console -- it stands alone
console.log(JSON.stringify({
  events,
  rejected,
  filtered,
  results: Object.keys(results).sort().map((key) => {
    const { count, sum, min, max, tier } = results[key]!;
    return { key, count, sum, avg: sum / count, min, max, tags: { tier } };
  }),
  elapsedMs: performance.now() - startMs,
  cpuMs: (user + system) / 1_000,
}));
