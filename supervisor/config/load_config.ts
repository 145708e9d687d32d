/**
 * Loads config.yaml: reads the YAML and what it includes, then takes all of it
 * through the passes.
 *
 * 1. Keys that start with `x-` are dropped.
 * 2. The services get their names and ports.
 * 3. `${NAME}` is filled in, and so are names of services where an address is
 *    meant.
 * 4. The schema checks the result and fills in the defaults.
 * 5. Each replica becomes a spec.
 * 6. The services are checked against each other: unknown dependencies,
 *    circles, replicas that collide.
 * 7. Files are looked for.
 *
 * Every problem is reported at once.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "node:path";
import { isFileOnDisk } from "../../runtime/config/named_files.ts";
import {
  describeYamlProblem,
  readYaml,
  YamlProblem,
} from "../../runtime/config/yaml_text.ts";
import { serviceSocketAt } from "../../runtime/control/socket_folder.ts";
import { pickPort } from "../../runtime/process/free_port.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { asPathError } from "../../runtime/program/system_error.ts";
import { makeServiceSockets } from "../state_folder/own_state.ts";
import {
  type DashboardPlace,
  dashboardPlace,
  makeDashboardPlace,
  plainDashboardPlace,
} from "../state_folder/dashboard_place.ts";
import { openAutoPorts } from "./auto_ports.ts";
import { type Config, DEFAULT_CONFIG, stateDirOf } from "./config.ts";
import { atDashboardKey, mayWantDashboard } from "./dashboard.ts";
import { gatherIncluded } from "./include.ts";
import {
  checkFiles,
  checkRelations,
  checkShapes,
  clientCertificate,
  draftOf,
  dropExtensions,
  fillIn,
  makeSpecs,
  nameServices,
  type Pass,
} from "./passes.ts";
import { describePlaced } from "./placed_problems.ts";
import type { AutoPort } from "./port.ts";
import { type SocketAt, UNIX } from "./service_sockets.ts";

/** When a service with a schedule is due. */
export { nextRunMs } from "./schedule.ts";
export { chooseDashboardPort } from "./dashboard_port.ts";
export { type Written, writtenIn, type WrittenKeys } from "./written.ts";

/** Reads from top to bottom: each needs what those before it have made. */
const PASSES: readonly Pass[] = [
  dropExtensions,
  nameServices,
  fillIn,
  checkShapes,
  makeSpecs,
  checkRelations,
  checkFiles,
];

/** What {@linkcode parseConfig} needs besides the text. */
export interface ConfigContext {
  /** Where the text came from. */
  path: string;
  /** Values for `${NAME}`. @default {the environment of this process} */
  variables?: Readonly<Record<string, string | undefined>>;
  /** Tells whether a file exists. @default {asks the file system} */
  isFile?: (path: string) => boolean;
  /** Returns what an included file says. @default {reads it} */
  readFile?: (path: string) => string;
  /** How many replicas run, where that is not what the text says. */
  replicas?: ReadonlyMap<string, number>;
  /** How a refusal begins. @default {`Cannot load config "<path>"`} */
  refusal?: string;
  /** Chooses the ports for `port: auto`. @default {any free ones} */
  autoPort?: AutoPort;
  /**
   * Says where the socket of a service with `listen: unix` is. @default {in the
   * state folder}
   */
  socketAt?: SocketAt;
  /** Where a dashboard keeps what it has. @default {the state folder} */
  dashboard?: DashboardPlace;
}

/**
 * Reads a config file.
 *
 * @param beside A service of which one more process is to run: with `port: auto`
 * it has another port. @default {none}
 * @throws {UsageError} If it cannot be read, naming everything that is wrong.
 */
export function loadConfig(
  path: string,
  { beside }: { beside?: string } = {},
): Promise<Config> {
  return withReadErrors(path, async () => {
    const text = await Deno.readTextFile(path);
    return await parseWithSamePorts(text, { path }, beside);
  });
}

/**
 * Reads a config file and writes nothing: a port of `port: auto` that nobody has
 * been given yet is any free one, and another the next time.
 *
 * @param context How files are looked for, where that matters.
 * @throws {UsageError} As loadConfig().
 */
