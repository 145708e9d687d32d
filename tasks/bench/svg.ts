/**
 * How the charts of a bench look, and how they become SVG.
 *
 * @module
 */

import * as echarts from "echarts";
import type { EChartsOption } from "echarts";

export const FONT =
  "system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif";
export const INK = "#1f2933";
export const QUIET = "#616e7c";
export const GRID = "#e4e7eb";
export const BLUE = "#2f6fb0";
export const GREEN = "#3a8f5d";
export const AMBER = "#dba33b";
export const RED = "#c0392b";
export const GREY = "#9aa5b1";

/** Draws a chart of a size in pixels. */
export function drawSvg(
  options: EChartsOption,
  size: { width: number; height: number },
): string {
  const chart = echarts.init(null, null, {
    renderer: "svg",
    ssr: true,
    ...size,
  });
  try {
    chart.setOption(options);
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}
