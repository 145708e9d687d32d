/**
 * A run as a whole: how far it is, how fast, and how long yet.
 *
 * @module
 */

import type { RunRecord } from "../../wire.ts";
import { type Child, html } from "../preact.ts";
import { DASH, formatBytes } from "../ui/format.ts";
import { figuresOf, goesOn } from "./figures.ts";
import {
  numberWords,
  phaseTone,
  shareWords,
  spanWords,
  speedWords,
} from "./words.ts";

/** The phase as a shape and a word. */
export function phasePill(phase: RunRecord["phase"]): Child {
  return html`
    <span class=${`pill tone-${phaseTone(phase)}`}>
      <svg class="shape" viewBox="0 0 12 12" width="12" height="12"
        aria-hidden="true">
        <path class="stroke" d=${PHASE_SHAPES[phase]} />
      </svg>
      <span>${phase}</span>
    </span>
  `;
}

const PHASE_SHAPES: Record<RunRecord["phase"], string> = {
  starting: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
  running: "M3.5 2 10 6 3.5 10z",
  recovering: "M9.8 6a3.8 3.8 0 1 1-1.2-2.8M9.9 1v2.6H7.4",
  swapping: "M2 4h7M7 2l2.4 2L7 6M10 8.5H3M5 6.5 2.6 8.5 5 10.5",
  finished: "M2 6.5 5 9.5 10 3",
  failed: "M2.5 2.5l7 7M9.5 2.5l-7 7",
  lost: "M6 1.5 11 10.5H1zM6 5v2.5M6 9.2h.01",
};

/** Draws the totals. */
export function totalsView(run: RunRecord, nowMs: number): Child {
  const figures = figuresOf(run, nowMs);
  const last = run.samples.at(-1);
  const on = goesOn(run.phase);
  const bytes = run.inputBytes > 0
    ? `${formatBytes(last?.doneBytes ?? 0)} of ${formatBytes(run.inputBytes)}`
    : last
    ? formatBytes(last.doneBytes)
    : DASH;
  return html`
    <dl class="totals">
      ${item(
        "Speed",
        speedWords(figures.eventsPerSecond),
        on ? "events/s saved" : "events/s on average",
      )}
      ${item("Saved", numberWords(figures.saved), "events")}
      ${item("Sent to parse", numberWords(figures.sent), "events")}
      ${item("Input", shareWords(figures.share), bytes)}
      ${item(
        on ? "Running for" : "Took",
        spanWords(figures.elapsedMs),
        on ? `${spanWords(figures.leftMs)} left` : "",
      )}
      ${item("Rejected", numberWords(figures.rejected), "lines and events")}
      ${item(
        "Recoveries",
        numberWords(run.recoveries),
        "after a break",
      )}
      ${item("Swaps", numberWords(run.swaps), "of processes")}
    </dl>
    ${progressBar(figures.share)}
  `;
}

function item(label: string, value: string, more: string): Child {
  return html`
    <div>
      <dt>${label}</dt>
      <dd><b>${value}</b> <span class="muted">${more}</span></dd>
    </div>
  `;
}

/** How much of the input is done; empty where that is not known. */
function progressBar(share: number | null): Child {
  return html`
    <svg
      class="totals-bar"
      width="100%"
      height="6"
      role="progressbar"
      aria-label="Share of the input"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${share === null ? undefined : Math.floor(share * 100)}
    >
      <rect class="flow-bar-none" width="100%" height="6" rx="3" />
      <rect class="flow-bar-own" width=${`${
        ((share ?? 0) * 100).toFixed(2)
      }%`} height="6" rx="3" />
    </svg>
  `;
}
