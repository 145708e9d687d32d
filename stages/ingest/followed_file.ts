/**
 * A file that is followed, as `tail -F` does: it grows, and is rotated by rename.
 *
 * Each file that has the name for a time is a generation, whose input ends where
 * it was rotated and has been silent for a moment.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import { HEAD_BYTES } from "./generation.ts";
import { readHead, startsWith } from "./generation_files.ts";
import {
  type GenerationTrack,
  trackGenerations,
  type TrackOptions,
} from "./generation_track.ts";
import type { Input } from "./input.ts";
import { untilAborted } from "./until_aborted.ts";

/** Options for {@linkcode followFile}. */
export interface FollowOptions extends TrackOptions {
  /** How many generations a run has room for. */
  most: number;
}

/** A followed file. Its generations are numbered from 0. */
export interface FollowedFile {
  /** Notes which file has the name now. */
  begin(): Promise<void>;
  /** Opens a generation, whose input ends where the next one begins. */
  open(number: number, offset: number, signal: AbortSignal): Promise<Input>;
  /** Says that what is before a generation is needed no more. */
  forget(number: number): void;
  /** Closes all files, and looks no more until one is opened again. */
  close(): void;
}

/** Time between two looks at a file that has no more, in milliseconds. */
const POLL_MS = 25;
/** Time between two looks while nothing is read. */
const WATCH_MS = 200;
/** How long a rotated file must be silent until the next one is read. */
const QUIET_MS = 500;

