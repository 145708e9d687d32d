/**
 * The `stop` command: stops services, or everything with the supervisor.
 *
 * @module
 */

import { readFlags } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { connectControl, untilEnded } from "../supervisor/control/client.ts";
import { changeFlags, changeServices } from "./control/change_services.ts";
import { ANY_NUMBER, stateDirOf } from "./control/flags.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments; without a service it ends the supervisor, too,
 * and returns when that is gone.
 * @throws As changeServices().
 */
export async function stop(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, changeFlags, {
    maxWords: ANY_NUMBER,
  });
  if (words.length > 0 || flags.help) {
    return await changeServices(argv, {
      verb: "Stop",
      summary: "Stops services; none named: all, and the supervisor itself.",
      done: ({ status }) => status === "exited" || status === "failed",
    });
  }
  const stateDir = stateDirOf(flags.config);
  const supervisorPid = await (await connectControl(stateDir)).shutdown();
  await untilEnded(stateDir);
  print(
    flags.json
      ? JSON.stringify({ supervisorPid, stopped: true })
      : `Stopped everything; supervisor ${supervisorPid} has ended`,
  );
}
