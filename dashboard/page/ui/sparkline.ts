/**
 * A small line of the last ten minutes, with the restarts as marks.
 *
 * @module
 */

import { USAGE_MS } from "../state.ts";
import { html, type View } from "../preact.ts";
import { count } from "./format.ts";
import { greatest, linePath, placeOf } from "./line_path.ts";

/** What is drawn, and in which words it is told to who cannot see it. */
export interface Sparkline {
  label: string;
  timesMs: readonly number[];
  values: readonly (number | null)[];
  restartsMs: readonly number[];
  endMs: number;
  /** The top is never less, so that a little noise looks like little. */
  leastTop: number;
  format(value: number): string;
}

const WIDTH = 84;
const HEIGHT = 20;

/** Draws the line. Its place is as great without a value. */
export function sparkline(
  { label, timesMs, values, restartsMs, endMs, leastTop, format }: Sparkline,
): View {
  const most = greatest(values);
  const frame = {
    width: WIDTH,
    height: HEIGHT - 2,
    endMs,
    spanMs: USAGE_MS,
    // So that a steady line does not look like an edge.
    top: Math.max(leastTop, most * 1.3),
  };
  const marks = restartsMs
    .map((timeMs) => placeOf(timeMs, frame))
    .filter((x) => x >= 0);
  const words = `${label} over ten minutes: at most ${format(most)}${
    marks.length === 0 ? "" : `, ${count(marks.length, "restart")}`
  }`;
  return html`
    <svg
      class="sparkline"
      viewBox="${`0 0 ${WIDTH} ${HEIGHT}`}"
      width="${WIDTH}"
      height="${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${words}"
    >
      <title>${words}</title>
      <path class="base" d="${`M0 ${HEIGHT - 0.5}H${WIDTH}`}" />
      ${marks.map((x) =>
        html`
          <path
            class="mark"
            d="${`M${x.toFixed(1)} 3V${HEIGHT - 1}m-2.5 -${
              HEIGHT - 1
            }h5l-2.5 4z`}"
          />
        `
      )}
      <path
        class="line"
        transform="translate(0 1)"
        d="${linePath(timesMs, values, frame)}"
      />
    </svg>
  `;
}
