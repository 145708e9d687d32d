/**
 * Reports lines that were lost, in events and in notes.
 *
 * @module
 */

import {
  describeLoss,
  type OutputLoss,
} from "../../runtime/program/lost_output.ts";
import { type EventBody, type LostOutput, outputLostEvent } from "./event.ts";

/** Reports what the logs and the outputs of a supervisor lose. */
export interface LossReporter {
  /** Reports a loss. Its count may grow: notes() and reportRest() know it. */
  report(output: LostOutput, loss: OutputLoss, service?: string): void;
  /** What the supervisor's own outputs have lost by now, a sentence each. */
  notes(): string[];
  /** Reports what has been lost since the last report. */
  reportRest(): void;
}

/** A loss, as it was last reported. */
interface LossReport {
  output: LostOutput;
  service: string | undefined;
  loss: OutputLoss;
  /** How many lines had been lost by then. */
  lines: number;
}

/** Makes one that emits its events. */
export function createLossReporter(
  emit: (event: EventBody & { message: string }) => void,
): LossReporter {
  const reports = new Map<string, LossReport>();
  const report = (output: LostOutput, loss: OutputLoss, service?: string) => {
    const { lines } = loss;
    reports.set(`${output} ${service ?? ""}`, { output, service, loss, lines });
    emit(outputLostEvent(output, loss, service));
  };
  return {
    report,
    notes: () =>
      [...reports.values()].filter(({ output }) => output !== "log")
        .map(({ output, loss }) => describeLoss(output, loss)),
    reportRest() {
      for (const { output, loss, service, lines } of [...reports.values()]) {
        if (loss.lines > lines) report(output, loss, service);
      }
    },
  };
}
