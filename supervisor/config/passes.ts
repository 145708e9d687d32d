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

import { advertisedBy } from "./advertised.ts";
import { isDeepStrictEqual } from "node:util";
import { withoutExtensions } from "../../runtime/config/extensions.ts";
import { interpolate } from "../../runtime/config/interpolation.ts";
import { knownKeys } from "../../runtime/config/known_keys.ts";
import {
  type Checked,
  type Problem,
  problemsOf,
} from "../../runtime/config/problems.ts";
import type { DashboardPlace } from "../state_folder/dashboard_place.ts";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import { relevantIssues } from "../../runtime/program/schema_problems.ts";
import { type Names, textNamed } from "./addresses.ts";
import {
  DASHBOARD,
  dashboardProblems,
  dashboardService,
  portOfDashboard,
  type WantedDashboard,
  wantedDashboard,
  withDashboardPort,
} from "./dashboard.ts";
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
import {
  besidesTls,
  CLIENT,
  filesOfTls,
  type ServiceTls,
  SUPERVISOR,
  tlsProblems,
  tlsWrittenFor,
} from "./tls.ts";
import { type SocketAt, socketsOf } from "./service_sockets.ts";
import { type ServiceSpec, serviceSpec } from "./service_spec.ts";
import { type Source, type Sources, variablesFor } from "./source.ts";

