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

/**
 * What an SVG path draws of `values`; a null makes a gap. Of values that would
 * stand in one pixel it takes the greatest.
 */
export function linePath(
  timesMs: readonly number[],
  values: readonly (number | null)[],
  frame: LineFrame,
): string {
  const pieces: string[] = [];
  // By the clock, so that a line does not tremble while it moves on.
  const pixelMs = frame.spanMs / frame.width;
  let column: { at: number; value: number } | undefined;
  let isDrawing = false;
  const draw = () => {
    if (column === undefined) return;
    const x = placeOf((column.at + 0.5) * pixelMs, frame);
    const y = frame.height * (1 - Math.min(1, column.value / frame.top));
    pieces.push(`${isDrawing ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
    isDrawing = true;
    column = undefined;
  };
  timesMs.forEach((timeMs, index) => {
    const value = values[index] ?? null;
    if (value === null || placeOf(timeMs, frame) < 0) {
      draw();
      isDrawing = false;
      return;
    }
    const at = Math.floor(timeMs / pixelMs);
    if (column && column.at !== at) draw();
    column = { at, value: Math.max(value, column?.value ?? 0) };
  });
  draw();
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
