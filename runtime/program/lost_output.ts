/**
 * Counts the lines that could not be written, and tells of them: when the first
 * is lost, each time their number has grown tenfold, and when lines are written
 * again.
 *
 * Knows no file and no terminal: whoever writes says how it went.
 *
 * @module
 */

import { quantity } from "./numbers.ts";

/** Lines that were lost, one after the other. */
export interface OutputLoss {
  /** Grows until the loss is over: whoever keeps this knows the count. */
  lines: number;
  /** Why, such as "no space left on device". */
  reason: string;
  /** True once lines are written again. */
  isOver: boolean;
}

/** Counts what one output loses. */
export interface LossCounter {
  /** What is being lost, or was at last; undefined if nothing ever was. */
  readonly latest: OutputLoss | undefined;
  /** True while lines are lost. */
  readonly isLosing: boolean;
  /** Counts lines that were not written. */
  lose(lines: number, reason: string): void;
  /** Says that lines are written again. */
  regain(): void;
}

/**
 * Makes a counter.
 *
 * @param tell Hears of the beginning of a loss, of its growth and of its end.
 */
export function createLossCounter(
  tell: (loss: OutputLoss) => void,
): LossCounter {
  let latest: OutputLoss | undefined;
  let toldLines = 0;
  const say = (loss: OutputLoss) => {
    toldLines = loss.lines;
    tell(loss);
  };
  return {
    get latest() {
      return latest;
    },
    get isLosing() {
      return latest?.isOver === false;
    },
    lose(lines, reason) {
      if (latest && !latest.isOver) {
        latest.lines += lines;
        if (latest.lines >= Math.max(1, toldLines) * 10) say(latest);
        return;
      }
      latest = { lines, reason, isOver: false };
      say(latest);
    },
    regain() {
      if (!latest || latest.isOver) return;
      latest = { ...latest, isOver: true };
      say(latest);
    },
  };
}

/** Says what was lost: "log: 1,204 lines lost, no space left on device". */
export function describeLoss(
  output: string,
  { lines, reason, isOver }: OutputLoss,
): string {
  return `${output}: ${quantity(lines, "line")} lost${
    isOver ? "" : " so far"
  }, ${reason}${isOver ? ", writing again" : ""}`;
}

/** Counts the lines of a block; one without an end counts as well. */
export function countLines(block: string): number {
  let lines = 0;
  for (let at = 0; at < block.length; lines++) {
    const end = block.indexOf("\n", at);
    at = end < 0 ? block.length : end + 1;
  }
  return lines;
}
