/**
 * What a service uses: a figure and a small line of the last ten minutes.
 *
 * @module
 */

import type { UsageHistory } from "../../wire.ts";
import { html, part, useMemo, type View } from "../preact.ts";
import { DASH, formatBytes, formatCpu } from "../ui/format.ts";
import { sparkline } from "../ui/sparkline.ts";

/** What is drawn of a history. */
export interface UsageCell {
  kind: "cpu" | "rssBytes";
  name: string;
  value: number | null;
  /** Absent for several together, which have no line. */
  history?: UsageHistory | undefined;
}

const MIB = 1024 * 1024;

/** A busy processor fills the line; so does a little memory. */
const LEAST_TOP = { cpu: 10, rssBytes: 16 * MIB };
const FORMAT = { cpu: formatCpu, rssBytes: formatBytes };
const LABEL = { cpu: "CPU", rssBytes: "memory" };

/** Draws the line and the figure. */
export function usageCell(cell: UsageCell): View {
  const { kind, value, history } = cell;
  return html`
    <span class="usage">
      ${history && part(UsageLine, { ...cell, history })}
      <span class="figure">${value === null ? DASH : FORMAT[kind](value)}</span>
    </span>
  `;
}

function UsageLine(
  { kind, name, history }: UsageCell & { history: UsageHistory },
): View {
  return useMemo(
    () =>
      sparkline({
        label: `${LABEL[kind]} of ${name}`,
        timesMs: history.timesMs,
        values: history[kind],
        restartsMs: history.restartsMs,
        endMs: history.timesMs.at(-1) ?? 0,
        leastTop: LEAST_TOP[kind],
        format: FORMAT[kind],
      }),
    [history, kind, name],
  );
}
