/**
 * Takes lines from a file, a given number at a time, without holding all of it.
 *
 * @module
 */

/** Consecutive lines. */
export interface TakenLines {
  /** A view that is only valid until more are taken. */
  bytes: Uint8Array;
  lines: number;
}

/** Lines to take. */
export interface EventLines {
  /** Takes up to so many lines, and at least one unless there is none left. */
  take(most: number): Promise<TakenLines>;
}

/** Bytes read at once; no line of a generated event is longer. */
const CHUNK_BYTES = 1_048_576;
/** Most bytes taken at once: what a pipe holds. */
const TAKE_BYTES = 65_536;
const NEWLINE = 0x0a;

/**
 * @param source The lines, each with its end; an open file is one.
 */
export function createEventLines(
  source: Pick<Deno.FsFile, "read">,
): EventLines {
  const buffer = new Uint8Array(2 * CHUNK_BYTES);
  let start = 0;
  let filled = 0;
  let ended = false;

  const refill = async () => {
    buffer.copyWithin(0, start, filled);
    filled -= start;
    start = 0;
    const count = await source.read(
      buffer.subarray(filled, filled + CHUNK_BYTES),
    );
    if (count === null) ended = true;
    else filled += count;
  };
  const nextEnd = (from: number) => {
    const at = buffer.indexOf(NEWLINE, from);
    return at >= 0 && at < filled ? at + 1 : undefined;
  };

  return {
    async take(most) {
      while (nextEnd(start) === undefined && !ended) await refill();
      let end = start;
      let lines = 0;
      while (lines < most && (lines === 0 || end - start < TAKE_BYTES)) {
        const lineEnd = nextEnd(end);
        if (lineEnd === undefined) break;
        end = lineEnd;
        lines++;
      }
      const bytes = buffer.subarray(start, end);
      start = end;
      return { bytes, lines };
    },
  };
}
