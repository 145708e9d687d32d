/**
 * How a chart over time looks, for uPlot.
 *
 * @module
 */

import type uPlot from "uplot";
import { axisNumbers, axisTimes, TIME_STEPS, timeSpan } from "./axes.ts";
import { chartFont, colour } from "./looks.ts";

/** One curve. */
export interface Curve {
  label: string;
  /** Name of a variable of the style sheet. */
  colour: string;
  /** Pixels of line and gap, so that curves differ not by colour alone. */
  dash: number[];
  /** True to fill what is below it. */
  filled?: boolean;
}

/** A moment that is marked in each chart, with the number it has in the list. */
export interface Mark {
  number: number;
  /** Unix seconds. */
  time: number;
  /** Name of a variable of the style sheet. */
  colour: string;
}

/** What a chart is told while it stands. */
export interface Live {
  /** The unit behind the numbers of the axis; may be empty. */
  axis: string;
  marks(): readonly Mark[];
  /** Called with the place of what the pointer is at; null beside the chart. */
  pointed(index: number | null): void;
}

/** Pixels for the numbers on the left, and for the marks above. */
const LEFT = 58;
const TOP = 20;

/** Makes the options of a chart. */
export function chartOptions(
  curves: readonly Curve[],
  size: { width: number; height: number },
  live: Live,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => colour("--muted"),
    font: chartFont(11),
    grid: { stroke: () => colour("--grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    ...size,
    padding: [TOP, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    scales: {
      x: {
        time: true,
        range: (_, least, most) =>
          timeSpan(least, most, live.marks().map(({ time }) => time)),
      },
      y: { range: (_, __, most) => [0, roof(most)] },
    },
    axes: [
      {
        ...axis,
        space: 76,
        size: 28,
        incrs: TIME_STEPS,
        values: ({ data: [times] }, seconds, __, ___, step) =>
          times.length > 0 ? axisTimes(seconds, step) : seconds.map(() => ""),
      },
      {
        ...axis,
        space: 34,
        size: LEFT,
        values: ({ data: [times] }, values) =>
          times.length > 0
            ? axisNumbers(values, live.axis)
            : values.map(() => ""),
      },
    ],
    series: [
      {},
      ...curves.map((curve): uPlot.Series => ({
        label: curve.label,
        stroke: () => colour(curve.colour),
        width: 1.75,
        dash: curve.dash,
        ...(curve.filled ? { fill: () => colour("--area") } : {}),
        // A line has two ends.
        points: { show: ({ data: [times] }) => times.length < 4, size: 5 },
      })),
    ],
    hooks: {
      draw: [(chart) => drawMarks(chart, live.marks())],
      setCursor: [({ cursor }) => live.pointed(cursor.idx ?? null)],
    },
  };
}

/** Some room above the highest value; a flat line of zeros keeps a scale. */
function roof(most: number | null): number {
  return most === null || !(most > 0) ? 1 : most * 1.08;
}

/** Draws a line for each mark, with its number above the chart. */
function drawMarks(chart: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = chart;
  const ratio = bbox.width / Math.max(1, chart.over.clientWidth);
  const size = 15 * ratio;
  ctx.save();
  ctx.font = chartFont(Math.round(10 * ratio));
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = ratio;
  for (const { time, number, colour: name } of marks) {
    const x = Math.round(chart.valToPos(time, "x", true)) + 0.5;
    if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
    ctx.strokeStyle = colour(name);
    ctx.fillStyle = colour(name);
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillRect(x - size / 2, bbox.top - size - ratio, size, size);
    ctx.fillStyle = colour("--surface");
    ctx.fillText(`${number}`, x, bbox.top - size / 2);
  }
  ctx.restore();
}
