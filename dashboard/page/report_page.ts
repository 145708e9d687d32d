/**
 * The page of a report: a run that is in the document itself. There is no server
 * behind it, and nothing is asked of anybody.
 *
 * @module
 */

import type { KeptRun } from "../wire.ts";
import { factsView } from "./pipeline/facts_view.ts";
import { RunView } from "./pipeline/run_view.ts";
import { phasePill } from "./pipeline/totals_view.ts";
import { type Child, html, part, render } from "./preact.ts";
import { formatMoment } from "./ui/format.ts";

/** The element that holds the run, as JSON. */
const SOURCE = "kept-run";

/** Draws a report. */
function Report({ kept }: { kept: KeptRun }): Child {
  const { run, version, madeMs } = kept;
  return html`
    <main class="report">
      <header class="report-head">
        <h1>${run.title || run.id}</h1>
        ${phasePill(run.phase)}
      </header>
      ${factsView(kept)} ${part(RunView, { run, nowMs: madeMs })}
      <footer class="report-foot muted">
        Made by Denizen ${version} on ${formatMoment(madeMs)}. The file needs
        nothing else: keep it, or send it.
      </footer>
    </main>
  `;
}

const place = document.getElementById("app");
const source = document.getElementById(SOURCE)?.textContent;
if (place && source) {
  const kept = JSON.parse(source) as KeptRun;
  document.title = `${kept.run.title || kept.run.id} · Denizen`;
  render(part(Report, { kept }), place);
}
