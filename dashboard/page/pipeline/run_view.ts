/**
 * A run of the pipeline, from what is recorded of it: the same in the dashboard
 * and in a report.
 *
 * @module
 */

import type { RunRecord } from "../../wire.ts";
import { type Child, html, part, useMemo } from "../preact.ts";
import { Charts } from "./charts_view.ts";
import { stagesOf } from "./figures.ts";
import { flowLegend, flowView } from "./flow_view.ts";
import {
  endView,
  happenedView,
  rejectsView,
  resultsView,
} from "./lists_view.ts";
import { totalsView } from "./totals_view.ts";
import { numbered, phaseSentence, phaseTone } from "./words.ts";

/** What is shown. */
export interface RunProps {
  run: RunRecord;
  /** The clock of who recorded it, in Unix milliseconds. */
  nowMs: number;
}

/** Draws a run. */
export function RunView({ run, nowMs }: RunProps): Child {
  const events = useMemo(() => numbered(run.events), [run.events]);
  const tone = phaseTone(run.phase);
  const grave = tone === "bad" || tone === "warn";
  return html`
    <div class="run">
      <p class=${`run-sentence ${grave ? `tone-${tone}` : "muted"}`}>
        ${phaseSentence(run)}
      </p>
      ${totalsView(run, nowMs)} ${flowView(stagesOf(run))} ${flowLegend(run)}
      ${part(Charts, { run, events })}
      <div class="panels">
        ${happenedView(events, nowMs)} ${rejectsView(run)} ${resultsView(
          run.results,
          nowMs,
        )} ${endView(run)}
      </div>
    </div>
  `;
}
