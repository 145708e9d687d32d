/**
 * Lines beside a list: those to one row share a lane, and lanes that do not
 * meet share a place.
 *
 * @module
 */

/** A line from a row to another. */
interface Line {
  from: string;
  to: string;
  dashed: boolean;
}

/** No more lanes than this: what is beyond shares the outermost. */
const MOST_LANES = 6;

/**
 * Gives each line a lane, counted from 0 at the list outwards.
 *
 * @param row The row of each name; a line to or from another name gets lane 0.
 */
export function lanesOf(
  lines: Line[],
  row: Map<string, number>,
): { lanes: number[]; count: number } {
  const spans = new Map<string, { first: number; last: number }>();
  const keyOf = ({ to, dashed }: Line) => `${dashed ? "d" : "s"} ${to}`;
  for (const line of lines) {
    const from = row.get(line.from);
    const to = row.get(line.to);
    if (from === undefined || to === undefined) continue;
    const span = spans.get(keyOf(line));
    spans.set(keyOf(line), {
      first: Math.min(from, to, span?.first ?? Infinity),
      last: Math.max(from, to, span?.last ?? -Infinity),
    });
  }
  const taken: { first: number; last: number }[][] = [];
  const laneOf = new Map<string, number>();
  const shortFirst = [...spans].sort(([, a], [, b]) =>
    a.last - a.first - (b.last - b.first) || a.first - b.first
  );
  for (const [key, span] of shortFirst) {
    const free = taken.findIndex((others) =>
      others.every((other) =>
        other.last < span.first || other.first > span.last
      )
    );
    const lane = free >= 0 ? free : Math.min(taken.length, MOST_LANES - 1);
    (taken[lane] ??= []).push(span);
    laneOf.set(key, lane);
  }
  return {
    lanes: lines.map((line) => laneOf.get(keyOf(line)) ?? 0),
    count: taken.length,
  };
}
