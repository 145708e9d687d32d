/**
 * What was run, when, how and where.
 *
 * @module
 */

import type { KeptRun } from "../../wire.ts";
import { type Child, html } from "../preact.ts";
import { count, formatBytes, formatMoment } from "../ui/format.ts";
import { elapsedOf } from "./figures.ts";
import { spanWords } from "./words.ts";

/** Draws the facts of a run. */
export function factsView({ run, machine, madeMs }: KeptRun): Child {
  const { results, inputBytes } = run;
  const took = elapsedOf(run);
  const facts: [string, string | undefined][] = [
    ["Started", formatMoment(run.startedMs)],
    took === undefined
      ? ["Running for", spanWords(madeMs - run.startedMs)]
      : ["Took", spanWords(took)],
    ["Input", inputBytes > 0 ? formatBytes(inputBytes) : undefined],
    ["Batch", run.batch],
    ["Processes", count(run.processes.length, "process", "processes")],
    [
      "Result",
      results &&
      `${count(results.total, "group")}${results.interim ? ", so far" : ""}`,
    ],
    ["Machine", machine],
    ["Run", run.id],
  ];
  return html`
    <dl class="report-facts">
      ${facts.filter(([, value]) => value).map(([name, value]) =>
        html`
          <div key=${name}>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>
        `
      )}
    </dl>
  `;
}
