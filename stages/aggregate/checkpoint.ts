/**
 * The aggregate's state on disk: written so that, whenever the machine stops,
 * one whole checkpoint is there.
 *
 * A checkpoint is written under another name, flushed, and renamed; the one
 * before it stays as `checkpoint.previous`. Each begins with a line that holds
 * its length and its SHA-256, so a torn or damaged file is known for what it
 * is. checkpointer.ts says when; this file knows nothing of streams.
 *
 * @module
 */

import { join } from "node:path";
import type { Kept } from "../../proto/pipeline/batches.ts";
import { flushFolder, writeDurably } from "../../runtime/files/durable_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { ifThere, renameIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import type { Snapshot } from "./aggregate.ts";

/** What is saved: the counts, and what the sink has for the same position. */
export interface Checkpoint {
  /** Names the run. */
  run: string;
  snapshot: Snapshot;
  kept: Kept;
}

/** Where the checkpoints of one run are. */
export interface CheckpointStore {
  /**
   * Reads the newest whole checkpoint; undefined when there is none.
   *
   * @throws {Fault} `failed_precondition` if it is of another run.
   */
  load(run: string): Promise<Checkpoint | undefined>;
  /**
   * Puts a checkpoint in place of the one before it.
   *
   * @throws {Fault} `failed_precondition` if it cannot be written, for example
   * on a full disk; the one before it is then as it was.
   */
  save(checkpoint: Checkpoint): Promise<void>;
}

/** The files of a store, the newest first. */
export const CHECKPOINT_FILES = [
  "checkpoint",
  "checkpoint.previous",
  "checkpoint.partial",
] as const;

const HEAD = /^denizen-checkpoint 1 (\d+) ([0-9a-f]{64})\n/;

const encoder = new TextEncoder();

/** Keeps the checkpoints of a run in `folder`, which must exist. */
export function openCheckpoints(folder: string): CheckpointStore {
  const [newest, previous, partial] = CHECKPOINT_FILES.map((name) =>
    join(folder, name)
  ) as [string, string, string];
  let newestIsDamaged = false;

  return {
    async load(run) {
      for (const path of [newest, previous]) {
        const read = await readCheckpoint(path);
        if (read.status === "missing") continue;
        if (read.status === "damaged") {
          if (path === newest) newestIsDamaged = true;
          log(`Cannot use "${path}": it is ${read.why}; looking further back`);
          continue;
        }
        if (read.checkpoint.run !== run) {
          throw new Fault(
            "failed_precondition",
            `Cannot go on from "${path}": it is of another run; give each run a --state of its own`,
          );
        }
        return read.checkpoint;
      }
      return undefined;
    },
    async save(checkpoint) {
      try {
        await writeDurably(partial, await encode(checkpoint), {
          mode: PRIVATE_FILE,
        });
        // A damaged one must not take the place of the last good one.
        if (!newestIsDamaged) await renameIfThere(newest, previous);
        await Deno.rename(partial, newest);
        newestIsDamaged = false;
        await flushFolder(folder);
      } catch (error) {
        // It takes up room that may be what is missing; it may not be there.
        await Deno.remove(partial).catch(() => {});
        throw new Fault(
          "failed_precondition",
          `Cannot save the run in "${folder}": ${
            systemReason(error)
          }; what was saved before is still good`,
          { cause: error },
        );
      }
    },
  };
}

type ReadResult =
  | { status: "missing" }
  | { status: "damaged"; why: string }
  | { status: "whole"; checkpoint: Checkpoint };

async function readCheckpoint(path: string): Promise<ReadResult> {
  const bytes = await ifThere(Deno.readFile(path));
  if (!bytes) return { status: "missing" };
  const text = new TextDecoder().decode(bytes);
  const head = HEAD.exec(text);
  if (!head) return { status: "damaged", why: "no checkpoint of this version" };
  const [line, length, digest] = head;
  const body = bytes.subarray(line.length);
  if (body.length !== Number(length)) {
    return {
      status: "damaged",
      why: `torn: ${body.length} bytes of ${length} are there`,
    };
  }
  if (await sha256(body) !== digest) {
    return { status: "damaged", why: "damaged: its checksum is another" };
  }
  return { status: "whole", checkpoint: JSON.parse(text.slice(line.length)) };
}

async function encode(checkpoint: Checkpoint): Promise<Uint8Array> {
  const body = encoder.encode(`${JSON.stringify(checkpoint)}\n`);
  const head = `denizen-checkpoint 1 ${body.length} ${await sha256(body)}\n`;
  const whole = new Uint8Array(head.length + body.length);
  whole.set(encoder.encode(head));
  whole.set(body, head.length);
  return whole;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
