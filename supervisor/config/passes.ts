/**
 * The passes that lead from what config.yaml says to what runs.
 *
 * Each pass takes a draft and returns the next one. The new draft is more
 * exact, and the problems that the pass has found are added to it. No pass
 * stops at a problem, so that a user reads all of them at once. load_config.ts
 * has the order.
 *
 * @module
 */

import { withoutExtensions } from "../../runtime/config/extensions.ts";
import { interpolate } from "../../runtime/config/interpolation.ts";
import { knownKeys } from "../../runtime/config/known_keys.ts";
import {
  type Checked,
  type Problem,
  problemsOf,
} from "../../runtime/config/problems.ts";
import { relevantIssues } from "../../runtime/program/schema_problems.ts";
import { type Names, textNamed } from "./addresses.ts";
import type { AutoPort } from "./port.ts";
import { portsOf } from "./ports.ts";
import {
  envProblems,
  isMap,
  missingFiles,
  relationProblems,
  reservedVariables,
  unknownDependencies,
} from "./relations.ts";
import {
  CONFIG_SCHEMA,
  configJsonSchema,
  type ConfigShape,
  type ServiceShape,
} from "./schema.ts";
import { withAddresses } from "./service_addresses.ts";
import { type SocketAt, socketsOf } from "./service_sockets.ts";
import { type ServiceSpec, serviceSpec } from "./service_spec.ts";

/** A config on its way from what is written to what runs. */
export interface Draft {
  /** What the file says. */
  written: unknown;
  /** What its texts may refer to. */
  names: Names;
  /** What is written, filled in as the first replica of each service reads it. */
  filled: unknown;
  /** What the schema makes of each service that is right. */
  shapes: Readonly<Record<string, ServiceShape>>;
  /** The processes of each service that is right. */
  services: ReadonlyMap<string, readonly ServiceSpec[]>;
  /** What is wrong, in the order in which it was found. */
  problems: readonly Problem[];
}

/** What the passes know besides the file. */
export interface Surroundings {
  /** The folder that paths are relative to. */
  folder: string;
  /** Values for `${NAME}`. */
  variables: Readonly<Record<string, string | undefined>>;
  /** How many replicas run, where that is not what the file says. */
  replicas: ReadonlyMap<string, number>;
  /** Chooses the ports for `port: auto`. */
  autoPort: AutoPort;
  /** Says where the socket of a service with `listen: unix` is. */
  socketAt: SocketAt;
  /** Tells whether a file exists. */
  isFile: (path: string) => boolean;
}

/** One step of a draft. */
export type Pass = (draft: Draft, surroundings: Surroundings) => Draft;

/** Returns the draft that the first pass takes. */
export function draftOf(written: unknown): Draft {
  return {
    written,
    names: { services: [], ports: new Map(), sockets: new Map() },
    filled: written,
    shapes: {},
    services: new Map(),
    problems: [],
  };
}

/** Drops keys that start with `x-`, which are the user's own. */
export function dropExtensions(draft: Draft): Draft {
  return { ...draft, written: withoutExtensions(draft.written, NAMED) };
}

/** Finds the names of the services, and the ports that they stand for. */
export function nameServices(
  draft: Draft,
  { variables, autoPort, socketAt, replicas }: Surroundings,
): Draft {
  const services = { ...servicesIn(draft.written) };
  return {
    ...draft,
    names: {
      services: Object.keys(services),
      ports: portsOf(services, variables, autoPort, replicas),
      sockets: socketsOf(services, variables, socketAt, replicas),
    },
  };
}

/** Fills in variables and addresses. */
export function fillIn(draft: Draft, { variables }: Surroundings): Draft {
  const { value, problems } = filledIn(
    draft.written,
    draft.names,
    variables,
    0,
  );
  return {
    ...draft,
    filled: value,
    problems: [...draft.problems, ...problems],
  };
}

/** Checks against the schema, which fills in the defaults. */
export function checkShapes(draft: Draft): Draft {
  const { value, problems } = shapesOf(draft.filled, draft.problems);
  return {
    ...draft,
    shapes: value,
    problems: [...draft.problems, ...problems],
  };
}

