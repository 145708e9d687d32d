/**
 * The last lines that services have written, as a page shows them.
 *
 * Bounded in lines and in memory: the oldest go first. What a service writes is
 * text without control characters, whatever it was.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import type { LogLine } from "../wire.ts";

/** A block of output, as the supervisor hands it on. */
export interface OutputBlock {
  name: string;
  stream: "stdout" | "stderr";
  /** Whole lines; or a text without end, with which the next block goes on. */
  text: string;
  timeMs: number;
}

/** The lines that are kept. */
export interface LogBuffer {
  /** The number of the oldest line that is kept, and of the one to come. */
  readonly first: number;
  readonly next: number;
  /** Adds what was written. */
  add(block: OutputBlock): void;
  /** Says in the log of a service that lines of it are missing. */
  addLoss(name: string, lines: number, timeMs: number): void;
  /** Ends lines that were begun before a time and not ended, as a prompt is. */
  endLines(beforeMs: number): void;
  /** The line of a number; undefined where it is not kept. */
  at(n: number): LogLine | undefined;
  /** Whose lines there are. */
  names(): string[];
  /** How many lines somebody has written so far, also those that are gone. */
  written(name: string): number;
}

/** Options for {@linkcode createLogBuffer}. */
export interface LogBufferOptions {
  /** @default {100_000} */
  maxLines?: number;
  /** How much memory they may take, in bytes. @default {32 MiB} */
  maxBytes?: number;
}

/** How much of a line is kept, in characters. */
const MAX_LINE = 8_192;
/** What a line takes besides its text, in bytes. */
const OVERHEAD = 96;
/** What stands for the rest of a line. */
const CUT = " …";

interface Begun {
  text: string;
  timeMs: number;
}

/** Makes an empty buffer. */
export function createLogBuffer(
  { maxLines = 100_000, maxBytes = 32 * 1024 ** 2 }: LogBufferOptions = {},
): LogBuffer {
  /** The line `n` is at `n % maxLines`. */
  const lines: (LogLine | undefined)[] = [];
  let first = 0;
  let next = 0;
  let bytes = 0;
  const counts = new Map<string, { kept: number; written: number }>();
  const begun = new Map<string, Begun & Omit<OutputBlock, "text">>();

  const dropOldest = () => {
    const line = lines[first % maxLines]!;
    lines[first % maxLines] = undefined;
    first++;
    bytes -= sizeOf(line);
    const count = counts.get(line.name)!;
    count.kept--;
    if (count.kept === 0) counts.delete(line.name);
  };
  const push = (
    { name, stream, timeMs }: Omit<OutputBlock, "text">,
    text: string,
  ) => {
    if (next - first === maxLines) dropOldest();
    const line: LogLine = { n: next, name, stream, timeMs, text };
    lines[next % maxLines] = line;
    next++;
    bytes += sizeOf(line);
    const count = counts.get(name);
    if (count) {
      count.kept++;
      count.written++;
    } else counts.set(name, { kept: 1, written: 1 });
    while (bytes > maxBytes && first < next - 1) dropOldest();
  };
  return {
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    add(block) {
      const { text } = block;
      const key = `${block.stream} ${block.name}`;
      const before = begun.get(key);
      let at = 0;
      for (;;) {
        const end = text.indexOf("\n", at);
        if (end < 0) break;
        const cut = text.slice(at, Math.min(end, at + MAX_LINE + 1));
        if (at === 0 && before) {
          begun.delete(key);
          push(block, asLine(before.text + cut));
        } else push(block, asLine(cut));
        at = end + 1;
      }
      if (at === text.length) return;
      const rest = (begun.get(key)?.text ?? "") +
        text.slice(at, at + MAX_LINE + 1);
      const { name, stream, timeMs } = block;
      begun.set(key, {
        name,
        stream,
        timeMs,
        text: rest.slice(0, MAX_LINE + 1),
      });
    },
    addLoss(name, count, timeMs) {
      const words = count === 1 ? "1 line is" : `${count} lines are`;
      push(
        { name, stream: "stderr", timeMs },
        `[${words} missing here: they came too fast for the dashboard]`,
      );
    },
    endLines(beforeMs) {
      for (const [key, { text, ...block }] of begun) {
        if (block.timeMs >= beforeMs) continue;
        begun.delete(key);
        push(block, asLine(text));
      }
    },
    at: (n) => n >= first && n < next ? lines[n % maxLines] : undefined,
    names: () => [...counts.keys()].sort(),
    written: (name) => counts.get(name)?.written ?? 0,
  };
}

/** Only what is nothing but plain text needs no second look. */
const PLAIN = /^[\t\x20-\x7e]*$/;
/** What the engine keeps in two bytes a character. */
const WIDE = /[\u0100-\uffff]/;

function asLine(text: string): string {
  const ended = text.endsWith("\r") ? text.slice(0, -1) : text;
  // A part of a text keeps the whole of it in memory: a copy does not.
  if (ended.length > MAX_LINE) {
    return copied(shown(ended.slice(0, MAX_LINE))) + CUT;
  }
  return PLAIN.test(ended) ? ended : shown(ended);
}

function shown(text: string): string {
  const lines = stripVTControlCharacters(text).split("\t").map(visibleInLine);
  const line = lines.join("\t");
  return line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
}

function copied(text: string): string {
  return new TextDecoder("utf-16le").decode(
    Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)),
  );
}

function sizeOf({ text }: LogLine): number {
  return OVERHEAD + text.length * (WIDE.test(text) ? 2 : 1);
}