/** @param path An absolute path; it may be that nothing is there yet. */
export function followFile(
  path: string,
  { most, ...options }: FollowOptions,
): FollowedFile {
  const track = trackGenerations(path, options);
  let busy: Promise<unknown> = Promise.resolve();
  /** Does one thing at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = busy.then(work);
    busy = done.catch(() => {});
    return done;
  };
  let isReading = false;
  let watching: ReturnType<typeof setInterval> | undefined;
  // A stage that is held back does not read for long, and looks all the same:
  // what it has opened may be renamed and removed.
  const watch = () => {
    if (watching !== undefined) return;
    watching = setInterval(() => {
      // What it fails with is said by the next reading, which looks too.
      if (!isReading) inTurn(track.look).catch(() => {});
    }, WATCH_MS);
    Deno.unrefTimer(watching);
  };
  return {
    begin: () => inTurn(track.begin),
    async open(number, offset, signal) {
      await untilAborted(inTurn(track.begin), signal);
      watch();
      const closed = new AbortController();
      const over = AbortSignal.any([signal, closed.signal]);
      const readNow = createReader(track, { number, offset, most });
      const readOn = async (buffer: Uint8Array): Promise<number | null> => {
        isReading = true;
        try {
          for (;;) {
            if (over.aborted) {
              throw new Fault("cancelled", "Cannot read on: the run is over");
            }
            const count = await readNow(buffer);
            if (count !== undefined) return count;
            await pause(POLL_MS, over);
          }
        } finally {
          isReading = false;
        }
      };
      return {
        size: 0,
        isGrowing: true,
        doneBytes: (offset) => offset,
        read: (buffer) => untilAborted(inTurn(() => readOn(buffer)), over),
        [Symbol.dispose]: () => closed.abort(),
      };
    },
    forget: track.forget,
    close() {
      clearInterval(watching);
      watching = undefined;
      track.close();
    },
  };
}

/** Where a reader begins. */
interface From {
  number: number;
  offset: number;
  most: number;
}

/**
 * Reads one generation: what is there, null after the last, and undefined where
 * there is nothing yet.
 */
function createReader(
  track: GenerationTrack,
  { number, offset, most }: From,
): (buffer: Uint8Array) => Promise<number | null | undefined> {
  const { path } = track;
  let at = offset;
  /** The largest size it was seen to have. */
  let largest = offset;
  /** When it was last seen to grow, or the next one not to be in use. */
  let grewMs = performance.now();
  /** What it was when nothing had come. */
  let idle: { size: number; changedMs: number } | undefined;
  let saidToWait = false;

  /** True for a file that has no more, and is followed by the next. */
  const isOver = async ({ size, mtime }: Deno.FileInfo): Promise<boolean> => {
    // As long as nobody writes to the next one, there may be more in this.
    const next = track.held(number + 1);
    const isNextInUse = track.find(number + 1) !== undefined &&
      (!next || next.file.statSync().size > 0);
    // Of one that was rotated long ago nothing is to be waited for.
    const isOld = track.find(number + 2) !== undefined &&
      Date.now() - (mtime?.getTime() ?? 0) > QUIET_MS;
    if (at < size || !(isNextInUse || isOld)) {
      grewMs = performance.now();
      return false;
    }
    if (!isOld && performance.now() - grewMs <= QUIET_MS) return false;
    if (track.find(number)!.length === null) sayRotated();
    await track.complete(number, at);
    return true;
  };
  const sayRotated = () =>
    track.say(
      number + 1 < most
        ? `"${path}" was rotated after ${
          quantity(at, "byte")
        }: going on with the next file of that name`
        : `"${path}" was rotated ${
          quantity(most, "time")
        }, and a run has room for no more: this one ends here`,
    );

  /** Goes on behind a file that is not there. */
  const leaveOut = async (): Promise<null> => {
    const left = (track.find(number)!.length ?? Infinity) - at;
    if (left > 0) {
      const missing = left < Infinity
        ? quantity(left, "byte")
        : "an unknown number of bytes";
      track.gap(
        `the file of which ${
          quantity(at, "byte")
        } had been read is not in its folder any more, or begins otherwise: ${missing} of it are missing${
          left < Infinity ? "" : ", and perhaps files that came after it"
        }`,
      );
    }
    await track.endEarly(number, at);
    return null;
  };

  /** Goes on at the start of a file that was cut off. */
  const goOnTruncated = async (): Promise<null> => {
    const unread = largest > at
      ? `, and at least ${quantity(largest - at, "byte")} had not`
      : "";
    track.gap(
      `it was truncated when ${
        quantity(at, "byte")
      } of it had been read${unread}; what came between the last look and that is not known`,
    );
    await track.endEarly(number, at);
    return null;
  };

  return async (buffer) => {
    await track.look();
    const generation = track.find(number);
    if (!generation) {
      if (!saidToWait) track.say(`Waiting for "${path}": it is not there yet`);
      saidToWait = true;
      return undefined;
    }
    const isRead = generation.length !== null && at >= generation.length &&
      track.find(number + 1) !== undefined;
    const held = track.held(number) ??
      (isRead ? undefined : await track.hold(number, at));
    if (!held) return await leaveOut();
    // What has come to it since is read now.
    generation.length = null;
    const { file, head } = held;
    const before = file.statSync();
    if (isSame(before, idle)) return await isOver(before) ? null : undefined;
    file.seekSync(at, Deno.SeekMode.Start);
    const count = file.readSync(buffer) ?? 0;
    const info = file.statSync();
    // After the bytes: those of another file are not to be passed on.
    if (
      info.size < at + count || !startsWith(readHead(file, head.length), head)
    ) {
      return await goOnTruncated();
    }
    largest = Math.max(largest, info.size);
    if (head.length < Math.min(HEAD_BYTES, info.size)) {
      await track.growHead(number);
    }
    if (count === 0) {
      idle = { size: info.size, changedMs: info.mtime?.getTime() ?? 0 };
      return await isOver(info) ? null : undefined;
    }
    idle = undefined;
    grewMs = performance.now();
    at += count;
    return count;
  };
}

/** True for a file that nobody has written to meanwhile. */
function isSame(
  { size, mtime }: Deno.FileInfo,
  was: { size: number; changedMs: number } | undefined,
): boolean {
  return was !== undefined && size === was.size &&
    mtime?.getTime() === was.changedMs;
}
