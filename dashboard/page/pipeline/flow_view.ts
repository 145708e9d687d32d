/**
 * The five stages as a flow: a box for each, and between them what is on its
 * way.
 *
 * @module
 */

import type { RunRecord } from "../../wire.ts";
import { type Child, html } from "../preact.ts";
import { DASH } from "../ui/format.ts";
import { goesOn, type HopFigures, type StageFigures } from "./figures.ts";
import {
  msWords,
  numberWords,
  shareWords,
  speedWords,
  stageTone,
  stageWords,
} from "./words.ts";

/** Draws the flow. */
export function flowView(stages: readonly StageFigures[]): Child {
  return html`
    <ol class="flow" aria-label="Stages, from input to results">
      ${stages.map((stage) =>
        html`
          <li key=${stage.stage} class="flow-part">
            ${stageView(stage)} ${stage.hop && hopView(stage, stage.hop)}
          </li>
        `
      )}
    </ol>
  `;
}

function stageView(figures: StageFigures): Child {
  const { stage, state, processes, variants, eventsPerSecond, events, over } =
    figures;
  const named = variants.filter((variant) => variant !== "").join(", ");
  return html`
    <div class=${`flow-stage tone-${stageTone(state)}`}>
      <p class="flow-name">
        <b>${stage}</b>
        <span class="flow-state">${stateShape(state)} ${stageWords(
          state,
          processes,
        )}</span>
      </p>
      <p class="flow-speed">
        <b>${speedWords(
          eventsPerSecond,
        )}</b> <span class="muted">events/s${over ? " on average" : ""}</span>
      </p>
      <p class="flow-detail flow-events muted"><span>${numberWords(
        events,
      )}</span> events</p>
      <p class="flow-detail flow-lost muted">${lostWords(figures)}</p>
      ${timeBar(figures.time, over)}
      <p class="muted flow-processes" title=${processes.map((
        { name, pid, address },
      ) => `${name}: pid ${pid}, ${address}`).join("\n")}>
        ${processes.length === 0
          ? DASH
          : processes.length === 1
          ? `pid ${processes[0]!.pid}`
          : `${processes.length} processes`}${named === "" ? "" : ` · ${named}`}
      </p>
    </div>
  `;
}

/** What has come to a stage and went no further; a line is kept for it. */
function lostWords({ rejected, dropped }: StageFigures): string {
  const parts = [
    rejected ? `${numberWords(rejected)} rejected` : "",
    dropped ? `${numberWords(dropped)} dropped` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "\u00a0";
}

/** A shape for each state, so that it is not told by colour alone. */
function stateShape(state: StageFigures["state"]): Child {
  const shape = {
    none: "M3 6h6",
    starting: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
    serving: "M2 6.5 5 9.5 10 3",
    partly: "M6 1.5 11 10.5H1zM6 5v2.5",
    dead: "M2.5 2.5l7 7M9.5 2.5l-7 7",
    ended: "M3 3h6v6H3z",
  }[state];
  return html`
    <svg class="shape" viewBox="0 0 12 12" width="12" height="12"
      aria-hidden="true">
      <path class="stroke" d=${shape} />
    </svg>
  `;
}

/** Own work, sending and receiving, and waiting, as parts of a bar. */
function timeBar(time: StageFigures["time"], over: boolean): Child {
  if (!time) {
    return html`
      <p class="flow-bar-row">
        <svg class="flow-bar" width="100%" height="8" aria-hidden="true">
          <rect class="flow-bar-none" width="100%" height="8" rx="2" />
        </svg>
        <span class="flow-detail muted">own ${DASH}</span>
      </p>
    `;
  }
  const words = `${over ? "of the run's time: " : ""}own work ${
    shareWords(time.own)
  }, sending and receiving ${shareWords(time.ipc)}, waiting ${
    shareWords(time.wait)
  }`;
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  return html`
    <p class="flow-bar-row" title=${words}>
      <svg class="flow-bar" width="100%" height="8" role="img"
        aria-label=${words}>
        <rect class="flow-bar-none" width="100%" height="8" rx="2" />
        <rect class="flow-bar-wait" width=${percent(
          time.own + time.ipc + time.wait,
        )} height="8" rx="2" />
        <rect class="flow-bar-ipc" width=${percent(
          time.own + time.ipc,
        )} height="8" rx="2" />
        <rect class="flow-bar-own" width=${percent(
          time.own,
        )} height="8" rx="2" />
      </svg>
      <span class="flow-detail muted">own ${shareWords(time.own)}</span>
    </p>
  `;
}

function hopView(
  { stage, over }: StageFigures,
  { onItsWay, batch, p50Ms, p95Ms, p99Ms }: HopFigures,
): Child {
  const latency = [["p50", p50Ms], ["p95", p95Ms], ["p99", p99Ms]] as const;
  return html`
    <div class="flow-hop" role="group" aria-label=${`After ${stage}`}>
      ${!over && html`
        <p
          class="flow-way"><b>${numberWords(
            onItsWay,
          )}</b> <span class="muted">on its way</span></p>
      `}
      <svg class="flow-arrow" viewBox="0 0 48 12" width="48" height="12"
        aria-hidden="true">
        <path d="M0 6H44M39 1.5 45 6l-6 4.5" />
      </svg>
      <dl>
        <div><dt>batch</dt><dd>${numberWords(batch)}</dd></div>
        ${latency.map(([name, value]) =>
          html`
            <div key=${name}>
              <dt>${name}</dt>
              <dd>${msWords(value)}</dd>
            </div>
          `
        )}
      </dl>
    </div>
  `;
}

/** What the colours of the bars mean. */
export function flowLegend(
  { phase, recoveries, swaps }: Pick<
    RunRecord,
    "phase" | "recoveries" | "swaps"
  >,
): Child {
  const over = !goesOn(phase);
  const key = (kind: string, words: string) =>
    html`
      <span>
        <svg width="12" height="8" aria-hidden="true">
          <rect class=${`flow-bar-${kind}`} width="12" height="8" rx="2" />
        </svg>
        ${words}
      </span>
    `;
  return html`
    <p class="flow-legend muted">
      ${key("own", "own work")} ${key("ipc", "sending and receiving")} ${key(
        "wait",
        "waiting",
      )}
      ${over &&
        html`
          <span>bars: of the time that the run took</span>
        `}
      <span>events: how far in the input, rejected and dropped ones too</span>
      <span>p50, p95, p99: from a batch's arrival to its being passed on${recoveries +
            swaps > 0
        ? ", since the last recovery or swap"
        : ""}</span>
    </p>
  `;
}
