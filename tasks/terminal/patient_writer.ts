/**
 * Writes to standard output or standard error for as long as a program lives,
 * whatever happens to them: a full disk, a reader that has stopped reading.
 *
 * It never rejects and never waits for ever. Lines that cannot be written are
 * dropped and counted. A note about them stands where they are missing.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import {
  countLines,
  createLossCounter,
  describeLoss,
  type OutputLoss,
} from "../../runtime/program/lost_output.ts";
import {
  asPrinted,
  type PrintedAs,
} from "../../runtime/program/visible_text.ts";

/** Takes text, in order. Disposing ends its tries to write again. */
export interface PatientWriter extends Disposable {
  /**
   * Writes. The promise is what holds a fast writer back; it resolves when the
   * text is written or dropped, or when nobody reads. Empty text waits for what
   * is before it.
   *
   * @param as What the text is. @default {"text"}
   */
  write(text: string, as?: PrintedAs): Promise<void>;
}

/** Options for {@linkcode patientWriter}. */
export interface PatientWriterOptions {
  /** What it is called in words, as "standard output". */
  name: string;
  /** Hears of a loss when it begins, grows, and is over. @default {nothing} */
  onLoss?: (loss: OutputLoss) => void;
  /**
   * How long a reader may take nothing before nobody waits for it any more, in
   * milliseconds. @default {1_000}
   */
  stallMs?: number;
  /** How much is kept for such a reader, in bytes. @default {1_048_576} */
  maxWaitingBytes?: number;
  /** Time from a failure to the next try, in milliseconds. @default {1_000} */
  retryMs?: number;
}

/** So much is written at once: the reader's progress is seen in such steps. */
const PIECE_BYTES = 2 ** 14;
const NEWLINE = 0x0a;

interface Item {
  bytes: Uint8Array;
  lines: number;
  done: () => void;
}

/** What is wrong with an output. */
type Trouble =
  | "none"
  /** The reader has taken nothing for a while. */
  | "stalled"
  /** The last write has failed, and it will be tried again. */
  | "failing"
  /** The reader is gone. */
  | "closed";

/** Makes a writer; there should be one for each of the two. */
export function patientWriter(
  file: Pick<typeof Deno.stdout, "write">,
  {
    name,
    onLoss = () => {},
    stallMs = 1_000,
    maxWaitingBytes = 2 ** 20,
    retryMs = 1_000,
  }: PatientWriterOptions,
): PatientWriter {
  const encoder = new TextEncoder();
  const counter = createLossCounter(onLoss);
  const waiting: Item[] = [];
  let waitingBytes = 0;
  let current: Item | undefined;
  let trouble: Trouble = "none";
  /** True while the last thing written is half a line. */
  let isTorn = false;
  let retryAtMs = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const enqueue = (item: Item) => {
    waiting.push(item);
    waitingBytes += item.bytes.length;
    if (!current) void pump();
  };
  const pump = async () => {
    while ((current = waiting.shift())) {
      await writeItem(current);
      waitingBytes -= current.bytes.length;
      current.done();
    }
  };
  const writeItem = async ({ bytes, lines }: Item) => {
    const isToRest = trouble === "failing" && performance.now() < retryAtMs;
    if (trouble === "closed" || isToRest) return counter.lose(lines, "");
    try {
      if (trouble === "failing") {
        await writeAll(encoder.encode(`${isTorn ? "\n" : ""}${lossInWords()}`));
        trouble = "none";
        counter.regain();
      }
      await writeAll(bytes);
    } catch (error) {
      fail(lines, error);
    }
  };
  const writeAll = async (bytes: Uint8Array) => {
    for (let start = 0; start < bytes.length;) {
      const timer = setTimeout(stall, stallMs);
      try {
        const piece = bytes.subarray(start, start + PIECE_BYTES);
        start += await file.write(piece);
      } finally {
        clearTimeout(timer);
      }
      isTorn = bytes[start - 1] !== NEWLINE;
      if (trouble === "stalled") goOn();
    }
  };
  const stall = () => {
    if (trouble === "none") trouble = "stalled";
    // Nobody waits for this reader any more.
    current?.done();
    for (const { done } of waiting) done();
  };
  /** The reader reads: after what it was kept comes what it has missed. */
  const goOn = () => {
    trouble = "none";
    if (!counter.isLosing) return;
    const bytes = encoder.encode(lossInWords());
    counter.regain();
    enqueue({ bytes, lines: 0, done: () => {} });
  };
  const lossInWords = () =>
    counter.latest
      ? `supervisor | ${
        describeLoss(name, { ...counter.latest, isOver: true })
      }\n`
      : "";
  const fail = (lines: number, error: unknown) => {
    // Whoever read is gone, as `| head` after its ten lines.
    trouble = error instanceof Deno.errors.BrokenPipe ? "closed" : "failing";
    counter.lose(
      lines,
      trouble === "closed" ? "nobody reads it any more" : systemReason(error),
    );
    if (trouble === "closed") return;
    retryAtMs = performance.now() + retryMs;
    clearTimeout(retry);
    retry = setTimeout(
      () => enqueue({ bytes: new Uint8Array(), lines: 0, done: () => {} }),
      retryMs,
    );
  };
  return {
    write(text, as = "text") {
      const bytes = encoder.encode(asPrinted(text, as));
      const lines = countLines(text);
      const isFull = waitingBytes + bytes.length > maxWaitingBytes;
      if (trouble === "stalled" && isFull) {
        counter.lose(lines, "nobody reads it");
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        enqueue({ bytes, lines, done: resolve });
        if (trouble === "stalled") resolve();
      });
    },
    [Symbol.dispose]: () => clearTimeout(retry),
  };
}
