/**
 * Figures of a run as a person reads them: with their units, and a dash for what
 * nobody tells.
 *
 * @module
 */

import type { RunEvent, RunPhase, RunRecord } from "../../wire.ts";
import { DASH, formatDuration, formatNumber } from "../ui/format.ts";
import type { Tone } from "../ui/status_words.ts";
import { type StageFigures, stagesOf, type StageState } from "./figures.ts";

/** Between a number and its unit. */
const NARROW = "\u202f";

/** A whole number, or a dash. */
export function numberWords(value: number | null): string {
  return value === null ? DASH : formatNumber(value);
}

/** Events a second: three digits are enough to see what changes. */
export function speedWords(value: number | null): string {
  return value === null ? DASH : formatNumber(rounded(value));
}

/** Milliseconds with their unit: 0.42 ms, 4.2 ms, 42 ms, 4.2 s. */
export function msWords(value: number | null): string {
  if (value === null) return DASH;
  if (value >= 10_000) return `${formatNumber(value / 1_000)}${NARROW}s`;
  if (value >= 1_000) return `${formatNumber(value / 1_000, 1)}${NARROW}s`;
  const digits = value >= 100 ? 0 : value >= 1 ? 1 : 2;
  return `${formatNumber(value, digits)}${NARROW}ms`;
}

/** A share of 1 in percent; almost all is not all. */
export function shareWords(value: number | null): string {
  if (value === null) return DASH;
  const percent = value < 1 ? Math.min(99.9, value * 100) : 100;
  return `${formatNumber(percent, percent < 100 ? 1 : 0)}${NARROW}%`;
}

/** How long something has taken, or takes yet; a dash where that is not known. */
export function spanWords(ms: number | null): string {
  if (ms === null) return DASH;
  return ms < 10_000
    ? `${formatNumber(ms / 1_000, 1)}${NARROW}s`
    : formatDuration(ms);
}

/** How serious a phase is. */
export function phaseTone(phase: RunPhase): Tone {
  return PHASE_TONES[phase];
}

const PHASE_TONES: Record<RunPhase, Tone> = {
  starting: "busy",
  running: "good",
  recovering: "warn",
  swapping: "busy",
  finished: "good",
  failed: "bad",
  lost: "bad",
};

/** How serious it is what the processes of a stage do. */
export function stageTone(state: StageState): Tone {
  return STAGE_TONES[state];
}

const STAGE_TONES: Record<StageState, Tone> = {
  none: "idle",
  starting: "busy",
  serving: "good",
  partly: "warn",
  dead: "bad",
  ended: "idle",
};

/** What the processes of a stage do, in a word or two. */
export function stageWords(
  state: StageState,
  processes: readonly { state: string }[],
): string {
  if (state === "none") return "not started";
  if (state !== "partly") return state;
  const dead = processes.filter((each) => each.state === "dead").length;
  return `${dead} of ${processes.length} dead`;
}

/** How a run stands, or what it has come to, in a sentence. */
export function phaseSentence(run: RunRecord): string {
  const last = run.events.at(-1)?.message;
  switch (run.phase) {
    case "lost":
      return "The process that drove this run is gone without a word. " +
        "It may have been killed. If it kept its --state, --resume goes on.";
    case "failed":
      return last ?? "The run has ended before it came to its end.";
    case "recovering":
      return last ?? "The chain of stages has broken and is opened anew.";
    case "starting":
      return "The stages come up.";
    case "swapping":
      return "The processes of a stage are exchanged.";
    case "finished":
      return "All of the input is done, and the results are saved.";
    case "running":
      return paceSentence(stagesOf(run));
  }
}

/** A recovery or a swap with the number it has on the charts. */
export interface NumberedEvent extends RunEvent {
  /** Undefined for a note, which is not marked. */
  number?: number;
}

/** Numbers what is marked on the charts, from 1 on; the oldest first. */
export function numbered(events: readonly RunEvent[]): NumberedEvent[] {
  let number = 0;
  return events.map((event) =>
    event.kind === "note" ? event : { ...event, number: ++number }
  );
}

/** Names the stage that waits the least: it decides how fast the run is. */
function paceSentence(stages: readonly StageFigures[]): string {
  const told = stages.filter(({ time }) => time !== null);
  if (told.length < 2) return "The stages take events.";
  const busiest = told.reduce((a, b) => b.time!.wait < a.time!.wait ? b : a);
  const { own, ipc } = busiest.time!;
  return `${busiest.stage} sets the pace: it is busy ${
    shareWords(own + ipc)
  } of the time, and ${shareWords(own)} with its own work.`;
}

function rounded(value: number): number {
  const unit = 10 **
    Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2);
  return Math.round(value / unit) * unit;
}
