/**
 * The columns of the table of services, and which of them fit.
 *
 * @module
 */

import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { formatBytes, formatTime } from "../terminal/terminal.ts";
import { widthOf } from "../../runtime/program/text_width.ts";

/** One property of a service. */
export interface Column {
  title: string;
  align: "left" | "right";
  cell(service: MeasuredSnapshot): string;
  /**
   * True where there is nothing to tell of a service that does not run: the
   * reason for that may take the place.
   */
  givesWay: boolean;
}

/** A column, as wide as it is shown. */
export interface SizedColumn extends Column {
  width: number;
}

interface ColumnRule extends Column {
  /** Those with a low number stay longest. */
  rank: number;
  /** Keeps the table from moving with every figure. */
  minWidth: number;
}

/** Spaces between two columns. */
export const GAP = 2;

const SHORTEST_NAME = 8;
/** A longer name leaves room for other columns, unless there is enough. */
const LONG_NAME = 20;

/** In the order they are shown. */
const RULES = [
  {
    title: "NAME",
    align: "left",
    cell: ({ name }) => name,
    givesWay: false,
    rank: 0,
    minWidth: SHORTEST_NAME,
  },
  {
    title: "STATE",
    align: "left",
    cell: ({ status }) => status,
    givesWay: false,
    rank: 1,
    minWidth: "backing_off".length,
  },
  {
    title: "RESTARTS",
    align: "right",
    cell: ({ restarts }) => String(restarts),
    givesWay: false,
    rank: 3,
    minWidth: 0,
  },
  {
    title: "PID",
    align: "right",
    cell: ({ pid }) => orDash(pid, String),
    givesWay: true,
    rank: 6,
    minWidth: "1000000".length,
  },
  {
    title: "UPTIME",
    align: "right",
    cell: ({ uptimeMs }) => orDash(uptimeMs, formatUptime),
    givesWay: true,
    rank: 2,
    minWidth: 0,
  },
  {
    title: "CPU",
    align: "right",
    cell: ({ cpuPercent }) =>
      orDash(cpuPercent, (percent) => `${percent.toFixed(1)}%`),
    givesWay: true,
    rank: 4,
    minWidth: "100.0%".length,
  },
  {
    title: "MEMORY",
    align: "right",
    cell: ({ rssBytes }) => orDash(rssBytes, formatBytes),
    givesWay: true,
    rank: 5,
    minWidth: "100.0 MiB".length,
  },
  {
    title: "ADDRESS",
    align: "left",
    cell: ({ address }) => address ?? "-",
    givesWay: true,
    rank: 7,
    minWidth: 0,
  },
] as const satisfies readonly ColumnRule[];

/**
 * Chooses the columns that fit into `width`, in the order they are shown.
 *
 * The name is always there, cut if it must be.
 */
export function chooseColumns(
  services: readonly MeasuredSnapshot[],
  width: number,
): SizedColumn[] {
  const chosen = new Map<Column, number>();
  const stateWidth = GAP + RULES[1].minWidth;
  // Beside a state there must be room for a part of the name.
  const nameRoom = width >= SHORTEST_NAME + stateWidth
    ? Math.min(width - stateWidth, Math.max(LONG_NAME, Math.floor(width / 3)))
    : width;
  let left = width;
  for (const rule of RULES.toSorted((one, other) => one.rank - other.rank)) {
    const widest = services.reduce(
      (most, service) => Math.max(most, widthOf(rule.cell(service))),
      Math.max(rule.minWidth, rule.title.length),
    );
    const isName = rule === RULES[0];
    const needed = isName ? Math.min(widest, nameRoom) : GAP + widest;
    if (needed > left) break;
    left -= needed;
    chosen.set(rule, isName ? needed : widest);
  }
  return RULES.flatMap((rule) => {
    const columnWidth = chosen.get(rule);
    return columnWidth === undefined ? [] : [{ ...rule, width: columnWidth }];
  });
}

/** As formatTime(), but nothing below a second, which would only flicker. */
export function formatUptime(ms: number): string {
  return ms < 1_000 ? "0 s" : formatTime(ms);
}

function orDash<Value>(
  value: Value | undefined,
  format: (value: Value) => string,
): string {
  return value === undefined ? "-" : format(value);
}
