/**
 * How a run went over time, with its recoveries and swaps as marks.
 *
 * @module
 */

import type { RunSample } from "../../wire.ts";
import type { Curve, Mark } from "../charts/options.ts";
import { timeChart } from "../charts/time_chart.ts";
import { type Child, html, useMemo } from "../preact.ts";
import { latency, STAGE_NAMES, throughput } from "./figures.ts";
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
  samples: readonly RunSample[];
  events: readonly NumberedEvent[];
}

/** Draws throughput and latency. */
export function Charts({ samples, events }: ChartsProps): Child {
  const speeds = useMemo(() => {
    const { times, values: [sent, saved] } = throughput(samples);
    return { times, values: [saved!, sent!] };
  }, [samples]);
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
      })}
      ${timeChart({
        title: "Latency of a batch, p99",
        unit: "from its arrival to its being passed on",
        curves: LATENCIES,
        ...delays,
        marks,
        words: msWords,
        axis: "ms",
      })}
    </div>
  `;
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