/** A config on its way from what is written to what runs. */
export interface Draft {
  /** What the file says, that which it includes put in. */
  written: unknown;
  /** Where the services of included files are written. */
  sources: Sources;
  /** The dashboard that is among the services; undefined: none is. */
  dashboard: WantedDashboard | undefined;
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
  /** The config, as an absolute path. */
  path: string;
  /** Where a dashboard keeps what it has. */
  dashboard: DashboardPlace;
  /** The folder that paths are relative to, except in included files. */
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
export function draftOf(
  written: unknown,
  sources: Sources = new Map(),
): Draft {
  return {
    written,
    sources,
    dashboard: undefined,
    names: {
      services: [],
      ports: new Map(),
      sockets: new Map(),
      advertised: new Map(),
    },
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
  { variables, autoPort, socketAt, replicas, path, dashboard }: Surroundings,
): Draft {
  const written = servicesIn(draft.written);
  const wanted = wantedDashboard(draft.written, variables);
  const services = {
    ...written,
    ...(wanted ? { [DASHBOARD]: portOfDashboard(wanted) } : {}),
  };
  const variablesOf = (service: string) =>
    variablesFor(service, draft.sources, variables);
  const choose = wanted ? withDashboardPort(autoPort) : autoPort;
  const ports = portsOf(services, variablesOf, choose, replicas);
  const names = {
    services: Object.keys(services),
    ports,
    sockets: socketsOf(services, variablesOf, socketAt, replicas),
    advertised: advertisedBy(services, variablesOf, ports, replicas),
  };
  if (!wanted) return { ...draft, names };
  const own = dashboardService(wanted, { path, place: dashboard, names });
  return {
    ...draft,
    names,
    written: {
      ...Object(draft.written),
      services: { ...services, [DASHBOARD]: own },
    },
    dashboard: wanted,
    problems: [
      ...draft.problems,
      ...dashboardProblems(wanted, Object.keys(written), names),
    ],
  };
}

/** Fills in variables and addresses. */
export function fillIn(draft: Draft, { variables }: Surroundings): Draft {
  const { value, problems } = filledIn(draft.written, draft, variables, 0);
  return {
    ...draft,
    filled: value,
    problems: [...draft.problems, ...problems],
  };
}

/** Checks against the schema, which fills in the defaults. */
export function checkShapes(draft: Draft): Draft {
  const { value, problems } = shapesOf(
    draft.filled,
    draft.problems,
    draft.sources,
  );
  return {
    ...draft,
    shapes: value,
    problems: [...draft.problems, ...problems],
  };
}

/** Makes the specs of all processes; each replica reads the file for itself. */
export function makeSpecs(draft: Draft, surroundings: Surroundings): Draft {
  const { names, shapes, sources } = draft;
  const problems = [...draft.problems];
  const certificatesOf = (service: string, replica: number) => {
    const found = certificatesFor(service, replica, draft, surroundings);
    // What a whole file says wrongly is wrong for each of its services.
    const isNew = (problem: Problem) =>
      !problems.some((each) => isDeepStrictEqual(each, problem));
    problems.push(...found.problems.filter(isNew));
    return found.value;
  };
  const services = Object.entries(shapes).map(([service, first]) => {
    const count = surroundings.replicas.get(service) ?? first.deploy.replicas;
    const specs = Array.from({ length: count }, (_, replica) => {
      const shape = replica === 0
        ? { value: first, problems: [] }
        : replicaShape(service, replica, draft, surroundings);
      problems.push(...shape.problems);
      const source = sources.get(service);
      const spec = serviceSpec(
        count === 1 ? service : `${service}-${replica + 1}`,
        service,
        shape.value,
        source?.folder ?? surroundings.folder,
        {
          port: names.ports.get(service)?.[replica],
          socket: names.sockets.get(service)?.[replica],
          advertise: names.advertised.get(service)?.[replica],
          tls: certificatesOf(service, replica),
        },
        { looksOn: draft.dashboard !== undefined && service === DASHBOARD },
      );
      return source
        ? withDefaultsFor(spec, source, surroundings.variables)
        : spec;
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
      ...tlsProblems(draft.services, isFile, draft.problems),
      ...envProblems(draft.services),
    ],
  };
}

/** Names the keys that a config may have at a path. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  return knownKeys(configJsonSchema(), path);
}

/** Maps whose keys are names that the user chooses. */
export const NAMED = ["services", "environment", "depends_on"];

/** Returns what stands under `services`, whatever it is. */
function servicesIn(written: unknown): Record<string, unknown> {
  return (written as { services: Record<string, unknown> } | null | undefined)
    ?.services ?? {};
}

/** Gives a service the variables that it passes on and only its files have. */
function withDefaultsFor(
  spec: ServiceSpec,
  { defaults }: Source,
  variables: Surroundings["variables"],
): ServiceSpec {
  const environment = Object.entries(spec.environment).map(([name, value]) => [
    name,
    value ?? (variables[name] === undefined ? defaults[name] ?? null : null),
  ]);
  return { ...spec, environment: Object.fromEntries(environment) };
}

/** Fills in what one of the replicas, counted from 0, reads. */
function filledIn(
  written: unknown,
  { names, sources }: Pick<Draft, "names" | "sources">,
  variables: Surroundings["variables"],
  replica: number,
): Checked<unknown> {
  const fill = (value: unknown, path: PropertyKey[], service?: string) => {
    const own = service === undefined
      ? variables
      : variablesFor(service, sources, variables);
    const asker = service === undefined ? undefined : { service, replica };
    const { value: filled, problems } = besidesTls(
      value,
      (rest) =>
        interpolate(
          rest,
          { ...own, REPLICA: String(replica + 1) },
          (name, field) => textNamed(name, field, names, asker),
        ),
    );
    return {
      value: filled,
      problems: problems.map((each) => ({
        ...each,
        path: [...path, ...each.path],
      })),
    };
  };
  const { services, ...others } = Object(written);
  if (!isMap(written) || !isMap(services)) return fill(written, []);
  const rest = fill(others, []);
  const filled = Object.entries(services).map(([service, shape]) => {
    const own = fill(shape, ["services", service], service);
    const { value, problems } = withAddresses(own.value, names, {
      service,
      replica,
    });
    return { service, value, problems: [...own.problems, ...problems] };
  });
  return {
    value: {
      ...Object(rest.value),
      services: Object.fromEntries(
        filled.map(({ service, value }) => [service, value]),
      ),
    },
    problems: [...rest.problems, ...filled.flatMap(({ problems }) => problems)],
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
  sources: Sources,
): Checked<Record<string, ServiceShape>> {
  if (filled === null || filled === undefined) {
    const message = "the file is empty: services is missing";
    return { value: {}, problems: [{ path: [], message }] };
  }
  const result = CONFIG_SCHEMA.safeParse(filled, { reportInput: true });
  if (result.success) {
    return { value: withDefaults(result.data, sources), problems: [] };
  }
  const { issues } = result.error;
  const unfilledAt = new Set(unfilled.map(({ path }) => path.join(".")));
  return {
    value: rightOnes(servicesIn(filled), issues, sources),
    problems: relevantIssues(issues)
      .flatMap((issue) => problemsOf(issue, keysAt))
      .filter(({ path }) => !unfilledAt.has(path.join("."))),
  };
}

/** Returns the services that are right, so that what is wrong between them is found as well. */
function rightOnes(
  services: unknown,
  issues: readonly { path: readonly PropertyKey[] }[],
  sources: Sources,
): Record<string, ServiceShape> {
  if (typeof services !== "object" || services === null) return {};
  const wrong = new Set(issues.map(({ path: [, service] }) => service));
  const right = Object.entries(services).filter(([name]) => !wrong.has(name));
  const result = CONFIG_SCHEMA.safeParse({
    services: Object.fromEntries(right),
  });
  return result.success ? withDefaults(result.data, sources) : {};
}

/** Returns the services, with what the whole file says where they say nothing. */
function withDefaults(
  { services, auth }: ConfigShape,
  sources: Sources,
): Record<string, ServiceShape> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      { ...service, auth: service.auth ?? sources.get(name)?.auth ?? auth },
    ]),
  );
}

/** Returns the files that a person shows who calls the services. */
export function clientCertificate(
  draft: Draft,
  surroundings: Surroundings,
): TlsFiles | undefined {
  return certificatesFor(CLIENT, 0, draft, surroundings).value?.own;
}

/** Returns the files of the certificate of one replica, counted from 0. */
function certificatesFor(
  service: string,
  replica: number,
  { written, names, sources, dashboard }: Draft,
  { variables, folder }: Surroundings,
): Checked<ServiceTls | undefined> {
  const tls = tlsWrittenFor(service, servicesIn(written)[service], {
    source: sources.get(service),
    top: isMap(written) ? written.tls : undefined,
    folder,
  });
  const own = variablesFor(service, sources, variables);
  // The dashboard calls in the supervisor's name.
  const as = dashboard !== undefined && service === DASHBOARD
    ? SUPERVISOR
    : service;
  return filesOfTls(tls, as, (text, service) =>
    interpolate(
      text,
      { ...own, service, REPLICA: String(replica + 1) },
      (name, field) => textNamed(name, field, names, { service, replica }),
    ));
}

/** Returns a service as one of its further replicas reads it. */
function replicaShape(
  service: string,
  replica: number,
  { written, names, shapes, sources }: Draft,
  { variables }: Surroundings,
): Checked<ServiceShape> {
  const own = {
    ...(isMap(written) ? written : {}),
    services: { [service]: servicesIn(written)[service] },
  };
  const filled = filledIn(own, { names, sources }, variables, replica);
  const checked = shapesOf(filled.value, filled.problems, sources);
  return {
    // With a problem there is no config; the first keeps the others comparable.
    value: checked.value[service] ?? shapes[service]!,
    problems: [...filled.problems, ...checked.problems],
  };
}
