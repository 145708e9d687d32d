/**
 * What a run has to tell beside its figures: what has happened, what it has
 * rejected, and its results.
 *
 * @module
 */

import type { RunEnd, RunRecord, RunResults } from "../../wire.ts";
import { type Child, html } from "../preact.ts";
import { count, DASH, formatNumber } from "../ui/format.ts";
import { timeAt } from "../ui/time.ts";
import { goesOn, rejectsOf, STAGE_NAMES } from "./figures.ts";
import { msWords, type NumberedEvent, numberWords } from "./words.ts";

/** Recoveries, swaps and notes with their sentences, the newest first. */
export function happenedView(
  events: readonly NumberedEvent[],
  nowMs: number,
): Child {
  return html`
    <section class="panel" aria-labelledby="happened">
      <h2 id="happened">What has happened</h2>
      ${events.length === 0
        ? html`
          <p class="muted">No recovery and no swap so far.</p>
        `
        : html`
          <ol class="happened">
            ${events.toReversed().map((
              { sequence, number, kind, timeMs, message },
            ) =>
              html`
                <li key=${sequence}>
                  <span class=${`event-mark event-${kind}`}>${number ??
                    "·"}</span>
                  ${timeAt(timeMs, nowMs)}
                  <span><b>${kind}</b> ${message}</span>
                </li>
              `
            )}
          </ol>
        `}
    </section>
  `;
}

/** How many lines and events were rejected, and why. */
export function rejectsView(run: RunRecord): Child {
  const rejects = rejectsOf(run);
  return html`
    <section class="panel" aria-labelledby="rejects">
      <h2 id="rejects">Rejected, by reason</h2>
      ${rejects.length === 0
        ? html`
          <p class="muted">${nothingRejected(run)}</p>
        `
        : html`
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="number">Events</th>
              </tr>
            </thead>
            <tbody>
              ${rejects.map(([reason, events]) =>
                html`
                  <tr key=${reason}>
                    <td>${reason}</td>
                    <td class="number">${numberWords(events)}</td>
                  </tr>
                `
              )}
            </tbody>
          </table>
        `}
    </section>
  `;
}

function nothingRejected({ rejects, end, phase }: RunRecord): string {
  if (end) return "Nothing was rejected.";
  if (!rejects) return "The aggregate stage has told of none.";
  return goesOn(phase) ? "Nothing so far." : "Nothing that is known of.";
}

/** The figures of the end, a row for each process. */
export function endView(
  { end, recoveries, swaps }: Pick<RunRecord, "end" | "recoveries" | "swaps">,
): Child {
  if (!end || end.stages.length === 0) return null;
  return html`
    <section class="panel panel-wide" aria-labelledby="end">
      <h2 id="end">Stages at the end</h2>
      ${recoveries + swaps > 0 &&
        html`
          <p class="muted">Each counts since the last recovery or swap.</p>
        `}
      <div class="scroll" tabindex="0" role="region" aria-label="Table of stages">
        <table class="plain unbroken">
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col" class="number">Events</th>
              <th scope="col" class="number">Own CPU time</th>
              <th scope="col" class="number">Other CPU time</th>
              <th scope="col" class="number">Batch p50</th>
              <th scope="col" class="number">p95</th>
              <th scope="col" class="number">p99</th>
            </tr>
          </thead>
          <tbody>${end.stages.toSorted(byStage).map(endRow)}</tbody>
        </table>
      </div>
    </section>
  `;
}

/** Sorts processes as the events pass them: "parse.2" beside "parse.1". */
function byStage(a: RunEnd["stages"][0], b: RunEnd["stages"][0]): number {
  const placeOf = (name: string) =>
    STAGE_NAMES.findIndex((stage) => stage === name.split(".")[0]);
  return placeOf(a.name) - placeOf(b.name);
}

function endRow(
  { name, events, ownMs, ipcMs, p50Ms, p95Ms, p99Ms }: RunEnd["stages"][0],
): Child {
  return html`
    <tr key=${name}>
      <td>${name}</td>
      <td class="number">${numberWords(events)}</td>
      ${[ownMs, ipcMs, p50Ms, p95Ms, p99Ms].map((value, i) =>
        html`<td key=${i} class="number">${msWords(value)}</td>`
      )}
    </tr>
  `;
}

/** The results as they stand. */
export function resultsView(
  results: RunResults | undefined,
  nowMs: number,
): Child {
  return html`
    <section class="panel panel-wide" aria-labelledby="results">
      <h2 id="results">${results?.interim ?? true
        ? "Results so far"
        : "Results"}</h2>
      ${results ? resultsTable(results, nowMs) : html`
        <p class="muted">The aggregate stage has told of none yet.</p>
      `}
    </section>
  `;
}

function resultsTable(
  { columns, rows, total, interim, timeMs }: RunResults,
  nowMs: number,
): Child {
  const numeric = columns.map((_, i) =>
    rows.some((row) => typeof row[i] === "number")
  );
  const shown = rows.length === total
    ? count(total, "group")
    : `the first ${formatNumber(rows.length)} of ${count(total, "group")}`;
  return html`
    <p class="muted">
      ${shown}${interim ? ", as they stood at " : ", complete at "} ${timeAt(
        timeMs,
        nowMs,
      )}
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Table of results">
      <table class="plain unbroken">
        <thead>
          <tr>${columns.map((column, i) =>
            html`
              <th key=${i} scope="col" class=${numeric[i]
                ? "number"
                : ""}>${column}</th>
            `
          )}</tr>
        </thead>
        <tbody>
          ${rows.map((row, i) =>
            html`
              <tr key=${i}>${columns.map((_, j) =>
                html`
                  <td key=${j} class=${numeric[j] ? "number" : ""}>${cellWords(
                    row[j] ?? null,
                  )}</td>
                `
              )}</tr>
            `
          )}
        </tbody>
      </table>
    </div>
  `;
}

function cellWords(value: string | number | null): string {
  if (value === null) return DASH;
  if (typeof value === "string") return value;
  return formatNumber(value, Number.isInteger(value) ? 0 : 2);
}
