/**
 * Shows the figures of a supervisor beside those of others.
 *
 * @module
 */

import { formatTable } from "../../terminal/table.ts";
import { median } from "../statistics.ts";
import type { Figures } from "./figures.ts";

/** Sets the figures beside those of others, as a table. */
export function describe(figures: Figures): string {
  const { restartMs, fifty, idle, flood, crashLoop, orphans } = figures;
  const ms = (value: number) => `${Math.round(value)} ms`;
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return formatTable([
    ["MEASURED", "DENIZEN", "OTHERS, ON A MACHINE OF THIS KIND"],
    [
      "kill -9 to the new process",
      `${ms(median(restartMs))} (worst ${
        ms(Math.max(...restartMs))
      } of ${restartMs.length})`,
      "runit 4 ms, pm2 11 ms, supervisord 1,008 ms",
    ],
    [
      "50 services up, down",
      `${ms(fifty.upMs)}, ${ms(fifty.downMs)}`,
      "runit 57 and 36 ms, s6 158 and 217, supervisord 700 and 191, pm2 719 and 3,406",
    ],
    [
      `idle with 50, ${idle.seconds} s`,
      `${mb(idle.rssBytes)}, ${idle.cpuMs} ms CPU`,
      "20 s: supervisord 31 MB and 7 ms, pm2 57 MB and 58 ms",
    ],
    [
      `${flood.megabytes} MB of log lines`,
      `${ms(flood.elapsedMs)}, peak ${
        mb(flood.peakRssBytes)
      }, ${flood.lostOrTorn} of ${flood.lines} lost or torn`,
      "100 MB: supervisord 200 to 900 ms, pm2 600 to 5,300 ms at 125 MB",
    ],
    [
      `crash loop, ${crashLoop.seconds} s`,
      `${crashLoop.starts} starts, then ${crashLoop.state}`,
      "30 s: supervisord 4, pm2 16 in 0.5 s, runit 30 and so on for ever",
    ],
    [
      "processes after kill -9 of the supervisor of 3, after its next start",
      `${orphans.afterKill}, ${orphans.afterNextStart}`,
      "all leave 3; pm2 and supervisord then run 6",
    ],
  ]).trimEnd();
}
