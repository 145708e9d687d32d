/**
 * A chart over time, with its legend: uPlot in a component.
 *
 * @module
 */

import uPlot from "uplot";
import {
  type Child,
  html,
  part,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "../preact.ts";
import { onLooks } from "./looks.ts";
import { chartOptions, type Curve, type Mark } from "./options.ts";
import { summaryOf } from "./summary.ts";

/** What a chart shows. */
export interface TimeChartProps {
  /** What is measured, and in which unit. */
  title: string;
  unit: string;
  curves: readonly Curve[];
  /** Unix seconds, ascending. */
  times: readonly number[];
  /** A list for each curve, as long as `times`. */
  values: readonly (readonly (number | null)[])[];
  marks: readonly Mark[];
  /** What stands behind the numbers of the axis; nothing by default. */
  axis?: string;
  /** What the legend says while nothing is pointed at. @default {the last values} */
  rest?: readonly string[];
  /** Writes a value with its unit. */
  words: (value: number | null) => string;
}

/** Places a chart. */
export function timeChart(props: TimeChartProps): Child {
  return part(TimeChart, props, props.title);
}

/** In pixels; fixed, so that nothing moves when the first values come. */
const HEIGHT = 190;
/** The widest on paper: what an A4 page has between its margins. */
const PAPER_WIDTH = 680;

function TimeChart(props: TimeChartProps): Child {
  const { title, curves, times, values, marks, words, unit, axis, rest } =
    props;
  const place = useRef<HTMLElement | null>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const shownMarks = useRef(marks);
  shownMarks.current = marks;
  const [pointed, setPointed] = useState<number | null>(null);

  useLayoutEffect(() => {
    const element = place.current!;
    const width = () =>
      matchMedia("print").matches
        ? Math.min(PAPER_WIDTH, element.clientWidth)
        : element.clientWidth;
    const made = new uPlot(
      chartOptions(curves, { width: width(), height: HEIGHT }, {
        axis: axis ?? "",
        marks: () => shownMarks.current,
        pointed: setPointed,
      }),
      dataOf(times, values),
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => {
      if (width() > 0 && width() !== made.width) {
        made.setSize({ width: width(), height: HEIGHT });
      }
    });
    observer.observe(element);
    const forget = onLooks(() => {
      made.setSize({ width: width(), height: HEIGHT });
      made.redraw(true, true);
    });
    return () => {
      forget();
      observer.disconnect();
      made.destroy();
    };
  }, []);
  useEffect(() => {
    chart.current?.setData(dataOf(times, values));
  }, [times, values, marks]);

  const at = pointed ?? times.length - 1;
  return html`
    <figure class="chart">
      <figcaption class="chart-head">
        <span class="chart-title">${title}</span> <span class="muted">${unit}</span>
        <span class="chart-legend">
          ${curves.map((curve, i) =>
            html`
              <span class="chart-key">
                ${swatch(curve)} ${curve
                  .label} <b class="chart-value">${pointed === null && rest
                  ? rest[i]
                  : words(values[i]?.[at] ?? null)}</b>
              </span>
            `
          )}
        </span>
      </figcaption>
      <div
        class="chart-canvas"
        role="img"
        aria-label=${summaryOf(title, curves, values, words, rest)}
        ref=${place}
      ></div>
    </figure>
  `;
}

/** A piece of the curve's line. */
function swatch({ colour, dash }: Curve): Child {
  return html`
    <svg class="chart-swatch" width="22" height="8" aria-hidden="true">
      <line
        class=${colour.slice(2)}
        x1="0"
        y1="4"
        x2="22"
        y2="4"
        stroke-width="2"
        stroke-dasharray=${dash.join(" ")}
      />
    </svg>
  `;
}

function dataOf(
  times: readonly number[],
  values: readonly (readonly (number | null)[])[],
): uPlot.AlignedData {
  return [[...times], ...values.map((each) => [...each])];
}
