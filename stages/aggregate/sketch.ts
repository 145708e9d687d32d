/**
 * Percentiles of any number of values, to a stated relative error.
 *
 * A DDSketch (C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-
 * Mergeable Quantile Sketch with Relative-Error Guarantees", 2019): values are
 * counted in bins whose bounds grow by a constant factor, so each value of a bin
 * is within the error of the bin's middle. What it holds depends on the values
 * and not on their order, so sketches of parts add up to that of the whole.
 *
 * The bin of a value is found from its bits, and by no logarithm: the significand
 * is turned into a fraction of the exponent by a cubic that is never off by enough
 * to widen a bin by more than a hundredth (as in Datadog's sketches-java,
 * CubicallyInterpolatedMapping).
 *
 * @module
 */

/**
 * No percentile is further from the value it stands for: one in a hundred. Not so
 * for values so small beside the largest one that 35 powers of ten lie between.
 */
export const RELATIVE_ERROR = 0.01;

/** Counts values. */
export interface Sketch {
  /** How many there are. */
  readonly count: number;
  /** Counts a finite number. */
  add(value: number): void;
  /** Counts what another sketch has counted. */
  merge(other: SketchState): void;
  /**
   * The value that so much of all values is not above: the one of rank
   * `quantile` × (count - 1), within {@linkcode RELATIVE_ERROR} of it.
   *
   * @param quantile From 0 to 1.
   * @throws {RangeError} If nothing was counted.
   */
  quantile(quantile: number): number;
  /** All of it, to go on from elsewhere. */
  state(): SketchState;
}

/** A sketch at rest. */
export interface SketchState {
  /** How many values were zero, or nearer to it than any other double. */
  zeros: number;
  positive: BinsState;
  /** Of the values below zero, by their size. */
  negative: BinsState;
}

/** Counts of bins that lie next to each other. */
export interface BinsState {
  /** The number of the first. */
  first: number;
  counts: number[];
}

const EMPTY: BinsState = { first: 0, counts: [] };

/**
 * Starts a sketch.
 *
 * @param from Goes on from here. @default {nothing counted}
 */
export function createSketch(from?: SketchState): Sketch {
  let zeros = 0;
  const positive = createBins();
  const negative = createBins();

  const merge = (other: SketchState) => {
    zeros += other.zeros;
    positive.merge(other.positive);
    negative.merge(other.negative);
  };
  if (from) merge(from);

  return {
    get count() {
      return zeros + positive.count() + negative.count();
    },
    add(value) {
      if (value > 0) positive.add(binOf(value));
      else if (value < 0) negative.add(binOf(-value));
      else zeros++;
    },
    merge,
    quantile(quantile) {
      const below = negative.count();
      const count = below + zeros + positive.count();
      if (count === 0) throw new RangeError("Cannot tell: nothing was counted");
      const rank = Math.floor(quantile * (count - 1));
      // The largest of what is below zero comes first.
      if (rank < below) return -middleOf(negative.binAt(below - 1 - rank));
      if (rank < below + zeros) return 0;
      return middleOf(positive.binAt(rank - below - zeros));
    },
    state: () => ({
      zeros,
      positive: positive.state(),
      negative: negative.state(),
    }),
  };
}

/** Counts by the number of a bin. */
interface Bins {
  count(): number;
  add(bin: number): void;
  merge(state: BinsState): void;
  /** The bin of the value of this rank, from 0. */
  binAt(rank: number): number;
  state(): BinsState;
}

/** Bins that are made on either side of a new one, so that not each is news. */
const ROOM = 8;
/** The most that a bin of four bytes holds. */
const MOST = 2 ** 32 - 1;
/**
 * So many bins are kept, up to that of the largest value, which is enough for 35
 * powers of ten. What is smaller counts in the last of them.
 */
export const MOST_BINS = 4_096;

