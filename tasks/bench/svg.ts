/**
 * How the charts of a bench look, and how they become SVG.
 *
 * @module
 */

import * as echarts from "echarts";
import type { EChartsOption } from "echarts";

export const FONT =
  "system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif";
/** A ground of its own: the chart is read in a light and in a dark page. */
export const PAPER = "#ffffff";
export const INK = "#1f2933";
export const QUIET = "#616e7c";
export const GRID = "#e4e7eb";
export const BLUE = "#2f6fb0";
export const GREEN = "#3a8f5d";
export const AMBER = "#dba33b";
export const RED = "#c0392b";
export const GREY = "#9aa5b1";

/** What a chart is beside its options. */
export interface Frame {
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** What it shows, for whoever points at it. */
  title: string;
  /** What can be read from it, for whoever cannot see it. */
  description: string;
}

/** Draws a chart. */
export function drawSvg(
  options: EChartsOption,
  { width, height, title, description }: Frame,
): string {
  const chart = echarts.init(null, null, {
    renderer: "svg",
    ssr: true,
    width,
    height,
  });
  try {
    chart.setOption(options);
    const label = `${title}. ${description}`;
    return chart.renderToSVGString().replace(
      /^<svg ([^>]*)>/,
      (_, attributes) =>
        `<svg ${attributes} role="img" aria-label="${
          escaped(label)
        }">\n<title>${escaped(title)}</title>`,
    ) + "\n";
  } finally {
    chart.dispose();
  }
}

function escaped(text: string): string {
  return text.replaceAll(
    /[&<>"]/g,
    (letter) => `&#${letter.charCodeAt(0)};`,
  );
}
