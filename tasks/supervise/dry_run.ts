/**
 * What `supervise --dry-run` prints: the config with everything filled in, and
 * the exact command line of each service.
 *
 * Of the environment only names are shown, since values may be secrets.
 *
 * @module
 */

import { stringify } from "@std/yaml";
import {
  commandLine,
  programEnvironment,
  withheld,
} from "../../runtime/process/command_line.ts";
import {
  type Config,
  environmentOf,
  filesOfService,
  type ServiceSpec,
} from "../../supervisor/config/config.ts";
import { nextRunMs } from "../../supervisor/config/load_config.ts";
import { createModuleGuard } from "../../supervisor/modules/module_guard.ts";
import { quoteWord } from "../../runtime/program/shell_words.ts";

/** Returns the plan in the shape of `--json`. */
export async function planReport(
  config: Config,
  names: readonly string[],
): Promise<{ config: string; services: Record<string, unknown>[] }> {
  const guard = createModuleGuard(() => config);
  const services = await Promise.all(
    specsOf(config, names).map(async (spec) => {
      const env = await environmentOf(spec);
      const variables = Object.keys(env);
      const { program, args } = commandLine(
        spec,
        variables,
        env.DENO_V8_FLAGS,
      );
      const { name, runs, environment: _, envFiles, ...rest } = spec;
      const files = filesOfService(config, spec.service);
      const refused = await guard.refusalOf(spec);
      const missed = mayMissVariables(spec)
        ? withheld({ env: programEnvironment(spec, env) })
        : [];
      return {
        name,
        ...(refused === undefined ? {} : { refused }),
        commandLine: [program, ...args],
        environment: variables,
        ...(files[0] === config.path ? {} : { files }),
        ...(missed.length > 0 ? { withheld: missed } : {}),
        ...(envFiles.length > 0 ? { envFiles } : {}),
        ...(runs.kind === "script" ? { permissions: runs.permissions } : {}),
        ...rest,
        ...(spec.schedule ? { nextRuns: nextRuns(spec.schedule) } : {}),
      };
    }),
  );
  return { config: config.path, services };
}

/** So many runs show whether a schedule is meant as it is written. */
const MOST_RUNS = 3;

/** Returns when a service is due next, as ISO 8601. */
function nextRuns(schedule: NonNullable<ServiceSpec["schedule"]>): string[] {
  const runs: string[] = [];
  let atMs: number | undefined = Date.now();
  while (runs.length < MOST_RUNS) {
    atMs = nextRunMs(schedule, atMs);
    if (atMs === undefined) break;
    runs.push(new Date(atMs).toISOString());
  }
  return runs;
}

/** Returns the plan as text: YAML, and a command line to copy. */
export async function describePlan(
  config: Config,
  names: readonly string[],
): Promise<string> {
  const { services } = await planReport(config, names);
  return services.map(({ name, commandLine, ...rest }) => {
    const line = (commandLine as string[]).map(quoteWord).join(" ");
    const { withheld } = rest;
    if (withheld) rest.withheld = shorten(withheld as string[]);
    const settings = stringify(JSON.parse(JSON.stringify(rest)))
      .trimEnd().replaceAll(/^/gm, "    ");
    return `${name}:\n  ${line}\n${settings}`;
  }).join("\n\n");
}

/** So many withheld variables are named in text. */
const MAX_NAMED = 10;

function shorten(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const named = names.slice(0, MAX_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more, which --json names` : named;
}

/** True where it matters what is withheld: a script alone reads nothing of it. */
function mayMissVariables({ runs }: ServiceSpec): boolean {
  if (runs.kind === "command") return true;
  const { run = [] } = runs.permissions;
  return typeof run === "boolean" ? run : run.length > 0;
}

function specsOf(config: Config, names: readonly string[]): ServiceSpec[] {
  return [...config.services].flatMap(([service, specs]) =>
    specs.filter(({ name }) => names.includes(service) || names.includes(name))
  );
}
