/**
 * Keeps track of the generations of a followed file: which file has the name,
 * which had it before, and all of them open.
 *
 * Each is written down before a byte of it is passed on. What becomes of their
 * names does no harm while this process lives; another one finds them by their
 * inodes.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import { compressionOf } from "./decompressed.ts";
import {
  findUnseen,
  type FoundFile,
  type Generation,
  isSameInode,
} from "./generation.ts";
import {
  filesBeside,
  findGeneration,
  foundFile,
  headOf,
  type HeldGeneration,
  holdGeneration,
  readHead,
  startsWith,
} from "./generation_files.ts";
import type { Generations, GenerationStore } from "./generation_store.ts";

/** Options for {@linkcode trackGenerations}. */
export interface TrackOptions {
  store: GenerationStore;
  /** Goes on where bytes may be missing, and says so. @default {ends the run} */
  allowGap?: boolean;
  /** Takes compressed data as it is. @default {refuses it} */
  asItIs?: boolean;
  /** Takes what there is to say. @default {log} */
  say?: (text: string) => void;
}

/** The generations of one file, numbered from 0. */
export interface GenerationTrack {
  readonly path: string;
  say(text: string): void;
  /** Reads what was written down, and looks which file has the name. */
  begin(): Promise<void>;
  /** Looks which file has the name, unless that was a moment ago. */
  look(): Promise<void>;
  /** One that is known; undefined for one that is not there yet. */
  find(number: number): Generation | undefined;
  /** Opens one at an offset; undefined if its file is not there any more. */
  hold(number: number, offset: number): Promise<HeldGeneration | undefined>;
  /** The one that is open; undefined if it is not. */
  held(number: number): HeldGeneration | undefined;
  /** Knows one by more of its first bytes, where there are more. */
  growHead(number: number): Promise<void>;
  /** Writes down that one has been read to its end. */
  complete(number: number, length: number): Promise<void>;
  /**
   * Ends one that was truncated, or is gone. What a truncated file holds now is
   * the next one.
   */
  endEarly(number: number, length: number): Promise<void>;
  /**
   * Says that bytes are missing, or may be.
   *
   * @throws {Fault} `failed_precondition` unless gaps are allowed.
   */
  gap(what: string): void;
  /** Says that what is before one is needed no more. */
  forget(number: number): void;
  close(): void;
}

/** Time between two looks at which file has the name, in milliseconds. */
const LOOK_MS = 100;
/** In so short a time no file is rotated twice. */
const ONE_ROTATION_MS = 1_000;

/** @param path An absolute path; it may be that nothing is there yet. */
export function trackGenerations(
  path: string,
  { store, allowGap = false, asItIs = false, say = log }: TrackOptions,
): GenerationTrack {
  const list = createList(path, asItIs);
  const { known, open, find } = list;
  const save = () => store.save(known);
  const gap = (what: string) => {
    if (allowGap) return say(`A gap in "${path}": ${what}`);
    throw new Fault(
      "failed_precondition",
      `Cannot follow "${path}" without a gap: ${what}; go on all the same by --allow-gap`,
    );
  };
  const lookNow = createLook(path, list, { gap, save });
  let hasBegun = false;
  let lookedMs = -Infinity;

  return {
    path,
    say,
    find,
    gap,
    held: (number) => open.get(number),
    async begin() {
      if (!hasBegun) Object.assign(known, await store.load());
      hasBegun = true;
      await lookNow();
    },
    async look() {
      if (performance.now() - lookedMs < LOOK_MS) return;
      lookedMs = performance.now();
      await lookNow();
      for (const { generation, size, late } of lateOf(list)) {
        gap(
          `${
            quantity(late, "byte")
          } came after it had been rotated, when the next file was read already`,
        );
        generation.length = size;
      }
    },
    async hold(number, offset) {
      const found = open.get(number) ??
        await findGeneration(path, find(number)!, offset);
      if (found) open.set(number, found);
      return found;
    },
    async growHead(number) {
      if (await list.growHead(number)) await save();
    },
    async complete(number, length) {
      find(number)!.length = length;
      await save();
    },
    async endEarly(number, length) {
      find(number)!.length = length;
      const next = number === list.newestNumber()
        ? open.get(number)?.file ?? await holdSame(path, find(number)!)
        : undefined;
      if (next) {
        open.delete(number);
        await list.add({ file: next, head: readHead(next) });
      }
      await save();
    },
    forget(number) {
      // The one before is still looked at: somebody may write to it.
      const kept = Math.max(known.first, number - 1);
      for (const [each, { file }] of open) {
        if (each >= kept) continue;
        file.close();
        open.delete(each);
      }
      known.generations.splice(0, kept - known.first);
      known.first = kept;
    },
    close() {
      for (const { file } of open.values()) file.close();
      open.clear();
    },
  };
}

/** The generations that are known, and those of them that are open. */
interface GenerationList {
  known: Generations;
  open: Map<number, HeldGeneration>;
  find(number: number): Generation | undefined;
  newestNumber(): number;
  /** @throws {Fault} `failed_precondition` for compressed data. */
  add(next: HeldGeneration): Promise<void>;
  /** True if one is now known by more of its first bytes. */
  growHead(number: number): Promise<boolean>;
}

