/**
 * What `supervise --wait` says of the dashboard, once all else is up.
 *
 * @module
 */

import { Fault } from "../../runtime/program/errors.ts";
import { log, print } from "../../runtime/program/log.ts";
import { type Config, taskFor } from "../../supervisor/config/config.ts";
import { connectControl } from "../../supervisor/control/client.ts";
import { describeState } from "../control/wait_report.ts";
import { askForAddress } from "./address.ts";

/** How long it may take, since it has started with the others. */
const UP_MS = 10_000;

/** Prints its address; where it does not come up, says so. Fails for nothing. */
export async function printDashboard(config: Config): Promise<void> {
  const [spec] = [...config.services.values()].flat()
    .filter(({ looksOn }) => looksOn);
  if (!spec) return;
  try {
    const control = await connectControl(config.path);
    const { services: [state], late } = await control.wait([spec.name], {
      waitMs: UP_MS,
    });
    const address = late.length === 0
      ? await askForAddress(config.stateDir)
      : undefined;
    if (address !== undefined) return print(`dashboard: ${address}`);
    log(
      `${state ? describeState(state) : "The dashboard is not there"}; "${
        taskFor(`logs ${spec.name}`, config.path)
      }" tells more`,
    );
  } catch (error) {
    // The supervisor has ended by now, say.
    if (!(error instanceof Fault)) throw error;
    log(`The dashboard cannot be asked for its address: ${error.message}`);
  }
}
