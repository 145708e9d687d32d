/**
 * The page of the pipeline: the run that goes on, or one of those before it.
 *
 * @module
 */

import type { RunRecord, RunSummary } from "../../wire.ts";
import { getRun } from "../api.ts";
import { phasePill } from "../pipeline/totals_view.ts";
import { RunView } from "../pipeline/run_view.ts";
import { spanWords } from "../pipeline/words.ts";
import {
  type Child,
  html,
  part,
  useEffect,
  useState,
  type View,
} from "../preact.ts";
import type { PageProps } from "../page.ts";
import { useStore } from "../store.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { useNow } from "../ui/now.ts";
import { pageHeader } from "../ui/page_header.ts";
import { timeAt } from "../ui/time.ts";

/** Shows a run, and which others there were. */
export function PipelinePage({ store, route }: PageProps): View {
  const wanted = route.run;
  const view = useStore(store, ({ runs }) => runs);
  const hello = useStore(store, (state) => state.hello);
  const offsetMs = useStore(store, ({ clockOffsetMs }) => clockOffsetMs);
  const nowMs = useNow(offsetMs);
  const current = view?.current;
  const isOther = wanted !== undefined && wanted !== current?.id;
  // What came over the stream is thinner than what was recorded.
  const asked = isOther ? wanted : current?.complete ? current.id : undefined;
  const past = usePastRun(
    asked,
    view?.runs.find(({ id }) => id === asked),
    asked === undefined ? undefined : view?.others?.[asked],
  );
  const run = past.run ?? (isOther ? undefined : current);

  const body = () => {
    if (!view) return waiting("the runs");
    if (past.problem !== undefined && !run) {
      return emptyState({
        title: "This run is not known",
        text: html`
          ${past.problem} <a href="/pipeline">Show the newest run.</a>
        `,
      });
    }
    if (run) return part(RunView, { run, nowMs }, run.id);
    if (asked !== undefined) return waiting("the run");
    return emptyState({
      title: "No run of the pipeline yet",
      text: "A run that is started in this folder is seen here at once.",
      command: `${hello?.command ?? "denizen"} pipeline`,
    });
  };
  return html`
    ${pageHeader("Pipeline", run && runHead(run, nowMs))}
    ${body()} ${view && view.runs.length > 0 &&
      runList(view.runs, run?.id, nowMs)}
  `;
}

function runHead(run: RunRecord, nowMs: number): Child {
  return html`
    <p class="run-head">
      <span role="status">${phasePill(run.phase)}</span>
      <span class="run-title">${run.title || run.id}</span>
      <span
        class="muted run-facts">since ${timeAt(
          run.startedMs,
          nowMs,
        )} · pid ${run
          .pid} · batch ${run.batch}</span>
      <a class="run-download" href=${`/api/runs/${
        encodeURIComponent(run.id)
      }/report`}
        download="run.html">Download report</a>
    </p>
  `;
}

/** What has become of the question for a run that does not go on. */
interface PastRun {
  run?: RunRecord;
  problem?: string;
}

/**
 * Asks for a run once, and again when it has changed.
 *
 * @param summary Undefined where the list does not have it.
 * @param toldMs When it was last told of, where it is not the current one.
 */
function usePastRun(
  id: string | undefined,
  summary: RunSummary | undefined,
  toldMs: number | undefined,
): PastRun {
  const [past, setPast] = useState<PastRun & { id?: string }>({});
  useEffect(() => {
    if (id === undefined) return;
    const asking = new AbortController();
    getRun(id, asking.signal).then(
      (run) => setPast({ id, run }),
      (error: unknown) => {
        if (asking.signal.aborted) return;
        const problem = error instanceof Error ? error.message : String(error);
        setPast({ id, problem });
      },
    );
    return () => asking.abort();
  }, [id, summary?.phase, toldMs]);
  return id !== undefined && past.id === id ? past : {};
}

/** The runs of this session, the newest first. */
function runList(
  runs: readonly RunSummary[],
  shown: string | undefined,
  nowMs: number,
): Child {
  return html`
    <section class="panel panel-wide" aria-labelledby="runs">
      <h2 id="runs">Runs since the dashboard was started</h2>
      <table class="plain run-list">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">State</th>
            <th scope="col">Started</th>
            <th scope="col" class="number">Took</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(({ id, title, phase, startedMs, endedMs }) =>
            html`
              <tr key=${id} class=${id === shown ? "shown" : ""}>
                <td>
                  <a
                    href=${`/pipeline/${encodeURIComponent(id)}`}
                    aria-current=${id === shown ? "true" : undefined}
                  >${title || id}</a>
                </td>
                <td>${phasePill(phase)}</td>
                <td>${timeAt(startedMs, nowMs)}</td>
                <td class="number">${spanWords(
                  (endedMs ?? nowMs) - startedMs,
                )}</td>
              </tr>
            `
          )}
        </tbody>
      </table>
    </section>
  `;
}