function createList(path: string, asItIs: boolean): GenerationList {
  const known: Generations = { first: 0, generations: [] };
  const open = new Map<number, HeldGeneration>();
  const find = (number: number) => known.generations[number - known.first];
  const newestNumber = () => known.first + known.generations.length - 1;
  const checkPlain = (head: Uint8Array) => {
    const format = asItIs ? undefined : compressionOf(head);
    if (format) throw compressed(path, format);
  };
  return {
    known,
    open,
    find,
    newestNumber,
    async add(next) {
      checkPlain(next.head);
      const { device, inode, bornMs } = foundFile("", next.file.statSync());
      const head = await headOf(next.head);
      known.generations.push({ device, inode, bornMs, head, length: null });
      open.set(newestNumber(), next);
    },
    async growHead(number) {
      const now = open.get(number)!;
      const head = readHead(now.file);
      if (head.length === now.head.length) return false;
      // One that was truncated a moment ago is not to be taken for this.
      if (!startsWith(head, now.head)) return false;
      checkPlain(head);
      now.head = head;
      find(number)!.head = await headOf(head);
      return true;
    },
  };
}

/** What is done with what a look finds. */
interface Looking {
  gap(what: string): void;
  save(): Promise<void>;
}

/** Looks which file has the name, and adds those that are new. */
function createLook(
  path: string,
  { known, open, newestNumber, add }: GenerationList,
  { gap, save }: Looking,
): () => Promise<void> {
  /** When the newest was last seen to have the name. */
  let seenMs = -Infinity;

  /** What had the name between the newest and `now`; undefined to look again. */
  const holdUnseen = async (
    newest: Generation,
    now: FoundFile,
  ): Promise<HeldGeneration[] | undefined> => {
    const files = await filesBeside(path);
    const seen = files.find((file) => isSameInode(file, newest));
    if (!seen) {
      // Of one that is not open what is missing is said when it is to be read.
      const isHeld = open.has(newestNumber());
      if (isHeld && performance.now() - seenMs > ONE_ROTATION_MS) {
        gap(
          "the file that had the name last is not in its folder any more, so whether others had it since is not known",
        );
      }
      return [];
    }
    const isKnown = (file: FoundFile) =>
      known.generations.some((each) => isSameInode(each, file));
    const { files: unseen, doubt } = findUnseen(
      basename(path),
      seen,
      files.filter((file) => !isKnown(file) && !isSameInode(file, now)),
      files.find((file) => isSameInode(file, now)),
    );
    const opened = await holdAll(dirname(path), unseen);
    if (opened && doubt !== undefined) gap(doubt);
    return opened;
  };

  const look = async () => {
    const nowMs = performance.now();
    const info = await statIfThere(path);
    if (!info) return;
    if (!info.isFile) throw noFile(path);
    const newest = known.generations.at(-1);
    if (newest && isSameInode(newest, foundFile("", info))) {
      seenMs = nowMs;
      return;
    }
    const opened = await holdGeneration(path);
    if (!opened) return;
    const unseen = newest ? await holdUnseen(newest, opened.found) : [];
    if (!unseen) return opened.held.file.close();
    for (const each of [...unseen, opened.held]) await add(each);
    await save();
    seenMs = nowMs;
  };
  return () =>
    look().catch((error) => {
      throw error instanceof Fault ? error : cannotFollow(path, error);
    });
}

/** Opens files by name; undefined if one has been renamed meanwhile. */
async function holdAll(
  folder: string,
  files: readonly FoundFile[],
): Promise<HeldGeneration[] | undefined> {
  const held: HeldGeneration[] = [];
  for (const file of files) {
    const opened = await holdGeneration(join(folder, file.name));
    if (opened) held.push(opened.held);
    if (opened && isSameInode(opened.found, file)) continue;
    for (const { file } of held) file.close();
    return undefined;
  }
  return held;
}

/** Opens what has the name, if it is the same file. */
async function holdSame(
  path: string,
  generation: Generation,
): Promise<Deno.FsFile | undefined> {
  const opened = await holdGeneration(path);
  if (opened && isSameInode(opened.found, generation)) return opened.held.file;
  opened?.held.file.close();
  return undefined;
}

/** The generations that have grown since they were taken as whole. */
function lateOf({ open, find }: Pick<GenerationList, "open" | "find">) {
  return [...open].flatMap(([number, { file }]) => {
    const generation = find(number);
    if (!generation || generation.length === null) return [];
    const { size } = file.statSync();
    const late = size - generation.length;
    return late > 0 ? [{ generation, size, late }] : [];
  });
}

/** Says that what is to be followed is compressed. */
export function compressed(path: string, format: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot follow "${path}": it is ${format} data; leave out --follow, or take it as it is by --any-input`,
  );
}

function cannotFollow(path: string, error: unknown): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot follow "${path}": ${systemReason(error)}`,
    { cause: error },
  );
}

function noFile(path: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot follow "${path}": it is not a regular file`,
  );
}
