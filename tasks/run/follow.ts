/**
 * The inputs of a run with `--follow`: the last one is followed, and those before
 * it are read to their end.
 *
 * @module
 */

import { basename, dirname, resolve } from "node:path";
import { isThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { type Flags, toggle } from "../../runtime/program/flags.ts";
import { userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { withGenerations } from "../../stages/events/places.ts";
import { compressionOfFile, isSeekable } from "../../stages/ingest/input.ts";
import { findInputs } from "./find_inputs.ts";

/** Flags that say that the last input is followed, and how. */
export const FOLLOW_FLAGS = {
  follow: toggle(
    "follow the last input as tail -F does: as it grows, and is rotated by rename",
  ),
  "allow-gap": toggle(
    "go on where a followed file has lost bytes, and say so",
  ),
};

/**
 * Checks that there is something to follow.
 *
 * @param isGivenNone True for generated events, and for a replay.
 * @throws {UsageError} If there is not.
 */
export function checkFollow(
  flags: Flags<typeof FOLLOW_FLAGS>,
  isGivenNone: boolean,
): void {
  if (!flags.follow && flags["allow-gap"]) {
    throw new UsageError("Cannot use --allow-gap without --follow");
  }
  if (flags.follow && isGivenNone) {
    throw new UsageError(
      "Cannot use --follow without --input: name the file to follow",
    );
  }
}

/**
 * Finds the inputs as {@linkcode findInputs} does; the last need not be there.
 *
 * @param asItIs Compressed data is taken as it is.
 * @throws {UsageError} If one cannot be read, or the last not be followed.
 */
export async function findFollowed(
  texts: readonly string[],
  asItIs: boolean,
): Promise<string[]> {
  const last = texts.at(-1)!;
  const cannot = `Cannot follow "${last}"`;
  const isAbsent = last !== "-" && !/[*?[{]/.test(last) &&
    !await withPathErrors(cannot, () => isThere(userPath(last)));
  const inputs = isAbsent
    ? [...await findInputs(texts.slice(0, -1)), await placeOf(last, cannot)]
    : await findInputs(texts);
  const followed = inputs.at(-1)!;
  if (!await isSeekable(followed)) {
    throw new UsageError(
      `${cannot}: it is no regular file; ${
        followed === "-" ? "standard input" : "a pipe"
      } is read to its end without --follow`,
    );
  }
  const format = isAbsent || asItIs
    ? undefined
    : await compressionOfFile(followed);
  if (format) {
    throw new UsageError(
      `${cannot}: it is ${format} data; leave out --follow, or take it as it is by --any-input`,
    );
  }
  refuseTooMany(inputs);
  return inputs;
}

function refuseTooMany(inputs: readonly string[]): void {
  try {
    withGenerations(inputs);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

/** Where a file will be that is not there yet. */
async function placeOf(text: string, cannot: string): Promise<string> {
  const path = userPath(text);
  return await withPathErrors(
    cannot,
    async () => resolve(await Deno.realPath(dirname(path)), basename(path)),
  );
}
