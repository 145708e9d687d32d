/**
 * The latest lines of each service, for the log of the live view.
 *
 * Taking output in costs next to nothing: blocks of bytes are kept, and cut
 * into lines only when somebody looks. In a flood, lines that would have
 * scrolled away in between are dropped unseen. The log files have them.
 *
 * @module
 */

import { plainText } from "./plain_text.ts";

/** Where a line came from; an event is what happened to the service. */
export type LineSource = "stdout" | "stderr" | "event";

/** One line of the log. */
export interface LogLine {
  /** Grows from line to line, over all services. */
  sequence: number;
  /** The unique name of the service. */
  name: string;
  source: LineSource;
  /** Safe to show as it is. */
  text: string;
}

/** Lines of all services. */
export interface LogBuffer {
  /**
   * Takes a block of whole lines, each ending with "\n"; or a text without line
   * end, with which the next one of the same source goes on.
   */
  append(name: string, source: LineSource, block: string): void;
  /**
   * Returns the latest lines, oldest first; until the next call of append().
   *
   * @param name Those of one service only, of which more may be known.
   */
  lines(name?: string): readonly LogLine[];
}

/** Options for {@linkcode createLogBuffer}. */
export interface LogBufferOptions {
  /** Lines kept of each service, whatever others write. @default {1_000} */
  maxLines?: number;
  /** Lines kept of all services together, whoever wrote them. @default {5_000} */
  maxLinesOfAll?: number;
  /** Longer lines are cut. @default {1_000} */
  maxLineChars?: number;
}

interface Block {
  order: number;
  name: string;
  source: LineSource;
  text: string;
}

/** Makes an empty buffer. */
export function createLogBuffer(
  { maxLines = 1_000, maxLinesOfAll = 5_000, maxLineChars = 1_000 }:
    LogBufferOptions = {},
): LogBuffer {
  const maxWaitingChars = maxLines * maxLineChars;
  const waiting = new Map<string, { blocks: Block[]; chars: number }>();
  const kept = new Map<string, LogLine[]>();
  const all: LogLine[] = [];
  /** The lines without an end, by name and source, as they were written. */
  const open = new Map<string, { line: LogLine; written: string }>();
  let order = 0;
  let sequence = 0;

  /** Goes on with the line that its source has begun; returns the others. */
  const goOn = (key: string, text: string): string => {
    const begun = open.get(key);
    if (!begun) return text;
    open.delete(key);
    const end = text.indexOf("\n");
    const written = begun.written + (end < 0 ? text : text.slice(0, end));
    begun.line.text = plainText(shorten(written, maxLineChars));
    if (end < 0) open.set(key, { ...begun, written });
    return end < 0 ? "" : text.slice(end + 1);
  };

  const cutIntoLines = () => {
    if (waiting.size === 0) return;
    const blocks = [...waiting.values()].flatMap(({ blocks }) => blocks)
      .sort((one, other) => one.order - other.order);
    waiting.clear();
    for (const { name, source, text } of blocks) {
      const lines = kept.get(name) ?? [];
      kept.set(name, lines);
      const key = `${name}\n${source}`;
      const left = goOn(key, text);
      if (left === "") continue;
      for (const written of lastLines(left, maxLines)) {
        const shown = plainText(shorten(written, maxLineChars));
        const line = { sequence: ++sequence, name, source, text: shown };
        lines.push(line);
        all.push(line);
        if (!left.endsWith("\n")) open.set(key, { line, written });
      }
      dropOldest(lines, maxLines);
    }
    dropOldest(all, maxLinesOfAll);
  };

  return {
    append(name, source, text) {
      const queue = waiting.get(name) ?? { blocks: [], chars: 0 };
      waiting.set(name, queue);
      const { blocks } = queue;
      blocks.push({ order: order++, name, source, text });
      queue.chars += text.length;
      while (
        blocks.length > maxLines ||
        queue.chars - (blocks[0]?.text.length ?? 0) > maxWaitingChars
      ) queue.chars -= blocks.shift()?.text.length ?? 0;
    },
    lines(name) {
      cutIntoLines();
      return name === undefined ? all : kept.get(name) ?? [];
    },
  };
}

function dropOldest(lines: LogLine[], max: number): void {
  if (lines.length > max) lines.splice(0, lines.length - max);
}

/** Returns the last `max` lines of a block, without looking at the others. */
function lastLines(block: string, max: number): string[] {
  const text = block.endsWith("\n") ? block.slice(0, -1) : block;
  const lines: string[] = [];
  for (let end = text.length; lines.length < max;) {
    const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1;
    lines.push(text.slice(start, end));
    if (start === 0) break;
    end = start - 1;
  }
  return lines.reverse();
}

function shorten(line: string, maxChars: number): string {
  if (line.length <= maxChars) return line;
  // A slice would keep the whole line in memory behind it: copy.
  return JSON.parse(JSON.stringify(line.slice(0, maxChars)));
}
