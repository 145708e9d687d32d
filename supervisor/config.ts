/**
 * Loads config.yaml: YAML, then `${NAME}` and names of services, then the
 * schema, then what only the whole can tell (unknown dependencies, circles, replicas that collide).
 *
 * Every problem is reported at once.
 *
 * @module
 */

import { parse } from "@std/yaml";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UsageError } from "../runtime/program/errors.ts";
import { type Names, textNamed } from "./addresses.ts";
import { openAutoPorts, pickPort } from "./auto_ports.ts";
import {
  describeProblems,
  nearest,
  type Problem,
  problemsOf,
} from "./config_problems.ts";
import {
  CONFIG_SCHEMA,
  configJsonSchema,
  type ServiceShape,
} from "./config_schema.ts";
import { type DependencyGraph, findCircle } from "./dependency_order.ts";
import { interpolate } from "./interpolation.ts";
import { type AutoPort, MAX_PORT, portsOf } from "./ports.ts";
import { withAddresses } from "./service_addresses.ts";
import { type ServiceSpec, serviceSpec } from "./service_spec.ts";

/** A config file that has been read and found right. */
export interface Config {
  /** The file, as an absolute path. */
  path: string;
  /** The file, as the user has named it. */
  source: string;
  /** The folder that paths in it are relative to. */
  folder: string;
  /** What the file says. */
  text: string;
  /** Where the supervisor keeps its files. */
  stateDir: string;
  /** The processes of each service: one, or one for each replica. */
  services: ReadonlyMap<string, readonly ServiceSpec[]>;
}

/** What {@linkcode parseConfig} needs besides the text. */
export interface ConfigContext {
  /** Where the text came from. */
  path: string;
  /** Values for `${NAME}`. @default {the environment of this process} */
  variables?: Readonly<Record<string, string | undefined>>;
  /** Tells whether a file exists. @default {asks the file system} */
  isFile?: (path: string) => boolean;
  /** How many replicas run, where that is not what the text says. */
  replicas?: ReadonlyMap<string, number>;
  /** How a refusal begins. @default {`Cannot load config "<path>"`} */
  refusal?: string;
  /** Chooses the ports for `port: auto`. @default {any free ones} */
  autoPort?: AutoPort;
}

/**
 * Reads a config file.
 *
 * @throws {UsageError} If it cannot be read, naming everything that is wrong.
 */
export async function loadConfig(path: string): Promise<Config> {
  try {
    return await parseWithSamePorts(await Deno.readTextFile(path), { path });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(
        `Cannot load config "${path}": there is no such file`,
      );
    }
    if (error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`Cannot load config "${path}": it is a folder`);
    }
    throw error;
  }
}

/**
 * Reads the text of a config file; `port: auto` gives the ports that were chosen
 * before.
 *
 * @throws {UsageError} As parseConfig().
 */
export async function parseWithSamePorts(
  text: string,
  context: Omit<ConfigContext, "autoPort">,
): Promise<Config> {
  const autoPorts = await openAutoPorts(stateDirBeside(context.path));
  const config = parseConfig(text, { ...context, autoPort: autoPorts.choose });
  await autoPorts.save();
  return config;
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
  replicas: replicasOf = new Map(),
  refusal = `Cannot load config "${path}"`,
  autoPort = pickPort,
}: ConfigContext): Config {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const written = withoutExtensions(parseYaml(text, path));
  const problems: Problem[] = [];
  const names = namesIn(written, variables, autoPort, replicasOf);
  const shapes = shapesOf(written, variables, names, 0, problems);
  const services = new Map<string, ServiceSpec[]>();
  for (const [service, shape] of Object.entries(shapes)) {
    const replicas = replicasOf.get(service) ?? shape.deploy.replicas;
    const specs = Array.from({ length: replicas }, (_, index) => {
      const number = String(index + 1);
      const own = index === 0 ? shape : shapesOf(
        { services: { [service]: servicesIn(written)[service] } },
        variables,
        names,
        index,
        problems,
      )[service] ?? shape;
      const name = replicas === 1 ? service : `${service}-${number}`;
      const port = names.ports.get(service)?.[index];
      return serviceSpec(name, service, own, folder, port);
    });
    services.set(service, specs);
  }
  problems.push(...relationProblems(services));
  problems.push(...missingFiles(services, shapes, isFile));
  if (problems.length > 0) {
    throw new UsageError(
      `${refusal}:\n${describeProblems(problems)}`,
    );
  }
  return {
    path: absolute,
    source: path,
    folder,
    text,
    stateDir: stateDirBeside(path),
    services,
  };
}