function createBins(): Bins {
  let first = 0;
  // Few values reach four thousand million: eight bytes for each come then.
  let counts: Uint32Array | Float64Array = new Uint32Array();
  let total = 0;
  let largest = -Infinity;

  /** Makes room for a bin above all others, or below them. */
  const reach = (bin: number) => {
    const isNew = counts.length === 0;
    const lowest = largest - MOST_BINS + 1;
    const start = Math.max(
      lowest,
      isNew ? bin - ROOM : Math.min(first, bin - ROOM),
    );
    const end = Math.max(isNew ? bin : first + counts.length, bin + ROOM);
    const moved = counts instanceof Uint32Array
      ? new Uint32Array(end - start)
      : new Float64Array(end - start);
    counts.forEach((count, at) =>
      moved[Math.max(first + at, start) - start]! += count
    );
    counts = moved;
    first = start;
  };
  const addMany = (bin: number, count: number) => {
    total += count;
    if (total > MOST && counts instanceof Uint32Array) {
      counts = Float64Array.from(counts);
    }
    if (bin > largest) largest = bin;
    const kept = Math.max(bin, largest - MOST_BINS + 1);
    if (kept < first || kept >= first + counts.length) reach(kept);
    counts[kept - first]! += count;
  };

  return {
    count: () => total,
    add(bin) {
      addMany(bin, 1);
    },
    merge({ first: from, counts: others }) {
      // The largest one says which are too small to be kept apart.
      for (let at = others.length - 1; at >= 0; at--) {
        if (others[at]! > 0) addMany(from + at, others[at]!);
      }
    },
    binAt(rank) {
      // Room above may have put off what has become too small.
      if (first <= largest - MOST_BINS) reach(largest);
      let seen = 0;
      let at = 0;
      while ((seen += counts[at]!) <= rank) at++;
      return first + at;
    },
    state() {
      if (total === 0) return EMPTY;
      // Room above may have put off what has become too small.
      reach(largest);
      const from = counts.findIndex((count) => count > 0);
      const to = largest - first + 1;
      return { first: first + from, counts: [...counts.subarray(from, to)] };
    },
  };
}

/**
 * The cubic A s³ + B s² + C s goes from 0 to 1 as the significand s goes from 0
 * to 1, with a slope that fits where two exponents meet.
 */
const A = 6 / 35;
const B = -3 / 5;
const C = 10 / 7;

/** By how much the bounds of a bin differ, as a factor. */
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
/** Bins for each doubling of a value; the cubic is least steep at 0, by C. */
const BINS = 1 / (C * Math.log(GAMMA));

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
/** Which of the halves has the exponent: the second where bytes ascend. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;
const BIAS = 1_023;
/** Below this the exponent stands for less than it says. */
const SMALLEST_NORMAL = 2 ** -1_022;

/** The number of the bin that holds a value above zero. */
export function binOf(value: number): number {
  if (value < SMALLEST_NORMAL) return binOf(SMALLEST_NORMAL);
  double[0] = value;
  const high = halves[HIGH]!;
  const exponent = (high >>> 20) - BIAS;
  const significand = ((high & 0xfffff) * 2 ** 32 + halves[1 - HIGH]!) /
    2 ** 52;
  const cubic = ((A * significand + B) * significand + C) * significand;
  return Math.floor((exponent + cubic) * BINS);
}

/** The value that is as near, in proportion, to a bin's least as to its largest. */
export function middleOf(bin: number): number {
  const low = boundOf(bin);
  const high = boundOf(bin + 1);
  const ratio = 2 ** (high.exponent - low.exponent) *
    (1 + high.significand) / (1 + low.significand);
  const middle = (1 + low.significand) * 2 * ratio / (1 + ratio);
  // Its last bin reaches beyond what a double holds.
  return Math.min(2 ** low.exponent * middle, Number.MAX_VALUE);
}

/** The least value of a bin: the inverse of what {@linkcode binOf} does. */
function boundOf(bin: number): { exponent: number; significand: number } {
  const place = bin / BINS;
  const exponent = Math.floor(place);
  return { exponent, significand: significandOf(place - exponent) };
}

/** Solves the cubic for its significand, by Newton's method. */
function significandOf(wanted: number): number {
  let significand = wanted;
  for (let step = 0; step < 8; step++) {
    const value = ((A * significand + B) * significand + C) * significand;
    const slope = (3 * A * significand + 2 * B) * significand + C;
    significand -= (value - wanted) / slope;
  }
  return significand;
}
