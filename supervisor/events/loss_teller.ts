/**
 * Tells of lines that were lost, in events and in notes.
 *
 * @module
 */

import {
  describeLoss,
  type OutputLoss,
} from "../../runtime/program/lost_output.ts";
import { type EventBody, type LostOutput, outputLostEvent } from "./event.ts";

/** Tells of what the logs and the outputs of a supervisor lose. */
export interface LossTeller {
  /** Tells of a loss. Its count may grow: notes() and tellRest() know it. */
  tell(output: LostOutput, loss: OutputLoss, service?: string): void;
  /** What the supervisor's own outputs have lost by now, a sentence each. */
  notes(): string[];
  /** Tells of what has been lost since it was last told. */
  tellRest(): void;
}

interface Told {
  output: LostOutput;
  service: string | undefined;
  loss: OutputLoss;
  /** How many lines it was when it was told. */
  lines: number;
}

/** Makes one that emits its events. */
export function createLossTeller(
  emit: (event: EventBody & { message: string }) => void,
): LossTeller {
  const told = new Map<string, Told>();
  const tell = (output: LostOutput, loss: OutputLoss, service?: string) => {
    const { lines } = loss;
    told.set(`${output} ${service ?? ""}`, { output, service, loss, lines });
    emit(outputLostEvent(output, loss, service));
  };
  return {
    tell,
    notes: () =>
      [...told.values()].filter(({ output }) => output !== "log")
        .map(({ output, loss }) => describeLoss(output, loss)),
    tellRest() {
      for (const { output, loss, service, lines } of [...told.values()]) {
        if (loss.lines > lines) tell(output, loss, service);
      }
    },
  };
}
