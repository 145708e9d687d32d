/**
 * Reads several inputs, one after the other, as one sequence of batches.
 *
 * No batch holds lines of two inputs. Between two inputs stands a batch without
 * events, from where the one ended to where the next begins: so a last line
 * without an end stays a line of its own, and lines are counted anew.
 *
 * @module
 */

import type { Position, RawBatch } from "../../proto/pipeline/batches.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { createPlaces } from "../events/places.ts";
import { type Batches, type IngestOptions, readBatches } from "./ingest.ts";
import { before, type EarlyEnd, endingEarly } from "./early_end.ts";
import { type Input, nameOfInput } from "./input.ts";

/** The inputs of a run, being read. Disposing of it closes the one that is open. */
export interface Sequence extends Batches, Disposable {
  /** Of all inputs, as they are stored, in bytes; 0 where it is not known. */
  readonly size: number;
  /** How much of `size` it took to give what is before `offset`. */
  doneBytes(offset: number): number;
  /** How many bytes of the inputs a batch covers. */
  lengthOf(batch: RawBatch): number;
  /** True where the input that is being read may have no more at the moment. */
  readonly isLive: boolean;
}

/** Options for {@linkcode openSequence}. */
export interface SequenceOptions
  extends
    Omit<IngestOptions, "fileStart" | "name" | "unpackedBy" | "leavesRest"> {
  /** The inputs, in order. */
  paths: readonly string[];
  /** Opens one of them, by its number, at an offset in it. */
  open(index: number, offset: number): Promise<Input>;
  /** Where the run ends before its inputs do. @default {it does not} */
  end?: EarlyEnd;
  /** The last one is followed, and so are those after it. @default {false} */
  isFollowed?: boolean;
}

/**
 * Opens the input that `from` is in.
 *
 * @throws {Fault} What opening throws.
 */
export async function openSequence(
  { paths, open, from, lingerMs = Infinity, end, isFollowed, ...options }:
    SequenceOptions,
): Promise<Sequence> {
  const places = createPlaces(paths.length);
  let { index } = places.find(from.offset);
  /** Undefined where the run has ended before, or does while that waits. */
  const openAt = async (
    index: number,
    from: number,
  ): Promise<Input | undefined> => {
    if (end?.signal.aborted && end.offset <= from) return undefined;
    const isThere = end?.signal.aborted;
    const opening = open(index, from - places.startOf(index));
    if (!end) return await opening;
    if (isThere) return endingEarly(await opening, end, from);
    const opened = await before(end.signal, opening);
    if (opened) return endingEarly(opened, end, from);
    // The writer of a pipe may still come.
    opening.then((late) => late[Symbol.dispose](), () => {});
    return undefined;
  };
  let input = await openAt(index, from.offset) ?? NOTHING;
  const sizes = isFollowed
    ? [undefined]
    : paths.length === 1
    ? [input.size]
    : await sizesOf(paths);
  let last = from;
  /** Leads from one input to the next. */
  let seam: RawBatch | undefined;

  const cutInput = () =>
    readBatches(input, {
      ...options,
      // A file always has more, until it has no more.
      lingerMs: input.size > 0 ? Infinity : lingerMs,
      from: last,
      fileStart: places.startOf(index),
      unpackedBy: () => input.unpackedBy?.(),
      leavesRest: () =>
        input.isGrowing === true && end?.signal.aborted === true,
      ...(paths.length > 1 ? { name: nameOfInput(paths[index]!) } : {}),
    });
  let batches = cutInput();
  const goOn = async () => {
    const next = await openAt(index + 1, places.startOf(index + 1));
    if (!next) return false;
    input[Symbol.dispose]();
    index++;
    input = next;
    seam = emptyBatch(last, {
      event: last.event,
      offset: places.startOf(index),
      line: 0,
    });
    last = seam.end;
    batches = cutInput();
    return true;
  };
  return {
    size: sizes.includes(undefined)
      ? 0
      : sizes.reduce<number>((sum, size) => sum + size!, 0),
    get isLive() {
      return input.size === 0;
    },
    doneBytes(offset) {
      const at = places.find(offset);
      const before = sizes.slice(0, at.index)
        .reduce<number>((sum, size) => sum + (size ?? 0), 0);
      // What is at a start has taken nothing of its input.
      return at.index === index && at.offset > 0
        ? before + input.doneBytes(at.offset)
        : before;
    },
    lengthOf({ begin, end }) {
      const [from, to] = [places.find(begin.offset), places.find(end.offset)];
      return from.index === to.index ? to.offset - from.offset : 0;
    },
    take() {
      if (seam) {
        const batch = seam;
        seam = undefined;
        return batch;
      }
      const batch = batches.take();
      if (!batch) return undefined;
      last = batch.end;
      if (last.offset - places.startOf(index) >= places.longest) {
        throw tooLong(paths[index]!, places.longest, isFollowed);
      }
      return batch;
    },
    async more() {
      if (await batches.more()) return true;
      if (index + 1 === paths.length) return false;
      return await goOn();
    },
    [Symbol.dispose]: () => input[Symbol.dispose](),
  };
}

/** An input that nothing is read of. */
const NOTHING: Input = {
  size: 0,
  doneBytes: () => 0,
  read: () => Promise.resolve(null),
  [Symbol.dispose]() {},
};

/** A batch without lines. */
export function emptyBatch(begin: Position, end = begin): RawBatch {
  return { begin, end, linesOffset: begin.offset, lines: new Uint8Array() };
}

/** Sizes as they are stored; undefined for what is no file. */
async function sizesOf(
  paths: readonly string[],
): Promise<(number | undefined)[]> {
  return await Promise.all(paths.map(async (path) => {
    const info = path === "-" ? undefined : await statIfThere(path);
    return info?.isFile ? info.size : undefined;
  }));
}

function tooLong(path: string, longest: number, isFollowed = false): Fault {
  const which = isFollowed ? "that is followed" : "of several";
  const remedy = isFollowed
    ? "have it rotated sooner"
    : "give it to a run of its own";
  return new Fault(
    "failed_precondition",
    `Cannot read ${
      nameOfInput(path)
    }: an input ${which} may hold less than ${longest} bytes; ${remedy}`,
  );
}
