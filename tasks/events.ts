/**
 * The `events` command: what happens to the services, as it happens.
 *
 * @module
 */

import { readFlags, text, toggle, UsageError } from "../proto/flags.ts";
import { listenForInterrupts } from "../proto/interrupts.ts";
import { print } from "../proto/log.ts";
import { connectControl } from "../supervisor/control.ts";
import type { SupervisorEvent } from "../supervisor/event_log.ts";
import { CONTROL_FLAGS, printHelp, stateDirOf } from "./control_flags.ts";

/** The flags of the command. */
export const eventsFlags = {
  ...CONTROL_FLAGS,
  since: text("NUMBER", "only events with a higher sequence number", "0"),
  once: toggle("print the events so far and end"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 130 after Ctrl-C.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Fault} `unavailable` if no supervisor runs.
 */
export async function events(argv: string[]): Promise<number> {
  const { config, json, since, once, help } =
    readFlags(argv, eventsFlags).flags;
  if (help) {
    const summary =
      "Prints each change of a service's state; --json: one a line.";
    printHelp("events [flags]", summary, eventsFlags);
    return 0;
  }
  if (!/^\d+$/.test(since)) {
    throw new UsageError(
      `Cannot read --since="${since}": expected a sequence number`,
    );
  }
  using interrupts = listenForInterrupts();
  const control = await connectControl(stateDirOf(config));
  const stream = control.events({
    afterSequence: Number(since),
    knownOnly: once,
    signal: interrupts.stop,
  });
  for await (const event of stream) {
    print(json ? JSON.stringify(eventReport(event)) : describeEvent(event));
  }
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}

/** Returns an event in the shape of `--json`. */
export function eventReport(
  { timeMs, status, sequence, ...rest }: SupervisorEvent,
) {
  const time = new Date(timeMs).toISOString();
  return { sequence, time, state: status, ...rest };
}

function describeEvent(event: SupervisorEvent): string {
  const { sequence, timeMs, service, previous, status, message } = event;
  const time = new Date(timeMs).toISOString();
  return `${sequence}  ${time}  ${service}  ${previous} -> ${status}  ${message}`;
}
