/**
 * Draws the document of a bench as an SVG chart.
 *
 * @module
 */

import type { EChartsOption } from "echarts";
import { grouped } from "../../runtime/program/numbers.ts";
import type { BenchDocument, Row } from "./document.ts";
import { machineLine } from "./machine.ts";
import {
  AMBER,
  BLUE,
  drawSvg,
  FONT,
  GREEN,
  GREY,
  GRID,
  INK,
  QUIET,
} from "./svg.ts";

/** Text is drawn by whoever shows the chart, in a font that may be wider. */
const LEGEND_GAP = 24;
/** One for each payload size or batch. */
const PAIR = ["#7fb0db", BLUE];

/** Draws the chart. */
export function drawChart(document: BenchDocument): string {
  const rows = eventRows(document);
  const shares = rows.map((row) =>
    `${labelOf(row)} ${percent(row.ratio.median)}`
  );
  return drawSvg(optionsOf(document), {
    width: 960,
    height: 720,
    title: TITLE,
    description: `Throughput as a share of the monolith's ${
      monolithRate(rows)
    }: ${shares.join(", ")}`,
  });
}

const TITLE = "What splitting a program into five processes costs";

/** Those over events, by the size of their batches. */
function eventRows({ rows }: BenchDocument): Row[] {
  return rows.filter(({ workload }) => workload === "events")
    .toSorted((a, b) => sizeOf(a) - sizeOf(b));
}

function optionsOf(document: BenchDocument): EChartsOption {
  const { rows, machine, quick } = document;
  const events = eventRows(document);
  const items = rows.filter(({ workload }) => workload === "work-items");
  const batches = events.map(labelOf);
  const payloads = [...new Set(items.map(({ payload }) => payload ?? ""))];
  const itemBatches = [...new Set(items.map(({ batch }) => batch))];
  const axis = {
    axisLine: { lineStyle: { color: GREY } },
    axisTick: { show: false },
    axisLabel: { color: INK, fontSize: 12, interval: 0 },
  };
  const values = {
    type: "value" as const,
    min: 0,
    interval: AXIS_STEP,
    splitLine: { lineStyle: { color: GRID } },
    axisLabel: { color: QUIET, formatter: percent },
  };
  const title = (text: string, left: number, top: number) => ({
    text,
    left,
    top,
    textStyle: { color: INK, fontSize: 14, fontWeight: "bold" as const },
  });
  return {
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: FONT, color: INK },
    title: [
      {
        text: TITLE,
        subtext: `${machineLine(machine)}${
          quick ? "; a quick look, not for the record" : ""
        }`,
        left: 24,
        top: 16,
        textStyle: { color: INK, fontSize: 20 },
        subtextStyle: { color: QUIET, fontSize: 12 },
      },
      title("Throughput, as a share of the monolith's", 24, 84),
      title("Where the CPU time goes", 24, 400),
      title("Work items, as a share of the monolith's", 590, 400),
    ],
    legend: [
      legend([OWN, CODEC, REST], 24),
      legend(itemBatches.map(nameOf), 590),
    ],
    grid: [
      { left: 60, right: 40, top: 124, height: 220 },
      { left: 98, width: 396, top: 460, height: 210 },
      { left: 640, right: 24, top: 460, height: 210 },
    ],
    xAxis: [
      {
        ...axis,
        type: "category",
        data: events.map((row) =>
          `${labelOf(row)}\n${grouped(row.pipeline.eventsPerSecond.median)}/s`
        ),
        axisLabel: { ...axis.axisLabel, lineHeight: 17 },
        gridIndex: 0,
      },
      { ...values, gridIndex: 1, max: 1 },
      { ...axis, type: "category", data: payloads, gridIndex: 2 },
    ],
    yAxis: [
      { ...values, gridIndex: 0, max: axisEnd(events) },
      {
        ...axis,
        type: "category",
        data: batches,
        gridIndex: 1,
        inverse: true,
      },
      { ...values, gridIndex: 2, max: axisEnd(items) },
    ],
    series: [
      throughput(events),
      spread(events, 0),
      ...shares(events),
      ...itemBatches.map((batch, at) => itemBars(items, batch, at, payloads)),
    ],
  };
}

/** What the colours of one part of the chart mean. */
function legend(data: string[], left: number) {
  return {
    data,
    left,
    top: 424,
    itemWidth: 12,
    itemHeight: 12,
    itemGap: LEGEND_GAP,
    textStyle: { color: QUIET },
  };
}

/** The pipeline's throughput by batch, and the monolith's as a line. */
function throughput(events: readonly Row[]) {
  return {
    type: "bar" as const,
    barMaxWidth: 72,
    itemStyle: { color: BLUE, borderRadius: [3, 3, 0, 0] },
    data: events.map(({ ratio }) => ratio.median),
    markLine: {
      symbol: "none",
      silent: true,
      lineStyle: { color: GREEN, width: 2, type: "solid" as const },
      label: {
        formatter: `monolith: ${monolithRate(events)}`,
        position: "insideStartTop" as const,
        color: GREEN,
        fontWeight: "bold" as const,
      },
      data: [{ yAxis: 1 }],
    },
  };
}

