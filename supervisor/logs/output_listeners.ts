/**
 * Hands what services write to whoever shows it.
 *
 * @module
 */

import { logDefect } from "../../runtime/program/log.ts";
import type { OutputStream } from "./log_file.ts";

/**
 * A block of whole lines, each ending with "\n"; or a text without line end, such
 * as a prompt, which goes on with the next block of the same stream.
 */
export interface OutputChunk {
  /** The unique name of the service; "supervisor" for our own words. */
  name: string;
  stream: OutputStream;
  text: string;
}

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
}

/** Nobody listens yet. */
export function createOutputListeners(): OutputListeners {
  const listeners = new Set<OutputListener>();
  const emit = async (chunk: OutputChunk) => {
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
      void emit({ name: "supervisor", stream: "stderr", text: `${text}\n` }),
    add(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}
