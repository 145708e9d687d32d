/**
 * Draws the document of a bench as an SVG chart.
 *
 * @module
 */

import type { EChartsOption } from "echarts";
import { grouped } from "../../runtime/program/numbers.ts";
import {
  eventRows,
  isLarge,
  labelOf,
  multipleEnd,
  multipleLabel,
  multipleNames,
  multipleSeries,
  multipleStep,
  times,
} from "./chart_multiples.ts";
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
  PAPER,
  QUIET,
} from "./svg.ts";

/** Text is drawn by whoever shows the chart, in a font that may be wider. */
const LEGEND_GAP = 24;
/** One for each payload size or batch. */
const PAIR = ["#7fb0db", BLUE];

/** Draws the chart. */
export function drawChart(document: BenchDocument): string {
  const rows = eventRows(document);
  const figures = rows.map((row) =>
    `${labelOf(row)} over ${grouped(row.events)} events ${
      times(row.pipelineToPlain)
    }, the monolith ${times(row.monolithToPlain)}`
  );
  return drawSvg(optionsOf(document), {
    width: 960,
    height: 750,
    title: TITLE,
    description: `Throughput as a multiple of the plain script's: ${
      figures.join("; ")
    }`,
  });
}

const TITLE = "Five processes, one process, and a plain script";

function optionsOf(document: BenchDocument): EChartsOption {
  const { rows, machine, quick } = document;
  const events = eventRows(document);
  const items = rows.filter(({ workload }) => workload === "work-items");
  const small = events.filter((row) => !isLarge(row, rows));
  const batches = small.map(labelOf);
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
    backgroundColor: PAPER,
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
      title("Throughput, as a multiple of the plain script's", 24, 84),
      title("Where the CPU time goes", 24, 430),
      title("Work items, as a share of the monolith's", 590, 430),
    ],
    legend: [
      legend(multipleNames(events), 24, 110),
      legend([OWN, CODEC, REST], 24),
      legend(itemBatches.map(nameOf), 590),
    ],
    grid: [
      { left: 60, right: 24, top: 150, height: 200 },
      { left: 98, width: 396, top: 490, height: 210 },
      { left: 640, right: 24, top: 490, height: 210 },
    ],
    xAxis: [
      {
        ...axis,
        type: "category",
        data: events.map(multipleLabel),
        axisLabel: { ...axis.axisLabel, lineHeight: 17 },
        gridIndex: 0,
      },
      { ...values, gridIndex: 1, max: 1 },
      { ...axis, type: "category", data: payloads, gridIndex: 2 },
    ],
    yAxis: [
      {
        ...values,
        gridIndex: 0,
        interval: multipleStep(events),
        max: multipleEnd(events),
        axisLabel: { color: QUIET, formatter: "{value} ×" },
      },
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
      ...multipleSeries(events),
      ...shares(small),
      ...itemBatches.map((batch, at) => itemBars(items, batch, at, payloads)),
    ],
  };
}

/** What the colours of one part of the chart mean. */
function legend(data: string[], left: number, top = 454) {
  return {
    data,
    left,
    top,
    itemWidth: 12,
    itemHeight: 12,
    itemGap: LEGEND_GAP,
    textStyle: { color: QUIET },
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
const OWN = "the stages' own work";
const CODEC = "encoding and decoding";
const REST = "gRPC, HTTP/2, sockets, memory";

/** The parts of the CPU time, as bars that add up to one. */
function shares(rows: readonly Row[]) {
  const parts = rows.map(({ pipeline: { stages } }) => {
    const sum = (of: (stage: typeof stages[number]) => number | null) =>
      stages.reduce((total, stage) => total + (of(stage) ?? 0), 0);
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

/** 0.123 as "12 %"; below a tenth with one digit more. */
function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
