/**
 * The inputs of a run, which can be read again from what is not yet saved: a
 * source for each, and the offsets that they have in the run.
 *
 * @module
 */

import { createPlaces, withGenerations } from "../events/places.ts";
import type { FollowedFile } from "./followed_file.ts";
import type { Input } from "./input.ts";
import type { InputFacts } from "./input_facts.ts";
import { replayedSource } from "./replayed.ts";
import { createSource, type Source } from "./source.ts";

/** The inputs of one run. Offsets are those of the run, but for `open`. */
export interface Sources {
  /** The inputs; of a followed one as many as there may be. */
  readonly paths: readonly string[];
  /** True where the last one is followed. */
  readonly isFollowed: boolean;
  /** To be called when the run begins: notes which file is to be followed. */
  begin(): Promise<void>;
  /** Opens an input by its number; see {@linkcode Source.open}. */
  open(
    index: number,
    offset: number,
    signal: AbortSignal,
    was?: InputFacts,
  ): Promise<Input>;
  /** Says that what is before `offset` has been sent. */
  sent(offset: number): void;
  /** Says that what is before `offset` is needed no more. */
  forget(offset: number): void;
  /** True when something should be committed soon. */
  readonly pressed: boolean;
  /** How far they have been read, as far as that is known here. */
  readonly readTo: number;
  /** Says that little more will be read. */
  finish(): void;
  /** Says that the run has come to its end. */
  close(): void;
}

/** Options for {@linkcode createSources}. */
export interface SourcesOptions {
  /** The longest line, in bytes. */
  maxLine: number;
  /** Leaves them compressed where they are. @default {false} */
  asItIs?: boolean;
  /** They are rejects files, whose lines are to be run again. @default {false} */
  replay?: boolean;
  /** The last one, where it is followed. @default {it is not} */
  followed?: FollowedFile | undefined;
}

/** @param paths The inputs, in order; "-" is standard input. */
export function createSources(
  inputs: readonly string[],
  { maxLine, asItIs = false, replay = false, followed }: SourcesOptions,
): Sources {
  const paths = followed ? withGenerations(inputs) : inputs;
  const followedFrom = followed ? inputs.length - 1 : Infinity;
  const places = createPlaces(paths.length);
  const sources = new Map<number, Source>();
  let opened: Source | undefined;
  const sourceOf = (index: number): Source => {
    const path = paths[index]!;
    if (index >= followedFrom) {
      return generationOf(followed!, index - followedFrom);
    }
    const open = () => createSource(path, maxLine, asItIs);
    const source = sources.get(index) ??
      (replay ? replayedSource(open(), path) : open());
    sources.set(index, source);
    return source;
  };
  return {
    paths,
    isFollowed: followed !== undefined,
    begin: () => followed?.begin() ?? Promise.resolve(),
    open(index, offset, signal, was) {
      opened = sourceOf(index);
      return opened.open(offset, signal, was);
    },
    sent(offset) {
      const at = places.find(offset);
      sources.get(at.index)?.sent(at.offset);
    },
    forget(offset) {
      const at = places.find(offset);
      if (at.index >= followedFrom) followed!.forget(at.index - followedFrom);
      for (const [index, source] of sources) {
        if (index >= at.index) continue;
        source.close();
        sources.delete(index);
      }
      sources.get(at.index)?.forget(at.offset);
    },
    get pressed() {
      return opened?.pressed ?? false;
    },
    get readTo() {
      const all = [...sources].map(([index, { readTo }]) =>
        places.startOf(index) + readTo
      );
      return Math.max(0, ...all);
    },
    finish() {
      for (const source of sources.values()) source.finish();
    },
    close: () => followed?.close(),
  };
}

/** A generation as a source; what it keeps open is kept by the followed file. */
function generationOf(followed: FollowedFile, number: number): Source {
  return {
    open: (offset, signal) => followed.open(number, offset, signal),
    sent() {},
    forget() {},
    pressed: false,
    readTo: 0,
    finish() {},
    close() {},
  };
}
