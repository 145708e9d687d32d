/**
 * What a supervisor writes into its state folder: which processes it runs, what
 * happens to the services, and what they write.
 *
 * @module
 */

import { join } from "node:path";
import { PRIVATE_FOLDER } from "../runtime/files/own_folder.ts";
import type { Config } from "./config/config.ts";
import { openEventFile } from "./events/event_file.ts";
import { createEventLog, type EventLog } from "./events/event_log.ts";
import {
  createLossReporter,
  type LossReporter,
} from "./events/loss_reporter.ts";
import { type LogFiles, openLogs } from "./logs/log_files.ts";
import {
  createRunFile,
  type Leftover,
  type RunFile,
} from "./state_folder/run_file.ts";
import {
  openScheduleFile,
  type ScheduleFile,
} from "./state_folder/schedule_file.ts";
import {
  openStoppedFile,
  type StoppedFile,
} from "./state_folder/stopped_file.ts";

/** What is written; disposing closes it. */
export interface Records extends AsyncDisposable {
  readonly runFile: RunFile;
  readonly events: EventLog;
  readonly logs: LogFiles;
  readonly losses: LossReporter;
  readonly schedules: ScheduleFile;
  readonly stopped: StoppedFile;
  /** Writes on, where the folder has been removed and is there again. */
  renew(): Promise<void>;
}

/**
 * Opens the records of a supervisor.
 *
 * @param config What it runs.
 * @param leftovers What an earlier supervisor has left behind.
 * @param say Has a failure told that no record can hold.
 */
export async function openRecords(
  { stateDir, services }: Pick<Config, "stateDir" | "services">,
  leftovers: readonly Leftover[],
  say: (text: string) => void,
): Promise<Records> {
  await using cleanup = new AsyncDisposableStack();
  const logFolder = join(stateDir, "logs");
  await Deno.mkdir(logFolder, { recursive: true, mode: PRIVATE_FOLDER });
  const runFile = cleanup.use(
    await createRunFile(
      stateDir,
      leftovers.filter(({ left }) => left.length > 0),
    ),
  );
  const eventFile = cleanup.use(openEventFile(stateDir, {
    onFailure: (reason) => say(`events are not written: ${reason}`),
  }));
  const events = createEventLog({
    lastSequence: eventFile.lastSequence,
    record: eventFile.write,
  });
  const losses = createLossReporter(events.append);
  const logs = cleanup.use(
    openLogs(logFolder, (name, loss) => losses.report("log", loss, name)),
  );
  const schedules = cleanup.use(
    await openScheduleFile(
      stateDir,
      [...services.keys()],
      (reason) => say(`which runs were due is not remembered: ${reason}`),
    ),
  );
  const stopped = cleanup.use(
    await openStoppedFile(
      stateDir,
      (reason) => say(`what is stopped by hand is not remembered: ${reason}`),
    ),
  );
  const held = cleanup.move();
  return {
    runFile,
    events,
    logs,
    losses,
    schedules,
    stopped,
    async renew() {
      await Deno.mkdir(logFolder, { recursive: true, mode: PRIVATE_FOLDER });
      runFile.renew();
      schedules.renew();
      stopped.renew();
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
