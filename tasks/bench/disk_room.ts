/**
 * Makes sure that there is room for made-up inputs before one is written.
 *
 * @module
 */

import { statfs } from "node:fs/promises";
import { Failure } from "../../runtime/program/errors.ts";
import {
  generateEvents,
  type GeneratorOptions,
} from "../generate/generator.ts";

/** Inputs are that much larger than their first events say, at the most. */
const MARGIN = 1.1;
/** Events that are made to see how long they are. */
const SAMPLE = 1_000;

/** Says how many bytes an input will take, and a little more. */
export function bytesNeeded(
  options: Partial<GeneratorOptions> & { count: number },
): number {
  const sample = Math.min(SAMPLE, options.count);
  let bytes = 0;
  for (const block of generateEvents({ ...options, count: sample })) {
    bytes += block.length;
  }
  return Math.ceil(bytes / sample * options.count * MARGIN);
}

/**
 * Makes sure that the inputs fit into a folder.
 *
 * @param freeBytes How much is free there. @default {as the system says}
 * @throws {Failure} If they do not.
 */
export async function checkRoom(
  folder: string,
  inputs: readonly (Partial<GeneratorOptions> & { count: number })[],
  freeBytes = bytesFree,
): Promise<void> {
  const needed = inputs.reduce((sum, input) => sum + bytesNeeded(input), 0);
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw new Failure(
    `Cannot write the inputs to "${folder}": they take up to ${
      gigabytes(needed)
    }, and ${
      gigabytes(free)
    } are free; name a folder with more room by TMPDIR=FOLDER, or measure fewer events by --events=N`,
  );
}

async function bytesFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