/** Returns where the supervisor of a config keeps its files. */
function stateDirBeside(path: string): string {
  return join(dirname(resolve(path)), ".denizen");
}

/** Returns which services depend on which. */
export function graphOf(
  { services }: Pick<Config, "services">,
): DependencyGraph {
  return new Map(
    [...services].map(([name, [spec]]) => [
      name,
      (spec?.dependsOn ?? []).map(({ service }) => service),
    ]),
  );
}

/**
 * Returns the services that words of a command line name.
 *
 * @param words Names of services or of single replicas.
 * @throws {UsageError} For a name that is not in the config.
 */
export function requireServices(
  { services, path }: Pick<Config, "services" | "path">,
  words: readonly string[],
): void {
  const known = [...services].flatMap(([service, specs]) => [
    service,
    ...specs.map(({ name }) => name),
  ]);
  for (const word of words) {
    if (known.includes(word)) continue;
    throw new UsageError(
      `Cannot find service "${word}" in ${basename(path)}${
        nearest(word, known) ||
        `: services are ${[...services.keys()].join(", ")}`
      }`,
    );
  }
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // The library's error for text that is not YAML; its first line has the
    // place, the others repeat the text.
    if (!(error instanceof Error)) throw error;
    const [reason = ""] = error.message.split("\n");
    const line = Number(/ at line (\d+)/.exec(reason)?.[1]);
    const advice = text.split("\n")[line - 1]?.includes("${")
      ? "; a text with ${...} inside [ ] or { } needs quotes"
      : "";
    throw new UsageError(`Cannot load config "${path}": ${reason}${advice}`);
  }
}

/** Maps whose keys are names that the user chooses. */
const NAMED = ["services", "environment", "depends_on"];

/** Drops keys that start with `x-`, which are the user's own. */
function withoutExtensions(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutExtensions(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => NAMED.includes(key ?? "") || !name.startsWith("x-"))
      .map(([name, each]) => [
        name,
        // A service that happens to be called "environment" is still a service.
        withoutExtensions(each, key === "services" ? undefined : name),
      ]),
  );
}

