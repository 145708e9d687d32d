/**
 * Loads config.yaml: YAML, then `${NAME}` and names of services, then the
 * schema, then what only the whole can tell (unknown dependencies, circles, replicas that collide).
 *
 * Every problem is reported at once.
 *
 * @module
 */

import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { relevantIssues } from "../../runtime/program/schema_problems.ts";
import { type Names, textNamed } from "./addresses.ts";
import { openAutoPorts, pickPort } from "./auto_ports.ts";
import { type Config, DEFAULT_CONFIG, stateDirOf } from "./config.ts";
import { interpolate } from "./interpolation.ts";
import { knownKeys } from "./known_keys.ts";
import type { AutoPort } from "./port.ts";
import { portsOf } from "./ports.ts";
import { describeProblems, type Problem, problemsOf } from "./problems.ts";
import {
  envProblems,
  isFileOnDisk,
  missingFiles,
  relationProblems,
  unknownDependencies,
} from "./relations.ts";
import { CONFIG_SCHEMA, type ServiceShape } from "./schema.ts";
import { withAddresses } from "./service_addresses.ts";
import { type ServiceSpec, serviceSpec } from "./service_spec.ts";
import { readYaml, YamlProblem } from "./yaml_text.ts";

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
    const cannot = `Cannot load config "${shortPath(path)}"`;
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(
        basename(path) === DEFAULT_CONFIG
          ? `${cannot}: there is no such file; --config=FILE names another`
          : `${cannot}: there is no such file`,
      );
    }
    if (error instanceof Deno.errors.IsADirectory) {
      throw new UsageError(`${cannot}: it is a folder`);
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
  const autoPorts = await openAutoPorts(stateDirOf(context.path));
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
  refusal = `Cannot load config "${shortPath(resolve(path))}"`,
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
  problems.push(...unknownDependencies(servicesIn(written ?? {})));
  problems.push(...relationProblems(services, names.services));
  problems.push(...missingFiles(services, shapes, isFile));
  problems.push(...envProblems(services));
  if (problems.length > 0) {
    throw new UsageError(
      `${refusal}:\n${describeProblems(problems)}`,
    );
  }
  return {
    path: absolute,
    folder,
    text,
    stateDir: stateDirOf(path),
    services,
  };
}

function parseYaml(text: string, path: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const advice = text.split("\n")[error.line - 1]?.includes("${")
      ? "; a text with ${...} inside [ ] or { } needs quotes"
      : "";
    throw new UsageError(
      `Cannot load config "${
        shortPath(resolve(path))
      }": ${error.message}${advice}`,
    );
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
  const services = { ...servicesIn(written ?? {}) };
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
  for (const issue of relevantIssues(result.error.issues)) {
    for (const problem of problemsOf(issue, knownKeys)) {
      // A variable without a value is the cause; what follows is noise.
      if (!unfilledAt.has(problem.path.join("."))) problems.push(problem);
    }
  }
  return rightOnes(services, result.error.issues);
}

/** Returns the services that are right, so that what is wrong between them is told as well. */
function rightOnes(
  services: unknown,
  issues: readonly { path: readonly PropertyKey[] }[],
): Record<string, ServiceShape> {
  if (typeof services !== "object" || services === null) return {};
  const wrong = new Set(issues.map(({ path: [, service] }) => service));
  const right = Object.entries(services).filter(([name]) => !wrong.has(name));
  const result = CONFIG_SCHEMA.safeParse({
    services: Object.fromEntries(right),
  });
  return result.success ? result.data.services : {};
}
