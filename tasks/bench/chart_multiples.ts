/**
 * The part of the chart that has pipeline, monolith and plain script in it: bars
 * that are multiples of the plain script's throughput.
 *
 * @module
 */

import { grouped } from "../../runtime/program/numbers.ts";
import { variantOf } from "./plan.ts";
import type { BenchDocument, Row } from "./document.ts";
import type { Spread } from "./statistics.ts";
import { AMBER, BLUE, FONT, GREEN, INK, PAPER } from "./svg.ts";

const PIPELINE = "pipeline: five processes";
const MONOLITH = "monolith: the same in one";
/** Width of a bar, in pixels, and the part of it that lies between two. */
const BAR_WIDTH = 34;
const BAR_GAP = 0.1;
/** Most spaces between the lines of the axis. */
const MOST_STEPS = 6;

/** Those over events: by their number from the settings' own on, then by batch. */
export function eventRows({ rows }: BenchDocument): Row[] {
  return rows.filter(({ workload, batch }) =>
    workload === "events" && variantOf(batch) === undefined
  )
    .toSorted((a, b) =>
      Number(isLarge(a, rows)) - Number(isLarge(b, rows)) ||
      sizeOf(a) - sizeOf(b)
    );
}

/** True where the same setting is also measured over fewer events. */
export function isLarge(row: Row, rows: readonly Row[]): boolean {
  return rows.some(({ workload, batch, events }) =>
    workload === "events" && batch === row.batch && events < row.events
  );
}

/** Names of the bars and of the line, for the legend. */
export function multipleNames(rows: readonly Row[]): string[] {
  return [PIPELINE, MONOLITH, plainName(rows)];
}

/** The bars, what they spread over, and the plain script as a line. */
export function multipleSeries(rows: readonly Row[]) {
  const pipelines = rows.map(({ pipelineToPlain }) => pipelineToPlain);
  const monoliths = rows.map(({ monolithToPlain }) => monolithToPlain);
  return [
    bars(PIPELINE, BLUE, pipelines),
    bars(MONOLITH, GREEN, monoliths),
    {
      // Only for the legend; the line itself goes from end to end.
      type: "line" as const,
      name: plainName(rows),
      symbol: "none",
      color: AMBER,
      data: [],
      markLine: {
        symbol: "none",
        silent: true,
        lineStyle: { color: AMBER, width: 2, type: "solid" as const },
        label: { show: false },
        data: [{ yAxis: 1 }],
      },
    },
    spreads(pipelines, -1),
    spreads(monoliths, 1),
  ];
}

/** What stands below the bars of a setting. */
export function multipleLabel(row: Row): string {
  return [
    labelOf(row),
    `of ${millions(row.events)}`,
    `${grouped(row.pipeline.eventsPerSecond.median)}/s`,
  ].join("\n");
}

/** One bar for each setting. */
function bars(
  name: string,
  color: string,
  ratios: readonly (Spread | undefined)[],
) {
  return {
    type: "bar" as const,
    name,
    barWidth: BAR_WIDTH,
    barGap: `${BAR_GAP * 100}%`,
    itemStyle: { color, borderRadius: [3, 3, 0, 0] },
    data: ratios.map((ratio) => ratio?.median ?? 0),
  };
}

/** What lies between two lines of an axis of multiples: few enough to read. */
export function multipleStep(rows: readonly Row[]): number {
  const most = mostOf(rows);
  return [0.2, 0.5, 1, 2].find((step) => most / step <= MOST_STEPS) ??
    Math.ceil(most / MOST_STEPS);
}

export function multipleEnd(rows: readonly Row[]): number {
  const step = multipleStep(rows);
  return Math.ceil(mostOf(rows) * 1.08 / step) * step;
}

/** The most that was seen; at least the plain script itself. */
function mostOf(rows: readonly Row[]): number {
  return Math.max(
    1,
    ...rows.flatMap(({ pipelineToPlain, monolithToPlain }) => [
      pipelineToPlain?.max ?? 0,
      monolithToPlain?.max ?? 0,
    ]),
  );
}

/**
 * The least and the most of the rounds as a line over each bar, and its name.
 *
 * @param side -1 for the left one of two bars, 1 for the right one.
 */
function spreads(ratios: readonly (Spread | undefined)[], side: -1 | 1) {
  const shift = side * BAR_WIDTH * (1 + BAR_GAP) / 2;
  return {
    type: "custom" as const,
    z: 5,
    data: ratios.flatMap((ratio, at) =>
      ratio ? [[at, ratio.min, ratio.max, ratio.median]] : []
    ),
    renderItem(
      _params: unknown,
      api: {
        value(dimension: number): number | string;
        coord(point: (number | string)[]): number[];
      },
    ) {
      const [middle = 0, bottom = 0] = api.coord([api.value(0), api.value(1)]);
      const [, top = 0] = api.coord([api.value(0), api.value(2)]);
      const x = middle + shift;
      const style = { stroke: INK, lineWidth: 1.5 };
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: "line" as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: "group" as const,
        children: [
          line(x, bottom, x, top),
          line(x - 5, bottom, x + 5, bottom),
          line(x - 5, top, x + 5, top),
          {
            type: "text" as const,
            style: {
              text: Number(api.value(3)).toFixed(2),
              x,
              y: top - 4,
              align: "center" as const,
              verticalAlign: "bottom" as const,
              fill: INK,
              font: `bold 12px ${FONT}`,
              // Where it meets a line, it stays readable.
              stroke: PAPER,
              lineWidth: 3,
            },
          },
        ],
      };
    },
  };
}

/** The plain script's rate over as many events as most settings got. */
function plainName(rows: readonly Row[]): string {
  const row = rows.findLast((each) => each.plainScript && !isLarge(each, rows));
  return row?.plainScript
    ? `plain script: ${
      grouped(row.plainScript.eventsPerSecond.median)
    } events/s`
    : "plain script";
}

/** A multiple with its spread, for whoever cannot see it. */
export function times(ratio: Spread | undefined): string {
  return ratio ? `${ratio.median.toFixed(2)} times` : "not measured";
}

/** A number of events, short. */
function millions(events: number): string {
  return events % 1e5 === 0 ? `${events / 1e6} million` : grouped(events);
}

/** What a setting is called: "batch 100", "auto", "auto parse:2". */
export function labelOf({ batch }: Pick<Row, "batch">): string {
  return batch.startsWith("auto") ? batch : `batch ${batch}`;
}

/** Where a batch setting stands in the chart; auto is the largest. */
function sizeOf({ batch }: Pick<Row, "batch">): number {
  return batch.startsWith("auto") ? Number.MAX_SAFE_INTEGER : Number(batch);
}
