/**
 * Shows the figures of the dashboard.
 *
 * @module
 */

import { formatTable } from "../../terminal/table.ts";
import type { Figures } from "./figures.ts";

/** Sets the figures out as two tables and two sentences. */
export function describe(figures: Figures): string {
  const { services, lines, pages, search, live, server } = figures;
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const paths = Object.entries(pages).map(([path, page]) => [
    `/${path}`,
    ms(page.filledMs),
    ms(page.scriptMs),
    ms(page.layoutMs),
    mb(page.heapBytes),
    live[path] ? ms(live[path].scriptMs) : "",
    live[path] ? ms(live[path].layoutMs) : "",
  ]);
  return [
    `${services} services, ${lines.toLocaleString("en")} lines`,
    formatTable([
      [
        "PAGE",
        "FILLED",
        "SCRIPTS",
        "LAYOUT",
        "HEAP",
        "SCRIPTS A SECOND",
        "LAYOUT A SECOND",
      ],
      ...paths,
    ]).trimEnd(),
    `A search of all lines: ${ms(search.foundMs)}, of it ${
      ms(search.scriptMs)
    } of scripts`,
    `The server: ${mb(server.emptyBytes)} at first, ${
      mb(server.fullBytes)
    } with all lines, ${
      mb(server.openBytes)
    } with a page that is open, which takes ${ms(server.cpuMs)} of a second`,
  ].join("\n");
}
