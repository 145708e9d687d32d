/**
 * How long something has been running, counted on by itself.
 *
 * @module
 */

import { html, part, type View } from "../preact.ts";
import { DASH, formatDuration, formatMoment } from "../ui/format.ts";
import { useNow } from "../ui/now.ts";

/**
 * Draws the time since a start; a dash without one, and where nobody tells whether
 * it still runs.
 */
export function uptime(
  startedMs: number | undefined,
  { offsetMs, stale }: { offsetMs: number; stale: boolean },
): View {
  return startedMs === undefined || stale
    ? html`
      <span class="muted">${DASH}</span>
    `
    : part(Uptime, { startedMs, offsetMs });
}

function Uptime(
  { startedMs, offsetMs }: { startedMs: number; offsetMs: number },
): View {
  const nowMs = useNow(offsetMs);
  return html`
    <span title="${`since ${formatMoment(startedMs)}`}">${formatDuration(
      nowMs - startedMs,
    )}</span>
  `;
}