function servicesIn(written: unknown): Record<string, unknown> {
  return (written as { services: Record<string, unknown> }).services;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Returns what texts of the config may refer to; the schema comes later. */
function namesIn(
  written: unknown,
  variables: Variables,
  autoPort: AutoPort,
  replicasOf: ReadonlyMap<string, number>,
): Names {
  const services = Object.assign({}, servicesIn(written ?? {}));
  return {
    services: Object.keys(services),
    ports: portsOf(services, variables, autoPort, replicasOf),
  };
}

/**
 * Fills in variables and addresses for one of the replicas, counted from 0,
 * and checks against the schema; collects problems.
 */
function shapesOf(
  written: unknown,
  variables: Variables,
  names: Names,
  replica: number,
  problems: Problem[],
): Record<string, ServiceShape> {
  if (written === null || written === undefined) {
    problems.push({
      path: [],
      message: "the file is empty: services is missing",
    });
    return {};
  }
  const unfilled: Problem[] = [];
  const filled = interpolate(
    written,
    { ...variables, REPLICA: String(replica + 1) },
    unfilled,
    (name, field, [root, service]) =>
      textNamed(
        name,
        field,
        names,
        root === "services" ? { service: String(service), replica } : undefined,
      ),
  );
  const services = servicesIn(filled);
  if (typeof services === "object" && services !== null) {
    for (const [service, shape] of Object.entries(services)) {
      const asker = { service, replica };
      services[service] = withAddresses(shape, names, asker, unfilled);
    }
  }
  problems.push(...unfilled);
  const result = CONFIG_SCHEMA.safeParse(filled, { reportInput: true });
  if (result.success) return result.data.services;
  const unfilledAt = new Set(unfilled.map(({ path }) => path.join(".")));
  // Where a key is misspelt, what it was to say is not missing.
  const misspeltAt = new Set(
    result.error.issues
      .filter(({ code }) => code === "unrecognized_keys")
      .map(({ path }) => path.join(".")),
  );
  for (const issue of result.error.issues) {
    if (issue.code === "custom" && misspeltAt.has(issue.path.join("."))) {
      continue;
    }
    for (const problem of problemsOf(issue, knownKeys)) {
      // A variable without a value is the cause; what follows is noise.
      if (!unfilledAt.has(problem.path.join("."))) problems.push(problem);
    }
  }
  return {};
}

/** Names the keys that the schema knows at a path. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let nodes: JsonSchema[] = [JSON.parse(configJsonSchema())];
  for (const part of path) {
    nodes = nodes.flatMap((node) =>
      [node, ...node.anyOf ?? []].flatMap((each) => {
        const next = each.properties?.[String(part)] ??
          each.additionalProperties ?? each.items;
        return typeof next === "object" ? [next] : [];
      })
    );
  }
  return nodes.flatMap((node) => [node, ...node.anyOf ?? []])
    .flatMap((node) => Object.keys(node.properties ?? {}));
}

/** The few words of JSON Schema that lead from a path to its keys. */
interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** Finds what is wrong between services that are right one by one. */
function relationProblems(
  services: ReadonlyMap<string, readonly ServiceSpec[]>,
): Problem[] {
  const problems: Problem[] = [];
  const names = [...services.keys()];
  for (const [service, specs] of services) {
    const path = ["services", service];
    for (const { service: other, condition } of specs[0]?.dependsOn ?? []) {
      const dependency = services.get(other)?.[0];
      const message = other === service
        ? "depends on itself"
        : dependency === undefined
        ? `there is no service "${other}"${nearest(other, names)}`
        : condition === "service_healthy" && !dependency.healthcheck
        ? `"${other}" has no healthcheck, so it never becomes healthy`
        : condition === "service_completed_successfully" &&
            dependency.restart.when === "always"
        ? `"${other}" has restart: always, so it never completes`
        : undefined;
      if (message) {
        problems.push({ path: [...path, "depends_on", other], message });
      }
    }
    const [first, second] = specs;
    const address = first?.healthcheck?.probe;
    if (
      address && address.kind !== "exec" &&
      JSON.stringify(address) === JSON.stringify(second?.healthcheck?.probe)
    ) {
      problems.push({
        path: [...path, "healthcheck", address.kind],
        message:
          `${specs.length} replicas would be checked at one place; write their number into it, as in 127.0.0.1:555\${REPLICA}`,
      });
    }
    problems.push(...portProblems(service, services));
    const taken = specs.length > 1
      ? specs.find(({ name }) => services.has(name))
      : undefined;
    if (taken) {
      problems.push({
        path: [...path, "deploy", "replicas"],
        message:
          `a replica would be called "${taken.name}", as another service is`,
      });
    }
  }
  const circle = problems.length === 0
    ? findCircle(graphOf({ services }))
    : undefined;
  if (circle) {
    problems.push({
      path: ["services"],
      message: `these depend on each other in a circle: ${circle.join(" -> ")}`,
    });
  }
  return problems;
}

/** Finds a port that does not exist, or that an earlier service has. */
function portProblems(
  service: string,
  services: ReadonlyMap<string, readonly ServiceSpec[]>,
): Problem[] {
  const path = ["services", service, "port"];
  const specs = [...services].flatMap(([, specs]) => specs);
  return (services.get(service) ?? []).flatMap((spec, index) => {
    const { port, name, profiles } = spec;
    if (port === undefined) return [];
    if (port > MAX_PORT) {
      return [{ path, message: `replica ${index + 1} would get port ${port}` }];
    }
    // Services of profiles need not run together.
    const other = specs.slice(0, specs.indexOf(spec)).find((each) =>
      each.port === port && each.profiles.length + profiles.length === 0
    );
    return other
      ? [{ path, message: `"${name}" and "${other.name}" would share ${port}` }]
      : [];
  });
}

function missingFiles(
  services: ReadonlyMap<string, readonly ServiceSpec[]>,
  shapes: Record<string, ServiceShape>,
  isFile: (path: string) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  for (const [service, specs] of services) {
    for (const { runs, envFiles } of specs) {
      if (runs.kind === "script" && !isFile(runs.script)) {
        problems.push({
          path: ["services", service, "script"],
          message: `file "${shapes[service]?.script}" does not exist`,
        });
      }
      for (const file of envFiles.filter((each) => !isFile(each))) {
        problems.push({
          path: ["services", service, "env_file"],
          message: `file "${relative(Deno.cwd(), file)}" does not exist`,
        });
      }
    }
  }
  return problems;
}

function isFileOnDisk(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
