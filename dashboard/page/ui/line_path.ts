/**
 * From values over time to the points of a small line.
 *
 * @module
 */

/** Where a line is drawn, and what it stands for. */
export interface LineFrame {
  width: number;
  height: number;
  /** The time at its right end. */
  endMs: number;
  /** How long it goes back. */
  spanMs: number;
  /** The value at its top; its foot is 0. */
  top: number;
}

/** What an SVG path draws of `values`; a null makes a gap. */
export function linePath(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  frame: LineFrame,
): string {
  const pieces: string[] = [];
  let isDrawing = false;
  timesMs.forEach((timeMs, index) => {
    const value = values[index] ?? null;
    const x = placeOf(timeMs, frame);
    if (value === null || x < 0) {
      isDrawing = false;
      return;
    }
    const y = frame.height * (1 - Math.min(1, value / frame.top));
    pieces.push(`${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
    isDrawing = true;
  });
  return pieces.join("");
}

/** Where a time is from the left; less than 0 if it is before the frame. */
export function placeOf(
  timeMs: number,
  { width, endMs, spanMs }: Pick<LineFrame, "width" | "endMs" | "spanMs">,
): number {
  return width * (1 - (endMs - timeMs) / spanMs);
}

/** The greatest of the values that are known; 0 if there is none. */
export function greatest(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, each) => Math.max(most, each ?? 0), 0);
}
