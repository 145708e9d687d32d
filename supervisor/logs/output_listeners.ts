/**
 * Hands what services write to whoever shows it.
 *
 * @module
 */

import { logDefect } from "../../runtime/program/log.ts";
import type { OutputStream } from "./log_file.ts";
import { createRecentOutput } from "./recent_output.ts";

/**
 * A block of whole lines, each ending with "\n"; or a text without line end, such
 * as a prompt, which goes on with the next block of the same stream.
 */
export interface OutputChunk {
  /** The unique name of the service; "supervisor" for our own words. */
  name: string;
  stream: OutputStream;
  text: string;
  /** When it was read, in Unix milliseconds. */
  timeMs: number;
}

/** Whose words are the supervisor's own. */
export const SUPERVISOR = "supervisor";

/** Takes output; who wrote it waits for the promise. */
export type OutputListener = (chunk: OutputChunk) => void | Promise<void>;

/** Those who listen to what services write. */
export interface OutputListeners {
  /** Resolves when all have taken it. */
  emit(chunk: OutputChunk): Promise<void>;
  /** Emits words of the supervisor's own. */
  say(text: string): void;
  /** Listens until disposed. */
  add(listener: OutputListener): Disposable;
  /** What each service has emitted of late, oldest first. */
  recent(): OutputChunk[];
}

/** Nobody listens yet. */
export function createOutputListeners(): OutputListeners {
  const listeners = new Set<OutputListener>();
  const recent = createRecentOutput();
  const emit = async (chunk: OutputChunk) => {
    recent.add(chunk);
    await Promise.all([...listeners].map(async (listener) => {
      try {
        await listener(chunk);
      } catch (error) {
        // Whoever shows the output must not end what it is the output of.
        listeners.delete(listener);
        logDefect("showing output", error);
      }
    }));
  };
  return {
    emit,
    say: (text) =>
      void emit({
        name: SUPERVISOR,
        stream: "stderr",
        text: `${text}\n`,
        timeMs: Date.now(),
      }),
    recent: recent.all,
    add(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
