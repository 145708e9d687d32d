/**
 * Draws what `deno task bench --rate` gave as an SVG chart.
 *
 * @module
 */

import type { EChartsOption } from "echarts";
import type { LatencyFigures } from "../../orchestrator/stage_figures.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import type { LatencyDocument, LatencyRow } from "./latency_document.ts";
import { machineLine } from "./machine.ts";
import {
  AMBER,
  BLUE,
  drawSvg,
  FONT,
  GREY,
  GRID,
  INK,
  PAPER,
  QUIET,
  RED,
} from "./svg.ts";

/** A figure, and how it is marked. */
interface Mark {
  name: keyof LatencyFigures;
  symbol: string;
  size: number | [number, number];
  color: string;
  /** What is nearer to the eye, where marks meet. */
  z: number;
}

/** A dash, in the chart and in the legend. */
const DASH = "path://M0,0L18,0L18,3L0,3Z";

/** The figures, from the lowest on. A dot is seen within a ring. */
const MARKS: readonly Mark[] = [
  { name: "p50", symbol: "circle", size: 11, color: BLUE, z: 7 },
  { name: "p95", symbol: "circle", size: 7, color: "#7fb0db", z: 6 },
  { name: "p99", symbol: "emptyCircle", size: 14, color: AMBER, z: 5 },
  { name: "max", symbol: DASH, size: [18, 3], color: QUIET, z: 4 },
];

/** Between two figures of one setting, in pixels. */
const LABEL_GAP = 15;

/** Draws the chart. */
export function drawLatencyChart(document: LatencyDocument): string {
  const figures = document.rows.map(({ batch, latencyMs: { p50, p99 } }) =>
    `batch ${batch}: p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`
  );
  return drawSvg(optionsOf(document), {
    width: 960,
    height: 556,
    title: titleOf(document),
    description: figures.join("; "),
  });
}

function titleOf({ rate }: LatencyDocument): string {
  return `How long an event takes at ${grouped(rate)} events a second`;
}

function optionsOf(document: LatencyDocument): EChartsOption {
  const { rows, machine, feedMs, quick } = document;
  return {
    animation: false,
    backgroundColor: PAPER,
    textStyle: { fontFamily: FONT, color: INK },
    title: {
      text: titleOf(document),
      subtext: `From its line being read to its being counted, ${
        feedMs / 1_000
      } s for each setting${
        quick ? "; a quick look, not for the record" : ""
      }\n${machineLine(machine)}`,
      left: 24,
      top: 16,
      textStyle: { color: INK, fontSize: 20 },
      subtextStyle: { color: QUIET, fontSize: 12, lineHeight: 18 },
    },
    legend: {
      data: MARKS.map(({ name, symbol }) => ({ name, icon: symbol })),
      right: 40,
      top: 24,
      itemGap: 20,
      textStyle: { color: QUIET },
    },
    grid: { left: 76, right: 40, top: 112, bottom: 128 },
    xAxis: {
      type: "category",
      data: rows.map((row) => `batch ${row.batch}`),
      axisLine: { lineStyle: { color: GREY } },
      axisTick: { show: false },
      axisLabel: {
        interval: 0,
        fontSize: 12,
        lineHeight: 18,
        formatter: (_, index: number) => axisLabel(rows[index]!),
        rich: {
          name: { fontWeight: "bold", color: INK, fontSize: 13 },
          quiet: { color: QUIET },
          bad: { color: RED, fontWeight: "bold" },
        },
      },
    },
    yAxis: {
      type: "log",
      min: axisStart(rows),
      splitLine: { lineStyle: { color: GRID } },
      axisLabel: { color: QUIET, formatter: milliseconds },
    },
    series: [
      spans(rows),
      ...MARKS.map(({ name, symbol, size, color, z }) => ({
        type: "scatter" as const,
        name,
        symbol,
        symbolSize: size,
        itemStyle: name === "p99"
          ? { color, borderColor: color, borderWidth: 2 }
          : { color },
        data: rows.map(({ latencyMs }) => latencyMs[name]),
        z,
      })),
    ],
  };
}

/** Where the axis starts: below all that was seen, at 1, 2 or 5 of its size. */
function axisStart(rows: readonly LatencyRow[]): number {
  const least = Math.min(...rows.map(({ latencyMs: { p50 } }) => p50));
  const size = 10 ** Math.floor(Math.log10(least));
  return size * (least >= 5 * size ? 5 : least >= 2 * size ? 2 : 1);
}

function axisLabel(row: LatencyRow): string {
  const { batch, meanBatch, cpuMicrosPerEvent } = row;
  return [
    `{name|batch ${batch}}`,
    `{quiet|mean size ${grouped(Number(meanBatch.toFixed(1)))}}`,
    `{quiet|${cpuMicrosPerEvent.toFixed(1)} µs CPU an event}`,
    ...row.keepsUp ? [`{quiet|keeps up}`] : [
      "{bad|cannot keep up:}",
      `{bad|${grouped(row.reachedPerSecond)} events/s}`,
    ],
  ].join("\n");
}

/** A line from the lowest figure of each setting to the highest, and all. */
function spans(rows: readonly LatencyRow[]) {
  return {
    type: "custom" as const,
    silent: true,
    data: rows.map(({ latencyMs }, at) => [at, latencyMs.p50, latencyMs.max]),
    renderItem(
      { dataIndex }: { dataIndex: number },
      api: {
        value(dimension: number): number | string;
        coord(point: (number | string)[]): number[];
      },
    ) {
      const { latencyMs } = rows[dataIndex]!;
      const places = MARKS.map(({ name }) =>
        api.coord([api.value(0), latencyMs[name]])
      );
      const x = places[0]?.[0] ?? 0;
      const heights = places.map(([, y = 0]) => y);
      const labels = apart(heights, LABEL_GAP);
      return {
        type: "group" as const,
        children: [
          {
            type: "line" as const,
            shape: { x1: x, y1: heights[0]!, x2: x, y2: heights.at(-1)! },
            style: { stroke: GREY, lineWidth: 2 },
          },
          ...MARKS.map(({ name }, at) => ({
            type: "text" as const,
            style: {
              text: `${name}  ${milliseconds(latencyMs[name])}`,
              x: x + 16,
              y: labels[at]!,
              verticalAlign: "middle" as const,
              fill: INK,
              font: `12px ${FONT}`,
            },
          })),
        ],
      };
    },
  };
}

/**
 * Moves places apart, as little as it takes.
 *
 * @param places From the lowest on the screen to the highest, in pixels.
 * @param gap What lies between two at the least.
 */
export function apart(places: readonly number[], gap: number): number[] {
  // Groups of neighbours that touch; each keeps the middle of its places.
  const groups: { sum: number; count: number }[] = [];
  const middle = (group: { sum: number; count: number }) =>
    group.sum / group.count;
  for (const place of places) {
    let group = { sum: place, count: 1 };
    for (let below; (below = groups.at(-1));) {
      const room = middle(below) - middle(group);
      if (room >= gap * (below.count + group.count) / 2) break;
      groups.pop();
      group = {
        sum: below.sum + group.sum,
        count: below.count + group.count,
      };
    }
    groups.push(group);
  }
  return groups.flatMap((group) =>
    Array.from(
      { length: group.count },
      (_, at) => middle(group) + gap * ((group.count - 1) / 2 - at),
    )
  );
}

/** Milliseconds with two digits that count, below a second. */
function milliseconds(ms: number): string {
  if (ms >= 1_000) return `${Number((ms / 1_000).toPrecision(2))} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2))} ms`;
}
