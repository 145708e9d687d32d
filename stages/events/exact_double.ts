/**
 * Sums of doubles that do not depend on the order of adding.
 *
 * A sum is held as a few doubles that do not overlap, so that nothing is lost by
 * rounding (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and
 * Fast Robust Geometric Predicates", 1997, grow-expansion). It is rounded once,
 * when it is asked for.
 *
 * @module
 */

/** A sum of doubles that stays exact. */
export interface ExactDoubleSum {
  /** Adds a finite number. */
  add(value: number): void;
  /** Adds what another sum holds. */
  addAll(other: ExactDoubleSum): void;
  /**
   * The double next to the sum, never -0; plus or minus infinity where the sum is
   * beyond all of them.
   */
  total(): number;
  /** The total by `count`; finite also where the sum is beyond all doubles. */
  mean(count: number): number;
  /** What is held, to go on from elsewhere. */
  parts(): DoubleParts;
}

/** What a sum of doubles holds. */
export interface DoubleParts {
  /** Numbers whose sum it is, beside the others. */
  usual: number[];
  /** Numbers that are {@linkcode SHRUNK}. */
  huge: number[];
}

/**
 * Numbers of this size are held apart, and smaller: beside others they could
 * become infinite before the sum does.
 */
const HUGE = 2 ** 960;
/** What they are multiplied by; a power of two, so that nothing is lost. */
export const SHRUNK = 2 ** -128;

/**
 * Starts a sum.
 *
 * @param start What another one held. @default {nothing}
 */
export function createExactDoubleSum(start?: DoubleParts): ExactDoubleSum {
  const usual = [...start?.usual ?? []];
  const huge = [...start?.huge ?? []];
  /** Never infinite. */
  const shrunkTotal = () =>
    Math.sumPrecise([...huge, ...usual.map((part) => part * SHRUNK)]);
  const total = () => {
    const all = [...huge.map((part) => part / SHRUNK), ...usual];
    const sum = all.every(Number.isFinite)
      ? Math.sumPrecise(all)
      : shrunkTotal() / SHRUNK;
    return sum + 0; // turns -0 into 0
  };
  return {
    add(value) {
      if (Math.abs(value) < HUGE) grow(usual, value);
      else grow(huge, value * SHRUNK);
    },
    addAll(other) {
      const parts = other.parts();
      for (const part of parts.usual) grow(usual, part);
      for (const part of parts.huge) grow(huge, part);
    },
    total,
    mean(count) {
      const sum = total();
      return Number.isFinite(sum)
        ? sum / count
        : shrunkTotal() / count / SHRUNK;
    },
    parts: () => ({ usual: [...usual], huge: [...huge] }),
  };
}

/** Adds a number to numbers that do not overlap, by ascending size. */
function grow(parts: number[], value: number): void {
  let carried = value;
  let kept = 0;
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const sum = carried + part;
    const larger = Math.abs(carried) >= Math.abs(part);
    const rest = larger ? part - (sum - carried) : carried - (sum - part);
    if (rest !== 0) parts[kept++] = rest;
    carried = sum;
  }
  parts.length = kept;
  if (carried !== 0) parts.push(carried);
}
