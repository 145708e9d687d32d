/**
 * Finds what services have started in sessions of their own, as daemons do: no
 * longer in the service's group, it is not reached by a stop.
 *
 * They are known by a variable that every process of a service inherits.
 *
 * @module
 */

import { readProcessFile } from "../../runtime/process/process_files.ts";
import { pause } from "../../runtime/program/abort.ts";
import { RUN_VARIABLES } from "../../runtime/program/run_variables.ts";
import {
  listProcesses,
  readStatNow,
} from "../../runtime/process/process_group.ts";

/** A process that goes on to run without its service. */
export interface StrayProcess {
  pid: number;
  /** What it runs. */
  program: string;
}

/** Looks for the processes of one supervisor's services. */
export interface StrayFinder {
  /** What every process of a service has in its environment. */
  variables(service: string): Record<string, string>;
  /** Lists what runs of a service; nothing on a system without /proc. */
  find(service: string): Promise<StrayProcess[]>;
}

const VARIABLE = RUN_VARIABLES.service;
/** So many are named. */
const MAX_NAMED = 20;

/** Makes the finder of this supervisor. */
export function createStrayFinder(): StrayFinder {
  // No other supervisor has both, now or later.
  const prefix = `${Deno.pid}.${readStatNow(Deno.pid)?.startTicks ?? 0}/`;
  let next: Promise<Map<string, StrayProcess[]>> | undefined;
  /** Where many services stop at once, one look is enough for all of them. */
  const lookSoon = async () => {
    await pause(0);
    next = undefined;
    // Too few descriptors, say: then nothing can be told, and the stop goes on.
    return await look(`${VARIABLE}=${prefix}`).catch(() => new Map());
  };
  return {
    variables: (service) => ({ [VARIABLE]: `${prefix}${service}` }),
    async find(service) {
      next ??= lookSoon();
      return (await next).get(service) ?? [];
    },
  };
}

/** Lists all processes with a variable that begins so, by what follows. */
async function look(start: string): Promise<Map<string, StrayProcess[]>> {
  const found = new Map<string, StrayProcess[]>();
  for (const { pid } of await listProcesses() ?? []) {
    const variables = await readProcessFile(pid, "environ") ?? "";
    const ours = variables.split("\0").find((each) => each.startsWith(start));
    if (ours === undefined) continue;
    const service = ours.slice(start.length);
    const program = await readProcessFile(pid, "comm") ?? "";
    found.set(service, [...found.get(service) ?? [], {
      pid,
      program: program.trim(),
    }]);
  }
  return found;
}

/** Says that processes go on, and what ends them. */
export function describeStrays(strays: readonly StrayProcess[]): string {
  const named = strays.slice(0, MAX_NAMED);
  const more = strays.length - named.length;
  const names = named.map(({ pid, program }) => `${program} (pid ${pid})`);
  if (more > 0) names.push(`and ${more} more`);
  return `left ${strays.length} ${
    strays.length === 1 ? "process" : "processes"
  } behind in a session of its own, which a stop does not reach: ${
    names.join(", ")
  }; end with: kill ${named.map(({ pid }) => pid).join(" ")}`;
}
