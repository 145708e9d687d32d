/**
 * Makes events up, as NDJSON. The same options always give the same bytes.
 *
 * Each event takes four random draws in a fixed order: time, type, user, value.
 * A work item takes more draws after them, for its numbers. Everything else
 * follows from the number of the event and costs no draw. Reads and writes
 * nothing; generate.ts puts the bytes into a file.
 *
 * @module
 */

import { WORK_TYPE } from "../../stages/events/work_item.ts";
import { accessLogLines } from "./access_log.ts";
import { DEFAULT_TYPES } from "./event_types.ts";

/**
 * How times, types and users spread.
 *
 * - `uniform`: all types and all users are equally likely; 250 to 1,249 ms lie
 *   between one event and the next.
 * - `zipf`: as uniform, but the k-th type and the k-th user have 1/k of the
 *   likelihood of the first (Zipf's law with exponent 1).
 * - `burst`: as uniform, but events come a hundred at a time, 1 to 10 ms apart,
 *   with a pause of a hundred usual gaps before each hundred.
 */
export type Distribution = "uniform" | "zipf" | "burst";

/**
 * Which events are work items: none, all, or those of one more type, `work`.
 * An event of a type named `work` is one in any case. `access-log` is lines of
 * another shape, which access_log.ts makes.
 */
export type Workload = "events" | "work-items" | "mixed" | "access-log";

/** How large a work item is. */
export type Payload = "small" | "medium" | "large";

/** Options for {@linkcode generateEvents}. */
export interface GeneratorOptions {
  /** How many events. @default {100_000} */
  count: number;
  /** How many different users. @default {10_000} */
  users: number;
  /** Where the random numbers start; its lowest 32 bits count. @default {42} */
  seed: number;
  /** @default {["click", "view", "purchase"]} */
  types: readonly string[];
  /** @default {"uniform"} */
  distribution: Distribution;
  /** @default {"events"} */
  workload: Workload;
  /** @default {"small"} */
  payload: Payload;
  /** Rounds of power iteration that a work item asks for. @default {50} */
  iterations: number;
}

/** What {@linkcode generateEvents} does when it is not told otherwise. */
export const DEFAULT_OPTIONS: Readonly<GeneratorOptions> = {
  count: 100_000,
  users: 10_000,
  seed: 42,
  types: DEFAULT_TYPES,
  distribution: "uniform",
  workload: "events",
  payload: "small",
  iterations: 50,
};

/** The size of a work item; its matrix has `width` rows and columns. */
interface WorkSize {
  vectors: number;
  width: number;
  textLength: number;
}

const WORK_SIZES: Record<Payload, WorkSize> = {
  small: { vectors: 4, width: 8, textLength: 64 },
  medium: { vectors: 16, width: 16, textLength: 1_024 },
  large: { vectors: 32, width: 32, textLength: 4_096 },
};

const CLOCK_START_MS = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const BURST_EVENTS = 100;
/** Events of a session are consecutive; it is made up, as the page is. */
const SESSION_EVENTS = 8;
const PAGES = 100;
const BLOCK_CHARACTERS = 128 * 1_024;
const PHRASE = "the quick brown fox jumps over the lazy dog and runs on, ";

/**
 * Makes events up.
 *
 * @returns Their lines as blocks of about 128 KiB. Each ends with a line end.
 * @throws {RangeError} If there is no type or no user to choose from.
 */
export function generateEvents(
  options: Partial<GeneratorOptions> = {},
): Generator<Uint8Array<ArrayBuffer>, void> {
  const all = { ...DEFAULT_OPTIONS, ...options };
  if (!(all.users >= 1)) {
    throw new RangeError(
      `Cannot generate events as users must be >= 1: current value is ${all.users}`,
    );
  }
  if (all.types.length === 0) {
    throw new RangeError("Cannot generate events: there are no types");
  }
  return blocks(all);
}

function* blocks(
  options: GeneratorOptions,
): Generator<Uint8Array<ArrayBuffer>, void> {
  const { count, seed } = options;
  const random = mulberry32(seed);
  if (options.workload === "access-log") {
    const log = accessLogLines({ count, random, startMs: CLOCK_START_MS });
    return yield* blocksOf(log);
  }
  yield* blocksOf(eventLines(options, random));
}

/** Puts lines together to blocks. */
function* blocksOf(
  lines: Iterable<string>,
): Generator<Uint8Array<ArrayBuffer>, void> {
  const encoder = new TextEncoder();
  let block = "";
  for (const line of lines) {
    block += line;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield encoder.encode(block);
    block = "";
  }
  if (block !== "") yield encoder.encode(block);
}

