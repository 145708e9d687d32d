/**
 * Keeps the events on disk: one JSON document a line, in files that are rotated.
 *
 * Writes at once, without yielding, so that an event which somebody has seen is
 * in the file, however we end; the next supervisor counts on from there.
 *
 * @module
 */

import { join } from "node:path";
import { ifThereNow } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { moveOn } from "../../runtime/files/rotating_file.ts";
import { endsTorn } from "../../runtime/files/torn_line.ts";
import {
  type EventRecord,
  eventRecord,
  parseEventRecord,
  type SupervisorEvent,
} from "./event.ts";

/** Events that are being written. */
export interface EventFile extends Disposable {
  /** The number of the last event in the file; 0 if there is none. */
  readonly lastSequence: number;
  /** Adds an event. */
  write(event: SupervisorEvent): void;
}

/** Options for {@linkcode openEventFile}. */
export interface EventFileOptions {
  /** Size at which a file is full. @default {1_048_576} */
  maxBytes?: number;
  /** How many files are kept, the one being written included. @default {3} */
  maxFiles?: number;
  /**
   * Told why an event is not in the file, as on a full disk; once, until one is
   * written again. @default {nothing}
   */
  onFailure?: (reason: string) => void;
}

/** Returns where the events of a state folder are. */
export function eventsPath(stateDir: string): string {
  return join(stateDir, "supervisor-events.ndjson");
}

/** Opens the events of a state folder for writing. */
export function openEventFile(
  stateDir: string,
  { maxBytes = 2 ** 20, maxFiles = 3, onFailure = () => {} }: EventFileOptions =
    {},
): EventFile {
  const path = eventsPath(stateDir);
  const encoder = new TextEncoder();
  let file: Deno.FsFile | undefined;
  let size = 0;
  let isFailing = false;

  const open = () => {
    const torn = endsTorn(path);
    const opened = Deno.openSync(path, {
      append: true,
      create: true,
      mode: PRIVATE_FILE,
    });
    if (torn) opened.writeSync(encoder.encode("\n"));
    size = opened.statSync().size;
    return opened;
  };
  const rotate = () => {
    close();
    moveOn(path, maxFiles);
  };
  const close = () => {
    file?.close();
    file = undefined;
  };
  const append = (bytes: Uint8Array) => {
    // Somebody may have removed it, or put another in its place.
    if (file && inodeOf(path) !== file.statSync().ino) close();
    file ??= open();
    if (size > 0 && size + bytes.length > maxBytes) {
      rotate();
      file = open();
    }
    size += bytes.length;
    for (let start = 0; start < bytes.length;) {
      start += file.writeSync(bytes.subarray(start));
    }
  };
  return {
    lastSequence: lastSequenceOf(path) || lastSequenceOf(`${path}.1`),
    write(event) {
      try {
        append(encoder.encode(`${JSON.stringify(eventRecord(event))}\n`));
        isFailing = false;
      } catch (error) {
        close(); // the next one begins with a line of its own
        if (!isFailing) onFailure(error instanceof Error ? error.message : "");
        isFailing = true;
      }
    },
    [Symbol.dispose]: close,
  };
}

/** Tells a file from others of its name; undefined if there is none. */
function inodeOf(path: string): number | null | undefined {
  return ifThereNow(() => Deno.statSync(path))?.ino;
}

/** Returns the number of the last event in a file; 0 if there is none. */
function lastSequenceOf(path: string): number {
  const text = ifThereNow(() => Deno.readTextFileSync(path)) ?? "";
  let last: EventRecord | undefined;
  for (const line of text.split("\n")) last = parseEventRecord(line) ?? last;
  return last?.sequence ?? 0;
}
