/**
 * Writes to what is no file: standard output, a pipe or a device.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { asPrintFailure } from "../../runtime/program/log.ts";
import { visible } from "../../runtime/program/visible_text.ts";
import type { Outlet } from "./planned_run.ts";

/** Takes bytes. Disposing closes what was opened for it. */
export interface OutletTarget extends Disposable {
  /**
   * Writes all of it.
   *
   * @throws {Deno.errors.BrokenPipe} If nobody reads it any more.
   * @throws {Failure} If it cannot be written.
   */
  write(bytes: Uint8Array): Promise<void>;
}

/**
 * Opens what an outlet leads to; a named pipe waits for its reader.
 *
 * @throws {Failure} If it cannot be opened.
 */
export async function openTarget(
  { name, to }: Outlet,
): Promise<OutletTarget> {
  const opened = typeof to === "object"
    ? await openOutlet(name, to)
    : undefined;
  const target = opened ?? (to === "stdout" ? Deno.stdout : Deno.stderr);
  // On a terminal the input's bytes are still JSON, and nothing but that.
  const shown = target.isTerminal() ? visibleBlocks() : undefined;
  return {
    async write(block) {
      const bytes = shown ? shown(block) : block;
      for (let at = 0; at < bytes.length;) {
        at += await written(name, to, target.write(bytes.subarray(at)));
      }
    },
    [Symbol.dispose]: () => opened?.close(),
  };
}

/** Makes visible what is in blocks of a text, which may end within a character. */
function visibleBlocks(): (block: Uint8Array) => Uint8Array {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  return (block) =>
    encoder.encode(visible(decoder.decode(block, { stream: true })));
}

async function openOutlet(
  name: string,
  { path }: { path: string },
): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { write: true });
  } catch (error) {
    throw cannotWrite(name, error);
  }
}

async function written(
  name: string,
  to: Outlet["to"],
  work: Promise<number>,
): Promise<number> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw to === "stdout" ? asPrintFailure(error) : cannotWrite(name, error);
  }
}

function cannotWrite(name: string, error: unknown): Failure {
  return new Failure(`Cannot write "${name}": ${systemReason(error)}`, 1, {
    cause: error,
  });
}
