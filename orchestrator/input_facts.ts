/**
 * What tells an input file from another, or from itself before a change.
 *
 * @module
 */

/** What is remembered of an input. */
export interface InputFacts {
  /** In bytes. */
  size: number;
  /** When it was last changed, in milliseconds since 1970. */
  changedMs: number | null;
  /** The bytes before `end`, `length` of them, by their SHA-256. */
  read: { end: number; length: number; sha256: string };
}

/** How much of what was read is looked at, in bytes. */
const SAMPLE_BYTES = 65_536;

/** Describes the file at `path` of which `end` bytes have been read. */
export async function describeInput(
  path: string,
  end: number,
): Promise<InputFacts> {
  using file = await Deno.open(path);
  const { size, mtime } = await file.stat();
  const length = Math.min(end, SAMPLE_BYTES, size);
  const sample = new Uint8Array(length);
  await file.seek(end - length, Deno.SeekMode.Start);
  for (let at = 0; at < length;) {
    const count = await file.read(sample.subarray(at));
    if (count === null) break;
    at += count;
  }
  const digest = await crypto.subtle.digest("SHA-256", sample);
  return {
    size,
    changedMs: mtime?.getTime() ?? null,
    read: { end, length, sha256: new Uint8Array(digest).toHex() },
  };
}

/** Says how the file at `path` differs from what it was. */
export async function compareInput(
  path: string,
  was: InputFacts,
): Promise<string[]> {
  let is: InputFacts;
  try {
    is = await describeInput(path, was.read.end);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return ["the input is not there any more"];
  }
  const differences: string[] = [];
  if (is.size !== was.size) {
    differences.push(`the input had ${was.size} bytes and has ${is.size}`);
  }
  if (is.changedMs !== was.changedMs) {
    differences.push(
      `the input was changed at ${dateOf(was.changedMs)} and then at ${
        dateOf(is.changedMs)
      }`,
    );
  }
  if (is.read.sha256 !== was.read.sha256) {
    differences.push(
      `the input has other bytes before offset ${was.read.end}, which were read`,
    );
  }
  return differences;
}

function dateOf(ms: number | null): string {
  return ms === null ? "an unknown time" : new Date(ms).toISOString();
}