/** The bars of the work items of one batch, by payload. */
function itemBars(
  items: readonly Row[],
  batch: Row["batch"],
  at: number,
  payloads: readonly string[],
) {
  return {
    type: "bar" as const,
    name: nameOf(batch),
    xAxisIndex: 2,
    yAxisIndex: 2,
    barMaxWidth: 36,
    itemStyle: {
      color: PAIR[at % PAIR.length]!,
      borderRadius: [3, 3, 0, 0],
    },
    label: {
      show: true,
      position: "top" as const,
      color: INK,
      formatter: ({ value }: { value?: unknown }) => percent(Number(value)),
    },
    data: payloads.map((payload) =>
      items.find((row) => row.payload === payload && row.batch === batch)
        ?.ratio.median ?? 0
    ),
  };
}

/** What a batch is called in the legend. */
function nameOf(batch: Row["batch"]): string {
  return `batch ${batch} `;
}

/** Where an axis of ratios ends: above the monolith's 1 and all that was seen. */
function axisEnd(rows: readonly Row[]): number {
  const most = Math.max(1, ...rows.map(({ ratio }) => ratio.max));
  return Math.ceil(most * 1.05 / AXIS_STEP) * AXIS_STEP;
}

const AXIS_STEP = 0.2;
/** Of a figure and the space around it, in pixels. */
const LABEL_HEIGHT = 22;

const OWN = "the stages' own work";
const CODEC = "encoding and decoding";
const REST = "gRPC, HTTP/2, sockets, memory";

/** The parts of the CPU time, as bars that add up to one. */
function shares(rows: readonly Row[]) {
  const parts = rows.map(({ pipeline: { stages } }) => {
    const sum = (of: (stage: typeof stages[number]) => number) =>
      stages.reduce((total, stage) => total + of(stage), 0);
    const cpu = sum(({ cpuMicros }) => cpuMicros);
    const own = sum(({ ownMicros }) => ownMicros) / cpu;
    const codec = sum(({ codecMicros }) => codecMicros) / cpu;
    return { own, codec, rest: Math.max(0, 1 - own - codec) };
  });
  return ([
    [OWN, GREEN, "own"],
    [CODEC, AMBER, "codec"],
    [REST, GREY, "rest"],
  ] as const).map(([name, color, part]) => ({
    type: "bar" as const,
    name,
    stack: "cpu",
    xAxisIndex: 1,
    yAxisIndex: 1,
    barMaxWidth: 26,
    itemStyle: { color },
    label: {
      show: true,
      color: part === "own" ? "#ffffff" : INK,
      // A narrower part has no room for its figure.
      formatter: ({ value }: { value?: unknown }) =>
        Number(value) < 0.08 ? "" : percent(Number(value)),
    },
    data: parts.map((each) => each[part]),
  }));
}

/** The least and the most of the rounds, as a line over each bar, and its name. */
function spread(rows: readonly Row[], axisIndex: number) {
  return {
    type: "custom" as const,
    xAxisIndex: axisIndex,
    yAxisIndex: axisIndex,
    z: 5,
    data: rows.map(({ ratio }, at) => [at, ratio.min, ratio.max]),
    renderItem(
      { dataIndex }: { dataIndex: number },
      api: {
        value(dimension: number): number | string;
        coord(point: (number | string)[]): number[];
      },
    ) {
      const [x = 0, bottom = 0] = api.coord([api.value(0), api.value(1)]);
      const [, top = 0] = api.coord([api.value(0), api.value(2)]);
      const style = { stroke: INK, lineWidth: 1.5 };
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: "line" as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      const { ratio } = rows[dataIndex]!;
      // In the bar, so that it never meets the monolith's line; above one that
      // is too short for it.
      const [, base = 0] = api.coord([api.value(0), 0]);
      const inBar = base - bottom > 2 * LABEL_HEIGHT;
      return {
        type: "group" as const,
        children: [
          line(x, bottom, x, top),
          line(x - 5, bottom, x + 5, bottom),
          line(x - 5, top, x + 5, top),
          {
            type: "text" as const,
            style: {
              text: percent(ratio.median),
              x,
              y: inBar ? bottom + LABEL_HEIGHT : top - 4,
              align: "center" as const,
              verticalAlign: "bottom" as const,
              fill: inBar ? "#ffffff" : INK,
              font: `bold 12px ${FONT}`,
            },
          },
        ],
      };
    },
  };
}

/** The monolith's rate over the most events that were measured. */
function monolithRate(rows: readonly Row[]): string {
  const largest = rows.toSorted((a, b) => b.events - a.events)[0];
  return largest
    ? `${grouped(largest.monolith.eventsPerSecond.median)} events/s`
    : "";
}

/** 0.123 as "12 %"; below a tenth with one digit more. */
function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** What a setting is called: "batch 100", "auto", "auto parse:2". */
function labelOf({ batch }: { batch: string }): string {
  return batch.startsWith("auto") ? batch : `batch ${batch}`;
}

/** Where a batch setting stands in the chart; auto is the largest. */
function sizeOf({ batch }: { batch: string }): number {
  return batch.startsWith("auto") ? Number.MAX_SAFE_INTEGER : Number(batch);
}