export function peekConfig(
  path: string,
  context: Pick<ConfigContext, "isFile"> = {},
): Promise<Config> {
  return withReadErrors(path, async () => {
    const stateDir = stateDirOf(path);
    return parseConfig(await Deno.readTextFile(path), {
      ...context,
      path,
      autoPort: (await openAutoPorts(stateDir)).choose,
      socketAt: await serviceSocketAt(stateDir),
      dashboard: await dashboardPlace(stateDir),
    });
  });
}

async function withReadErrors(
  path: string,
  read: () => Promise<Config>,
): Promise<Config> {
  try {
    return await read();
  } catch (error) {
    const cannot = `Cannot load config "${shortPath(path)}"`;
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(
        basename(path) === DEFAULT_CONFIG
          ? `${cannot}: there is no such file; --config=FILE names another`
          : `${cannot}: there is no such file`,
      );
    }
    throw asPathError(cannot, error) ?? error;
  }
}

/**
 * Reads the text of a config file; `port: auto` gives the ports that were chosen
 * before.
 *
 * @throws {UsageError} As parseConfig().
 * @throws {Failure} If the state folder, or that of the sockets, is not ours.
 */
export async function parseWithSamePorts(
  text: string,
  context: Omit<ConfigContext, "autoPort">,
  beside?: string,
): Promise<Config> {
  const stateDir = stateDirOf(context.path);
  const autoPorts = await openAutoPorts(stateDir);
  const config = parseConfig(text, {
    ...context,
    autoPort: beside === undefined
      ? autoPorts.choose
      : besideOthers(autoPorts.choose, beside),
    // What is included may have a socket, too.
    ...(text.includes(UNIX) || text.includes("include")
      ? { socketAt: await makeServiceSockets(stateDir) }
      : {}),
    ...(mayWantDashboard(text)
      ? { dashboard: await makeDashboardPlace(stateDir) }
      : {}),
  });
  await autoPorts.save();
  return config;
}

/** Has a service get another port than the one it has; the others keep theirs. */
function besideOthers(choose: AutoPort, service: string): AutoPort {
  return (key, taken) => {
    const port = choose(key, taken);
    const isItsOwn = key.slice(0, key.lastIndexOf("-")) === service;
    if (!isItsOwn) return port;
    // Two that start together would both find the same one free.
    return pickPort(`${key}/${Deno.pid}`, new Set([...taken, port]));
  };
}

/**
 * Reads the text of a config file.
 *
 * @throws {UsageError} Naming everything that is wrong, with its path.
 */
export function parseConfig(text: string, {
  path,
  variables = Deno.env.toObject(),
  isFile = isFileOnDisk,
  readFile = Deno.readTextFileSync,
  replicas = new Map(),
  refusal = `Cannot load config "${shortPath(resolve(path))}"`,
  autoPort = pickPort,
  socketAt = (name) => join(stateDirOf(path), "run", `${name}.sock`),
  dashboard = plainDashboardPlace(stateDirOf(path)),
}: ConfigContext): Config {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const surroundings = {
    path: absolute,
    dashboard,
    folder,
    variables,
    isFile,
    replicas,
    autoPort,
    socketAt,
  };
  const gathered = gatherIncluded(
    { path: absolute, text, written: parseYaml(text, path) },
    { variables, isFile, readFile },
  );
  const { sources, texts, isIncomplete } = gathered;
  // What is missing would be wrong everywhere else, too.
  const passes = isIncomplete ? [] : PASSES;
  const draft = passes.reduce(
    (draft, pass) => pass(draft, surroundings),
    draftOf(gathered.written, sources),
  );
  const { services, problems, dashboard: wanted } = draft;
  const all = [
    ...gathered.problems,
    // The service that it stands for is written nowhere.
    ...wanted ? problems.map(atDashboardKey) : problems,
  ];
  if (all.length > 0) {
    throw new UsageError(
      `${refusal}:\n${describePlaced(all, { path: absolute, texts, sources })}`,
    );
  }
  const clientTls = clientCertificate(draft, surroundings);
  return {
    path: absolute,
    folder,
    ...(clientTls ? { clientTls } : {}),
    texts,
    sources,
    stateDir: stateDirOf(path),
    services,
  };
}

/** @throws {UsageError} Where the text is not YAML: then there is nothing else to say. */
function parseYaml(text: string, path: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new UsageError(
      `Cannot load config "${shortPath(resolve(path))}": ${
        describeYamlProblem(error, text)
      }`,
    );
  }
}
