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
  QUIET,
  RED,
} from "./svg.ts";

/** The figures, from the lowest on. */
const MARKS: readonly (readonly [keyof LatencyFigures, string, string])[] = [
  ["p50", "circle", BLUE],
  ["p95", "circle", "#7fb0db"],
  ["p99", "circle", AMBER],
  // A dash: it would cover a p99 that is close.
  ["max", "rect", QUIET],
];

/** Draws the chart. */
export function drawLatencyChart(document: LatencyDocument): string {
  return drawSvg(optionsOf(document), { width: 960, height: 556 });
}

function optionsOf(
  { rows, machine, rate, feedMs, quick }: LatencyDocument,
): EChartsOption {
  return {
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: FONT, color: INK },
    title: {
      text: `How long an event takes at ${grouped(rate)} events a second`,
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
      data: MARKS.map(([name, icon]) => ({ name, icon })),
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
      splitLine: { lineStyle: { color: GRID } },
      axisLabel: { color: QUIET, formatter: milliseconds },
    },
    series: [
      spans(rows),
      ...MARKS.map(([name, symbol, color]) => ({
        type: "scatter" as const,
        name,
        symbol,
        symbolSize: symbol === "rect" ? [18, 3] : 12,
        itemStyle: { color, borderColor: "#ffffff", borderWidth: 1 },
        label: {
          show: true,
          // Alternating: neighbours are often close.
          position: name === "p50" || name === "p99"
            ? "left" as const
            : "right" as const,
          color: INK,
          formatter: ({ value }: { value?: unknown }) =>
            milliseconds(Number(value)),
        },
        labelLayout: { moveOverlap: "shiftY" as const },
        data: rows.map(({ latencyMs }) => latencyMs[name]),
        z: 5,
      })),
    ],
  };
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

/** A line from the lowest figure of each setting to the highest. */
function spans(rows: readonly LatencyRow[]) {
  return {
    type: "custom" as const,
    silent: true,
    data: rows.map(({ latencyMs }, at) => [at, latencyMs.p50, latencyMs.max]),
    renderItem(
      _: unknown,
      api: {
        value(dimension: number): number | string;
        coord(point: (number | string)[]): number[];
      },
    ) {
      const [x1 = 0, y1 = 0] = api.coord([api.value(0), api.value(1)]);
      const [x2 = 0, y2 = 0] = api.coord([api.value(0), api.value(2)]);
      return {
        type: "line" as const,
        shape: { x1, y1, x2, y2 },
        style: { stroke: GREY, lineWidth: 2 },
      };
    },
  };
}

/** Milliseconds with two digits that count, below a second. */
function milliseconds(ms: number): string {
  if (ms >= 1_000) return `${Number((ms / 1_000).toPrecision(2))} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toPrecision(2))} ms`;
}
