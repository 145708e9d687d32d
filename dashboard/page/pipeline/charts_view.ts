/**
 * How a run went over time, with its recoveries and swaps as marks.
 *
 * @module
 */

import type { RunRecord } from "../../wire.ts";
import type { Curve, Mark } from "../charts/options.ts";
import { timeChart } from "../charts/time_chart.ts";
import { type Child, html, useMemo } from "../preact.ts";
import {
  goesOn,
  latency,
  meanSpeed,
  STAGE_NAMES,
  stagesOf,
  throughput,
} from "./figures.ts";
import { msWords, type NumberedEvent, speedWords } from "./words.ts";

const SPEEDS: Curve[] = [
  { label: "saved", colour: "--series-1", dash: [], filled: true },
  { label: "sent to parse", colour: "--series-2", dash: [5, 4] },
];

const LATENCIES: Curve[] = STAGE_NAMES.slice(0, -1).map((stage, i) => ({
  label: `${stage} → ${STAGE_NAMES[i + 1]}`,
  colour: `--series-${i + 1}`,
  dash: [[], [5, 4], [2, 3], [9, 3, 2, 3]][i]!,
}));

/** What the charts show. */
export interface ChartsProps {
  run: RunRecord;
  events: readonly NumberedEvent[];
}

/** Draws throughput and latency. */
export function Charts({ run, events }: ChartsProps): Child {
  const { samples, startedMs, fromEvent } = run;
  const speeds = useMemo(() => {
    const { times, values: [sent, saved] } = throughput(run);
    return { times, values: [saved!, sent!] };
  }, [samples, startedMs, fromEvent]);
  const delays = useMemo(() => latency(samples), [samples]);
  const marks = useMemo(() => marksOf(events), [events]);
  return html`
    <div class="charts">
      ${timeChart({
        title: "Throughput",
        unit: "events/s",
        curves: SPEEDS,
        ...speeds,
        marks,
        words: speedWords,
        ...atRest(run, speedsOfRun),
      })}
      ${timeChart({
        title: "Latency of a batch, p99",
        unit: "from its arrival to its being passed on",
        curves: LATENCIES,
        ...delays,
        marks,
        words: msWords,
        axis: "ms",
        ...atRest(run, latenciesOfRun),
      })}
    </div>
  `;
}

/** What the legends say of a run that is over: what they said last is no more. */
function atRest(
  run: RunRecord,
  words: (run: RunRecord) => string[],
): { rest?: string[] } {
  return goesOn(run.phase) ? {} : { rest: words(run) };
}

function speedsOfRun(run: RunRecord): string[] {
  const last = run.samples.at(-1);
  return [
    run.end?.events ?? last?.committedEvents,
    run.end?.events ?? last?.sentEvents,
  ].map((events) => `${speedWords(meanSpeed(run, events ?? null))} on average`);
}

function latenciesOfRun(run: RunRecord): string[] {
  return stagesOf(run).flatMap(({ hop }) => hop ? [msWords(hop.p99Ms)] : []);
}

/** The colour of what is marked. */
export function markColour(kind: NumberedEvent["kind"]): string {
  return kind === "recovery" ? "--bad" : "--accent";
}

function marksOf(events: readonly NumberedEvent[]): Mark[] {
  return events.flatMap(({ number, timeMs, kind }) =>
    number === undefined
      ? []
      : [{ number, time: timeMs / 1_000, colour: markColour(kind) }]
  );
}
