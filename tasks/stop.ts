/**
 * The `stop` command: stops services, or everything with the supervisor.
 *
 * @module
 */

import { isUnstoppable } from "../runtime/process/process_group.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { shortPath } from "../runtime/program/paths.ts";
import { stateDirOf } from "../supervisor/config/config.ts";
import {
  connectControl,
  listUnended,
  untilEnded,
} from "../supervisor/control/client.ts";
import { changeFlags, changeServices } from "./control/change_services.ts";
import { ANY_NUMBER } from "./control/flags.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments; without a service it ends the supervisor, too,
 * and returns when that is gone.
 * @throws {Failure} If something cannot be stopped.
 * @throws As changeServices().
 */
export async function stop(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, changeFlags, {
    maxWords: ANY_NUMBER,
  });
  if (words.length > 0 || flags.help) {
    return await changeServices(argv, {
      verb: "stop",
      summary: "Stops services; none named: all, and the supervisor itself.",
      done: ({ status, detail }) =>
        (status === "exited" || status === "failed") && !isUnstoppable(detail),
    });
  }
  const stateDir = stateDirOf(flags.config);
  const supervisorPid = await (await connectControl(flags.config)).shutdown();
  await untilEnded(stateDir);
  const unended = await listUnended(stateDir);
  if (unended.length > 0) {
    const names = unended.map(({ name, pid }) => `${name} (pid ${pid})`);
    throw new Failure(
      `Supervisor ${supervisorPid} has ended, but could not stop ${
        names.join(", ")
      }, as "${commandFor("events")}" says`,
    );
  }
  print(
    flags.json
      ? JSON.stringify({ supervisorPid, stopped: true })
      : `Stopped everything of "${
        shortPath(flags.config)
      }"; supervisor ${supervisorPid} has ended`,
  );
}
