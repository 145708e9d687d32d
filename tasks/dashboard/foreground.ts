/**
 * A dashboard without a supervisor: it shows the runs of the pipeline in a folder,
 * for as long as somebody wants it.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { processOf } from "../../runtime/process/command_line.ts";
import { startGuardian } from "../../runtime/process/guardian.ts";
import {
  describeExit,
  startProcess,
} from "../../runtime/process/start_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { aborted } from "../../runtime/program/abort.ts";
import { HOST } from "../../runtime/program/address.ts";
import { Failure } from "../../runtime/program/errors.ts";
import type { Interrupts } from "../../runtime/program/interrupts.ts";
import {
  dashboardScript,
  makeDashboardPlace,
} from "../../supervisor/config/config.ts";
import { chooseDashboardPort } from "../../supervisor/config/load_config.ts";
import { askForAddress, untilAnswered } from "./address.ts";

/** How long it may take to come up, in milliseconds. */
const START_MS = 30_000;
/** How long it has to end, in milliseconds. */
const GRACE_MS = 2_000;

/**
 * Runs a dashboard until it is interrupted, or another takes its place.
 *
 * @param stateDir Where runs look for it.
 * @param show Told of its address, once it is up.
 * @returns The exit code: that of the signal, or 0 where another has taken over.
 * @throws {Failure} If it does not come up, or ends by itself.
 */
export async function runDashboard(
  stateDir: string,
  show: (address: string) => Promise<void>,
  { stop, hurry }: Pick<Interrupts, "stop" | "hurry">,
): Promise<number> {
  const folder = dirname(stateDir);
  const place = await makeDashboardPlace(stateDir);
  const port = await chooseDashboardPort(stateDir);
  await using guardian = startGuardian();
  const child = startProcess(
    {
      ...processOf({
        runs: {
          kind: "script",
          ...dashboardScript({
            address: `${HOST}:${port}`,
            place,
            title: basename(folder) || folder,
          }),
        },
        workingDir: folder,
        inheritEnvironment: true,
      }, {}),
      output: "null",
      stderr: "inherit",
    },
    guardian,
  );
  try {
    const ended = child.exit.then((exit) => ({ exit }));
    let isOver = false;
    void ended.then(() => isOver = true);
    const address = await untilAnswered(() => askForAddress(stateDir), {
      goesOn: () => !isOver && !stop.aborted,
      signal: stop,
      withinMs: START_MS,
    });
    if (address !== undefined) await show(address);
    else if (!isOver && !stop.aborted) {
      throw new Failure("Cannot start the dashboard: it does not answer");
    }
    const end = await Promise.race([ended, aborted(stop)]);
    if (stop.aborted || !end) return stop.reason;
    if (end.exit.code === 0) return 0;
    throw new Failure(`The dashboard ${describeExit(end.exit)}`);
  } finally {
    await stopProcess(child, { graceMs: GRACE_MS, hurry });
    guardian.forget(child.pid);
  }
}