function* eventLines(
  options: GeneratorOptions,
  random: () => number,
): Generator<string, void> {
  const types = typesOf(options);
  const pickType = picker(types.length, options.distribution);
  const pickUser = picker(options.users, options.distribution);
  const gapMs = options.distribution === "burst" ? burstGapMs : usualGapMs;
  const typeJson = types.map((type) => JSON.stringify(type));
  const workJson = workWriter(options, random);
  const pad3 = numbersAsText(
    1_000,
    (number) => String(number).padStart(3, "0"),
  );

  let atMs = CLOCK_START_MS;
  let minuteMs = NaN;
  let minute = "";
  let session = "";
  for (let index = 0; index < options.count; index++) {
    atMs += gapMs(index, random());
    const type = pickType(random());
    const user = pickUser(random());
    const value = Math.floor(random() * 100) + 1;

    // Write a minute once: formatting a date costs more than the whole line.
    if (!(atMs < minuteMs + MINUTE_MS)) {
      minuteMs = atMs - atMs % MINUTE_MS;
      minute = new Date(minuteMs).toISOString().slice(0, -"00.000Z".length);
    }
    if (index % SESSION_EVENTS === 0) {
      session = String(index / SESSION_EVENTS).padStart(6, "0");
    }
    const ms = atMs - minuteMs;
    const second = Math.floor(ms / 1_000);
    yield `{"ts":"${minute}${second < 10 ? "0" : ""}${second}.` +
      `${pad3[ms % 1_000]}Z","type":${typeJson[type]}` +
      `,"user":"u${Math.floor(user / 1_000)}${pad3[user % 1_000]}"` +
      `,"value":${value},"metadata":{"session":"s${session}"` +
      `,"page":"/p/${index % PAGES}"}${
        types[type] === WORK_TYPE ? `,"work":${workJson(index)}` : ""
      }}\n`;
  }
}

/** The types to choose from. Work items choose too, so that all draw alike. */
function typesOf({ types, workload }: GeneratorOptions): readonly string[] {
  switch (workload) {
    case "events":
    case "access-log":
      return types;
    case "work-items":
      return types.map(() => WORK_TYPE);
    case "mixed":
      return types.includes(WORK_TYPE) ? types : [...types, WORK_TYPE];
  }
}

/**
 * Builds a source of random numbers: the mulberry32 of Tommy Ettinger.
 *
 * @param seed Its lowest 32 bits count.
 * @returns A function that returns the next number, from 0 to below 1.
 */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function usualGapMs(_index: number, draw: number): number {
  return 250 + Math.floor(draw * 1_000);
}

function burstGapMs(index: number, draw: number): number {
  return index % BURST_EVENTS === 0
    ? BURST_EVENTS * usualGapMs(index, draw)
    : 1 + Math.floor(draw * 10);
}

/** Returns a function that turns a draw into a number from 0 to below `size`. */
function picker(
  size: number,
  distribution: Distribution,
): (draw: number) => number {
  if (distribution !== "zipf") return (draw) => Math.floor(draw * size);
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let index = 0; index < size; index++) {
    total += 1 / (index + 1);
    cumulative[index] = total;
  }
  return (draw) => {
    const target = draw * total;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/**
 * Returns a function that writes the work of an event.
 *
 * Draws the vectors' numbers from -1 to 0.999, then the matrix's from 0.001 to
 * 1: power iteration converges on a matrix whose entries are all positive.
 */
function workWriter(
  { payload, iterations }: GeneratorOptions,
  random: () => number,
): (index: number) => string {
  const { vectors, width, textLength } = WORK_SIZES[payload];
  const signed = numbersAsText(
    2_000,
    (number) => String((number - 1_000) / 1_000),
  );
  const positive = numbersAsText(
    1_000,
    (number) => String((number + 1) / 1_000),
  );
  const phrases = PHRASE.repeat(Math.ceil(textLength / PHRASE.length) + 1);
  const rows = (count: number, numbers: string[]) => {
    let json = "";
    for (let row = 0; row < count; row++) {
      json += row === 0 ? "[" : ",[";
      for (let column = 0; column < width; column++) {
        if (column > 0) json += ",";
        json += numbers[Math.floor(random() * numbers.length)];
      }
      json += "]";
    }
    return json;
  };
  return (index) => {
    const start = index % PHRASE.length;
    const text = phrases.slice(start, start + textLength);
    return `{"vectors":[${rows(vectors, signed)}]` +
      `,"matrix":[${rows(width, positive)}]` +
      `,"text":"${text}","iterations":${iterations}}`;
  };
}

/** Writes the numbers from 0 to below `length`; a look-up is then cheap. */
function numbersAsText(
  length: number,
  write: (number: number) => string,
): string[] {
  return Array.from({ length }, (_, number) => write(number));
}
