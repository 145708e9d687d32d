/**
 * The inputs of a run as they were at the start. A process that outlives ingest
 * holds it.
 *
 * Ingest may die, and by then the path may name another file. So the next
 * ingest is told what its input must be. The file stays open here, so that no
 * other file can get its inode number.
 *
 * @module
 */

import { rangesOf, type RunPlan } from "./plan.ts";
import { createPlaces } from "../stages/events/places.ts";
import { isSeekable } from "../stages/ingest/input.ts";
import {
  describeInput,
  describeRead,
  type InputFacts,
} from "../stages/ingest/input_facts.ts";

/** An input file. Disposing of it lets go of the file. */
export interface WatchedInput extends Disposable {
  /** What it was at the start, and what has been read of it. */
  readonly facts: InputFacts;
  /** Notes that it has been read up to `end`, an offset in what it holds. */
  note(end: number): Promise<void>;
}

/**
 * Watches the file at `path`.
 *
 * @param was What it was, for a run that goes on. @default {what it is now}
 */
export async function watchInput(
  path: string,
  was?: InputFacts,
): Promise<WatchedInput> {
  const file = await Deno.open(path);
  let facts = was ?? await describeInput(file, 0);
  return {
    get facts() {
      return facts;
    },
    async note(end) {
      // Of a compressed file, what was read of what is in it may be more.
      const stored = facts.size > 0 ? Math.min(end, facts.size) : end;
      facts = { ...facts, read: await describeRead(file, stored) };
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** The inputs of a run, in order. Disposing of it lets go of the files. */
export interface WatchedInputs extends Disposable {
  /** What each was and what was read of it; undefined for what is no file. */
  readonly facts: (InputFacts | undefined)[];
  /** Notes that they have been read up to an offset of the run. */
  note(offset: number): Promise<void>;
}

/**
 * Watches the inputs that are files, but for one that is followed: it grows, and
 * ingest writes down what is to be known of it.
 *
 * @param was What each was, for a run that goes on. @default {what it is now}
 */
export async function watchInputs(
  plan: Pick<RunPlan, "inputs" | "follow">,
  was: readonly InputFacts[] = [],
): Promise<WatchedInputs> {
  const places = createPlaces(rangesOf(plan).length);
  const paths = plan.follow ? plan.inputs.slice(0, -1) : plan.inputs;
  using opening = new DisposableStack();
  const watched: (WatchedInput | undefined)[] = [];
  for (const [index, path] of paths.entries()) {
    watched.push(
      await isSeekable(path)
        ? opening.use(await watchInput(path, was[index]))
        : undefined,
    );
  }
  const opened = opening.move();
  /** Of those before this one, all that was read is noted. */
  let noted = 0;
  return {
    get facts() {
      return watched.map((each) => each?.facts);
    },
    async note(offset) {
      const at = places.find(offset);
      for (; noted < at.index; noted++) {
        const input = watched[noted];
        await input?.note(input.facts.size);
      }
      await watched[at.index]?.note(at.offset);
    },
    [Symbol.dispose]: () => opened.dispose(),
  };
}