/** Makes the specs of all processes; each replica reads the file for itself. */
export function makeSpecs(draft: Draft, surroundings: Surroundings): Draft {
  const { names, shapes } = draft;
  const problems = [...draft.problems];
  const services = Object.entries(shapes).map(([service, first]) => {
    const count = surroundings.replicas.get(service) ?? first.deploy.replicas;
    const specs = Array.from({ length: count }, (_, replica) => {
      const shape = replica === 0
        ? { value: first, problems: [] }
        : replicaShape(service, replica, draft, surroundings);
      problems.push(...shape.problems);
      return serviceSpec(
        count === 1 ? service : `${service}-${replica + 1}`,
        service,
        shape.value,
        surroundings.folder,
        {
          port: names.ports.get(service)?.[replica],
          socket: names.sockets.get(service)?.[replica],
        },
      );
    });
    return [service, specs] as const;
  });
  return { ...draft, services: new Map(services), problems };
}

/** Finds what is wrong between services: what they depend on, share and are called. */
export function checkRelations(draft: Draft): Draft {
  return {
    ...draft,
    problems: [
      ...draft.problems,
      ...unknownDependencies(servicesIn(draft.written)),
      ...relationProblems(draft.services, draft.names.services),
      ...reservedVariables(draft.services),
    ],
  };
}

/** Finds files that are not there, and env files that mean nothing. */
export function checkFiles(draft: Draft, { isFile }: Surroundings): Draft {
  return {
    ...draft,
    problems: [
      ...draft.problems,
      ...missingFiles(draft.services, draft.shapes, isFile),
      ...envProblems(draft.services),
    ],
  };
}

function keysAt(path: readonly PropertyKey[]): string[] {
  return knownKeys(configJsonSchema(), path);
}

/** Maps whose keys are names that the user chooses. */
const NAMED = ["services", "environment", "depends_on"];

/** Returns what stands under `services`, whatever it is. */
function servicesIn(written: unknown): Record<string, unknown> {
  return (written as { services: Record<string, unknown> } | null | undefined)
    ?.services ?? {};
}

/** Fills in what one of the replicas, counted from 0, reads. */
function filledIn(
  written: unknown,
  names: Names,
  variables: Surroundings["variables"],
  replica: number,
): Checked<unknown> {
  const { value, problems } = interpolate(
    written,
    { ...variables, REPLICA: String(replica + 1) },
    (name, field, [root, service]) =>
      textNamed(
        name,
        field,
        names,
        root === "services" ? { service: String(service), replica } : undefined,
      ),
  );
  const { services } = Object(value);
  if (!isMap(services)) return { value, problems };
  const resolved = Object.entries(services).map(([service, shape]) => {
    const checked = withAddresses(shape, names, { service, replica });
    return { service, ...checked };
  });
  return {
    value: {
      ...Object(value),
      services: Object.fromEntries(
        resolved.map(({ service, value }) => [service, value]),
      ),
    },
    problems: [...problems, ...resolved.flatMap(({ problems }) => problems)],
  };
}

/**
 * Checks what has been filled in.
 *
 * @param unfilled The problems of filling in. Each is the cause of whatever else
 * is wrong at its place.
 */
function shapesOf(
  filled: unknown,
  unfilled: readonly Problem[],
): Checked<Record<string, ServiceShape>> {
  if (filled === null || filled === undefined) {
    const message = "the file is empty: services is missing";
    return { value: {}, problems: [{ path: [], message }] };
  }
  const result = CONFIG_SCHEMA.safeParse(filled, { reportInput: true });
  if (result.success) return { value: withDefaults(result.data), problems: [] };
  const { issues } = result.error;
  const unfilledAt = new Set(unfilled.map(({ path }) => path.join(".")));
  return {
    value: rightOnes(servicesIn(filled), issues),
    problems: relevantIssues(issues)
      .flatMap((issue) => problemsOf(issue, keysAt))
      .filter(({ path }) => !unfilledAt.has(path.join("."))),
  };
}

/** Returns the services that are right, so that what is wrong between them is found as well. */
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
  return result.success ? withDefaults(result.data) : {};
}

/** Returns the services, with what the whole file says where they say nothing. */
function withDefaults(
  { services, auth }: ConfigShape,
): Record<string, ServiceShape> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      { ...service, auth: service.auth ?? auth },
    ]),
  );
}

/** Returns a service as one of its further replicas reads it. */
function replicaShape(
  service: string,
  replica: number,
  { written, names, shapes }: Draft,
  { variables }: Surroundings,
): Checked<ServiceShape> {
  const own = {
    ...(isMap(written) ? written : {}),
    services: { [service]: servicesIn(written)[service] },
  };
  const filled = filledIn(own, names, variables, replica);
  const checked = shapesOf(filled.value, filled.problems);
  return {
    // With a problem there is no config; the first keeps the others comparable.
    value: checked.value[service] ?? shapes[service]!,
    problems: [...filled.problems, ...checked.problems],
  };
}
