/**
 * Looks at a config: whether it can be read, what its services need, and where
 * the supervisor keeps its files.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { isSocketPath } from "../../runtime/control/socket_folder.ts";
import { statIfThere } from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { isFree } from "../../runtime/process/free_port.ts";
import { findStartFailure } from "../../runtime/process/start_failure.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { findPortHolder } from "../../runtime/rpc/port_holder.ts";
import {
  type Config,
  DEFAULT_CONFIG,
  requireOwnState,
  type ServiceSpec,
  stateDirOf,
} from "../../supervisor/config/config.ts";
import { loadConfig } from "../../supervisor/config/load_config.ts";
import { connectControl, isClaimed } from "../../supervisor/control/client.ts";
import { findMappedLibrary } from "../library/mapped_library.ts";
import { type Check, ok, problem, warning } from "./check.ts";

/** Looks at a config and all it names. */
export async function checkConfig(path: string): Promise<Check[]> {
  const name = `"${shortPath(path)}"`;
  if (!await statIfThere(path)) {
    // A project of a pipeline needs none, and has its files already.
    if (
      basename(path) === DEFAULT_CONFIG &&
      await isProject(dirname(path))
    ) return [ok("config", `there is no ${name}: no services are listed`)];
    return [
      warning(
        "config",
        `there is no ${name}`,
        `\`${commandFor("init")}\` makes one`,
      ),
    ];
  }
  const state = await checkState(path);
  let config: Config;
  try {
    config = await loadConfig(path);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof Failure)) throw error;
    return [problem("config", asLine(error.message), "mend it"), ...state];
  }
  const runs = await runningServices(config);
  const specs = [...config.services.values()].flat();
  return [
    ok(
      "config",
      `${name} lists ${quantity(config.services.size, "service")}${
        runs === undefined ? "" : ", and a supervisor runs them"
      }`,
    ),
    ...state,
    ...await checkPorts(specs, runs ?? new Set()),
    ...await checkPrograms(specs),
  ];
}

/** Whether a deno.json there maps the library, as that of any project does. */
async function isProject(folder: string): Promise<boolean> {
  try {
    return await findMappedLibrary(folder) !== undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false; // the check of the library says why
  }
}

/** The names of the services that run now; undefined without a supervisor. */
async function runningServices(
  { path, stateDir }: Config,
): Promise<Set<string> | undefined> {
  try {
    if (!await isClaimed(stateDir)) return undefined;
    const { services } = await (await connectControl(path)).list();
    return new Set(
      services.filter(({ pid }) => pid !== undefined).map(({ name }) => name),
    );
  } catch {
    // Whatever it is that cannot be asked: its ports are looked at then.
    return undefined;
  }
}

/** Looks at the folder of the state, and whether a socket has room there. */
async function checkState(path: string): Promise<Check[]> {
  const CHECK = "state";
  let folder: string;
  try {
    folder = stateDirOf(path);
    await requireOwnState(folder);
    const place = await statIfThere(folder) ? folder : join(path, "..");
    await Deno.remove(await Deno.makeTempFile({ dir: place, prefix: ".try-" }));
  } catch (error) {
    const reason = error instanceof Failure || error instanceof UsageError
      ? error.message
      : `"${shortPath(join(path, ".."))}" cannot be written: ${
        systemReason(error)
      }`;
    return [problem(CHECK, asLine(reason), "change its owner or its rights")];
  }
  const named = `"${shortPath(folder)}" can be written`;
  return [
    ok(
      CHECK,
      isSocketPath(join(folder, "control.sock"))
        ? named
        : `${named}; its path is too long for sockets, so these have a folder of their own`,
    ),
  ];
}

/** Looks at the ports on which services are to listen. */
export async function checkPorts(
  specs: readonly Pick<ServiceSpec, "name" | "port">[],
  running: ReadonlySet<string>,
): Promise<Check[]> {
  const taken: Check[] = [];
  const ports = specs.flatMap(({ name, port }) =>
    port === undefined ? [] : [{ name, port }]
  );
  for (const { name, port } of ports) {
    if (running.has(name) || isFree(port)) continue;
    const holder = await findPortHolder(port);
    taken.push(
      holder === undefined
        ? problem(
          "ports",
          `port ${port} of ${name} is taken`,
          "end who listens there, or write another port or `port: auto`",
        )
        : problem(
          "ports",
          `port ${port} of ${name} is taken by ${holder.program} (pid ${holder.pid})`,
          "end it, or write another port or `port: auto`",
        ),
    );
  }
  if (taken.length > 0) return taken;
  const some = (ofRunning: boolean) =>
    ports.filter(({ name }) => running.has(name) === ofRunning)
      .map(({ name, port }) => `${port} (${name})`).join(", ");
  const [used, free] = [some(true), some(false)];
  const found = [
    ...used ? [`used by what runs: ${used}`] : [],
    ...free ? [`free: ${free}`] : [],
  ];
  return [ok("ports", found.join("; ") || "none is needed")];
}

/** Looks at programs that are no scripts, and at what builds them. */
export async function checkPrograms(
  specs: readonly ServiceSpec[],
): Promise<Check[]> {
  const checks = new Map<string, Check>();
  for (const spec of specs) {
    if (spec.runs.kind === "script") continue;
    const missing = await findStartFailure({ ...spec, buildWith: undefined });
    const found = `${spec.service}: ${missing}`;
    if (missing === undefined) continue;
    const { buildWith } = spec;
    const tool = buildWith === undefined ? undefined : toolOf(buildWith);
    const hasTool = tool === undefined ||
      await findStartFailure({
          ...spec,
          runs: { kind: "command", program: tool, args: [] },
          buildWith: undefined,
        }) === undefined;
    const isOptional = spec.profiles.length > 0;
    const remedy = buildWith === undefined
      ? "install it, or change `command`"
      : hasTool
      ? `build it with: ${buildWith}`
      : `install ${tool}, then build it with: ${buildWith}`;
    checks.set(
      spec.service,
      isOptional
        ? warning("programs", found, remedy)
        : problem("programs", found, remedy),
    );
  }
  return [...checks.values()];
}

/** The program that a command line begins with, after its variables. */
function toolOf(commandLine: string): string | undefined {
  return commandLine.split(/\s+/).find((word) => !/^\w+=/.test(word));
}

/** A message of several lines, as one. */
function asLine(message: string): string {
  return message.split(/\n\s*/).join("; ").replace(":;", ":");
}
