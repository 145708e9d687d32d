/**
 * Checkpoints of made groups, and what is read back of them.
 *
 * @module
 */

import type {
  Checkpoint,
  CheckpointRecord,
  CheckpointStore,
  LoadedCheckpoint,
} from "../../stages/aggregate/checkpoint.ts";

/** Groups by id: what each has for its bytes. */
export type Groups = ReadonlyMap<number, string>;

/** A checkpoint up to an event, with what has changed. */
export function checkpointAt(
  event: number,
  changed: Groups = new Map(),
  removed: readonly number[] = [],
): Checkpoint {
  return {
    run: "r",
    kept: { bytes: event, file: "1:2" },
    head: { event, names: ["a", "ü"] },
    changed: recordsOf(changed),
    removed,
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Groups as they are saved. */
export function* recordsOf(groups: Groups): Generator<CheckpointRecord> {
  for (const [id, text] of groups) yield { id, bytes: encoder.encode(text) };
}

/** All of what a store gives, so that two can be compared. */
export interface Loaded extends Omit<LoadedCheckpoint, "records"> {
  /** Sorted by id. */
  groups: [number, string][];
}

/** Loads the run "r". */
export async function loadAll(
  store: CheckpointStore,
): Promise<Loaded | undefined> {
  const loaded = await store.load("r");
  if (!loaded) return undefined;
  const { records, ...rest } = loaded;
  const groups = Array.from(
    records,
    ({ id, bytes }): [number, string] => [id, decoder.decode(bytes)],
  );
  return { ...rest, groups: sorted(groups) };
}

/** What {@linkcode loadAll} gives of a checkpoint after which there are `groups`. */
export function loadedAt(event: number, groups: Groups = new Map()): Loaded {
  const { run, kept, head } = checkpointAt(event);
  return { run, kept: kept as Loaded["kept"], head, groups: sorted(groups) };
}

function sorted(groups: Iterable<[number, string]>): [number, string][] {
  return [...groups].sort(([a], [b]) => a - b);
}
