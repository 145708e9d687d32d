/**
 * A time, with its other form where the pointer rests on it.
 *
 * @module
 */

import { html, type View } from "../preact.ts";
import { formatAgo, formatMoment, formatWhen } from "./format.ts";

/** How long ago it was; the exact time is the title. */
export function timeAgo(atMs: number, nowMs: number): View {
  return html`
    <time datetime="${isoOf(atMs)}" title="${formatMoment(atMs)}">${formatAgo(
      nowMs - atMs,
    )}</time>
  `;
}

/** The exact time, with its day if that is another; its title how long ago. */
export function timeAt(atMs: number, nowMs: number): View {
  const title = `${formatMoment(atMs)}, ${formatAgo(nowMs - atMs)}`;
  return html`
    <time datetime="${isoOf(atMs)}" title="${title}">${formatWhen(
      atMs,
      nowMs,
    )}</time>
  `;
}

function isoOf(atMs: number): string {
  const at = new Date(atMs);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}
