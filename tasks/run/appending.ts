/**
 * Appends the results so far to standard output, a pipe or a device, as lines
 * that say whether they are final.
 *
 * The sink hands them over in a file, one at a time. What is final is printed
 * once, whatever happens to the stages: which results of closed windows have been
 * printed is known here, by their number, which is the same after any crash.
 *
 * @module
 */

import { isThere } from "../../runtime/files/optional_file.ts";
import { pause } from "../../runtime/program/abort.ts";
import { type SoFarHead, soFarPath } from "../../stages/sink/sink.ts";
import { openTarget, type OutletTarget } from "./outlet_target.ts";
import type { PlannedRun } from "./planned_run.ts";

/** Appends the results of a run. Disposing closes what they are appended to. */
export interface Appending extends Disposable {
  /**
   * Appends results so far while a run goes on, and ends it where they can be
   * appended no more.
   *
   * @param stop Ends the run, too.
   * @throws What appending has failed of; else what the work throws.
   */
  during<T>(
    stop: AbortSignal,
    work: (stop: AbortSignal) => Promise<T>,
  ): Promise<T>;
  /** Appends all that is not final yet, once the results are whole. */
  finish(): Promise<void>;
}

/** The field that says whether a line is final. */
export const FINAL = "final";

/** Time between two looks for results so far, in milliseconds. */
const LOOK_MS = 25;

/**
 * Prepares to append the results of a run.
 *
 * @returns Undefined where they are not to be appended.
 */
export function openAppending(
  plan: PlannedRun,
  run: string,
): Appending | undefined {
  const { output } = plan.outlets;
  if (!plan.appended || !output) return undefined;
  const soFar = soFarPath({ ...plan, run });
  const finalLines = createFinalLines();
  const encoder = new TextEncoder();
  let opened: OutletTarget | undefined;

  const append = async (path: string, head?: SoFarHead) => {
    opened ??= await openTarget(output);
    let mark = head && finalLines.of(head);
    for await (const lines of linesOf(path)) {
      // Without a head the first line is one.
      mark ??= finalLines.of(JSON.parse(lines.shift()!));
      const text = lines.map(mark).join("");
      if (text !== "") await opened.write(encoder.encode(text));
    }
  };
  const appendUntil = async (over: AbortSignal) => {
    while (!over.aborted) {
      if (await isThere(soFar)) {
        await append(soFar);
        // Now there may be another.
        await Deno.remove(soFar);
      }
      await pause(LOOK_MS, over);
    }
  };
  return {
    async during(stop, work) {
      const over = new AbortController();
      const lost = new AbortController();
      let failure: { error: unknown } | undefined;
      const appending = appendUntil(over.signal).catch((error) => {
        failure = { error };
        lost.abort();
      });
      try {
        const done = await work(AbortSignal.any([stop, lost.signal]));
        over.abort();
        await appending;
        if (failure) throw failure.error;
        return done;
      } catch (error) {
        throw failure && !stop.aborted ? failure.error : error;
      } finally {
        over.abort();
      }
    },
    finish: () => append(plan.output, { from: 0, closed: Infinity }),
    [Symbol.dispose]: () => opened?.[Symbol.dispose](),
  };
}

/** Marks the lines of results by whether they are final. */
export interface FinalLines {
  /**
   * Begins with the results of a moment.
   *
   * @returns What is printed of each line, one after the other: nothing of those
   * that were final before, nor of any that are older than those.
   */
  of(head: SoFarHead): (line: string) => string;
}

/** Starts with nothing that is final. */
export function createFinalLines(): FinalLines {
  /** So many are final. */
  let known = 0;
  return {
    of({ from, closed }) {
      const before = known;
      known = Math.max(known, closed);
      let number = from;
      return (line) => {
        const at = number++;
        const isFinal = at < closed;
        if (isFinal ? at < before : closed < before) return "";
        return `${line.slice(0, -1)},"${FINAL}":${isFinal}}\n`;
      };
    },
  };
}

async function* linesOf(path: string): AsyncGenerator<string[]> {
  // The stream closes it.
  const file = await Deno.open(path);
  const decoder = new TextDecoderStream("utf-8", { ignoreBOM: true });
  let begun = "";
  for await (const text of file.readable.pipeThrough(decoder)) {
    const lines = (begun + text).split("\n");
    begun = lines.pop()!;
    if (lines.length > 0) yield lines;
  }
}
