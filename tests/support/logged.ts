/**
 * Collects what this process logs.
 *
 * @module
 */

import { divertLog } from "../../runtime/program/log.ts";

/** Takes the log for as long as the block lasts. */
export function logged(): Disposable & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const diverted = divertLog((text) => void lines.push(text.trimEnd()));
  return { lines, [Symbol.dispose]: () => diverted[Symbol.dispose]() };
}
