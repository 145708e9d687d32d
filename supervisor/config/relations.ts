/**
 * What only the whole config can tell: unknown dependencies, circles, replicas
 * that collide, files that are not there.
 *
 * @module
 */

import { isFileOnDisk, whyNoFile } from "../../runtime/config/named_files.ts";
import type { Problem } from "../../runtime/config/problems.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import {
  RUN_VARIABLE_NAMES,
  RUN_VARIABLES,
} from "../../runtime/program/run_variables.ts";
import { advertisedAddress } from "../../runtime/program/advertise.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import {
  isSocketPath,
  MAX_SOCKET_PATH,
} from "../../runtime/control/socket_folder.ts";
import { graphOf } from "./config.ts";
import { findCircle } from "./dependency_order.ts";
import { readEnv } from "./env_file.ts";
import { MAX_PORT } from "./port.ts";
import type { ServiceShape } from "./schema.ts";
import type { DependencyCondition, ServiceSpec } from "./service_spec.ts";

/**
 * Finds services that depend on what is not there, whatever else is wrong with
 * them.
 *
 * @param written What the file has under `services`.
 */
export function unknownDependencies(written: unknown): Problem[] {
  if (!isMap(written)) return [];
  const names = Object.keys(written);
  return Object.entries(written).flatMap(([service, shape]) => {
    const list = isMap(shape) ? shape.depends_on : undefined;
    const wanted = Array.isArray(list)
      ? list.filter((each) => typeof each === "string")
      : isMap(list)
      ? Object.keys(list)
      : [];
    return wanted.flatMap((other) =>
      names.includes(other) || other.includes("${") ? [] : [{
        path: ["services", service, "depends_on", other],
        message: noService(other, names),
      }]
    );
  });
}

function noService(name: string, known: readonly string[]): string {
  return `there is no service "${name}"${
    suggestion(name, known, `; services are ${known.join(", ")}`)
  }`;
}

/** True for what YAML calls a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The processes of each service that is right by itself. */
type Services = ReadonlyMap<string, readonly ServiceSpec[]>;

/**
 * Finds what is wrong between services that are right one by one.
 *
 * @param known The names of all services, those that are wrong included.
 */
export function relationProblems(
  services: Services,
  known: readonly string[],
): Problem[] {
  const problems = [...services.keys()].flatMap((service) => [
    ...dependencyProblems(service, services, known),
    ...probeProblems(service, services),
    ...portProblems(service, services),
    ...socketProblems(service, services),
    ...nameProblems(service, services),
    ...advertiseProblems(service, services),
    ...scheduleProblems(service, services),
  ]);
  return problems.length > 0 ? problems : circleProblems(services);
}

/** Finds dependencies that are not there, or that nothing leads to. */
function dependencyProblems(
  service: string,
  services: Services,
  known: readonly string[],
): Problem[] {
  const dependencies = services.get(service)?.[0]?.dependsOn ?? [];
  return dependencies.flatMap(({ service: other, condition }) => {
    const dependency = services.get(other)?.[0];
    const message = other === service
      ? "depends on itself"
      : dependency === undefined
      ? known.includes(other) ? undefined : noService(other, known)
      : whyNever(dependency, condition);
    const path = ["services", service, "depends_on", other];
    return message === undefined ? [] : [{ path, message }];
  });
}

/** Says why a service never meets a condition; undefined if it may. */
function whyNever(
  { service, healthcheck, schedule, restart: { when } }: ServiceSpec,
  condition: DependencyCondition,
): string | undefined {
  switch (condition) {
    case "service_started":
      return undefined;
    case "service_healthy":
      return healthcheck
        ? undefined
        : `"${service}" has no healthcheck, so it never becomes healthy`;
    case "service_completed_successfully":
      if (schedule) return `"${service}" has a schedule, so it never completes`;
      return when === "always" || when === "unless-stopped"
        ? `"${service}" has restart: ${when}, so it never completes`
        : undefined;
  }
}

/** Finds replicas that would all be asked at one address. */
function probeProblems(service: string, services: Services): Problem[] {
  const specs = services.get(service) ?? [];
  const [first, second] = specs.map(({ healthcheck }) => healthcheck?.probe);
  if (
    !first || first.kind === "exec" ||
    JSON.stringify(first) !== JSON.stringify(second)
  ) return [];
  return [{
    path: ["services", service, "healthcheck", first.kind],
    message:
      `${specs.length} replicas would be checked at one place; write their number into it, as in 127.0.0.1:555\${REPLICA}`,
  }];
}

/** Finds a port that does not exist, or that an earlier service has. */
function portProblems(
  service: string,
  services: Services,
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

/** Finds a socket with a path that no system takes. */
function socketProblems(service: string, services: Services): Problem[] {
  const long = (services.get(service) ?? [])
    .find(({ socket }) => socket !== undefined && !isSocketPath(socket));
  return long?.socket === undefined ? [] : [{
    path: ["services", service, "listen"],
    message:
      `the path of its socket, "${long.socket}", is longer than ${MAX_SOCKET_PATH} bytes; give it a shorter name`,
  }];
}

/** Finds a replica that would be called as another service is. */
function nameProblems(service: string, services: Services): Problem[] {
  const specs = services.get(service) ?? [];
  const taken = specs.length > 1
    ? specs.find(({ name }) => services.has(name))
    : undefined;
  return taken === undefined ? [] : [{
    path: ["services", service, "deploy", "replicas"],
    message: `a replica would be called "${taken.name}", as another service is`,
  }];
}

/** Finds an address that nobody can call, or that leads to several replicas. */
function advertiseProblems(service: string, services: Services): Problem[] {
  const specs = services.get(service) ?? [];
  const all = specs.flatMap(({ advertise }) => advertise ?? []);
  const path = ["services", service, "advertise"];
  const [first] = all;
  if (first === undefined) return [];
  // Of what is written wrongly the schema has told.
  const problem = advertisedAddress(first, undefined);
  if ("problem" in problem) {
    return [{
      path,
      message:
        `the service has no port; write port: into it, or the port behind the host`,
    }];
  }
  return new Set(all).size === all.length ? [] : [{
    path,
    message:
      `${all.length} replicas would be called at one place, "${first}"; leave out the port, or write their number into it, as in 555\${REPLICA}`,
  }];
}

/** Finds a job that would run several times at once. */
function scheduleProblems(service: string, services: Services): Problem[] {
  const specs = services.get(service) ?? [];
  return specs.length > 1 && specs[0]?.schedule
    ? [{
      path: ["services", service, "deploy", "replicas"],
      message: "a service with a schedule runs once at a time",
    }]
    : [];
}

function circleProblems(services: Services): Problem[] {
  const circle = findCircle(graphOf({ services }));
  return circle === undefined ? [] : [{
    path: ["services"],
    message: `these depend on each other in a circle: ${circle.join(" -> ")}`,
  }];
}

/** Finds scripts and env files that do not exist. */
export function missingFiles(
  services: Services,
  shapes: Readonly<Record<string, ServiceShape>>,
  isFile: (path: string) => boolean,
): Problem[] {
  return [...services].flatMap(([service, specs]) =>
    specs.flatMap(({ runs, envFiles }) => {
      const script = runs.kind === "script" && !isFile(runs.script)
        ? [{
          path: ["services", service, "script"],
          message: `file "${shapes[service]?.script}" ${
            whyNoFile(runs.script)
          }`,
        }]
        : [];
      const others = envFiles.filter((file) => !isFile(file)).map((file) => ({
        path: ["services", service, "env_file"],
        message: `file "${shortPath(file)}" ${whyNoFile(file)}`,
      }));
      return [...script, ...others];
    })
  );
}

/**
 * Finds lines of env files that mean nothing. A file that is not there, or
 * cannot be read, is for others to tell.
 */
export function envProblems(
  services: Services,
): Problem[] {
  return [...services].flatMap(([service, [spec]]) =>
    (spec?.envFiles ?? []).flatMap((file) =>
      readEnv(textOf(file), (name) => Deno.env.get(name)).problems.map((
        { line, message },
      ) => ({
        path: ["services", service, "env_file"],
        message: `"${shortPath(file)}" line ${line}: ${message}`,
      }))
    )
  );
}

/** Finds variables that only the supervisor sets: it would set others over them. */
export function reservedVariables(services: Services): Problem[] {
  return [...services].flatMap(([service, [spec]]) =>
    Object.keys(spec?.environment ?? {})
      .filter((name) => RUN_VARIABLE_NAMES.includes(name))
      .map((name) => ({
        path: ["services", service, "environment", name],
        message: reservedWords(name),
      }))
  );
}

function reservedWords(name: string): string {
  switch (name) {
    case RUN_VARIABLES.auth:
      return "is set by the supervisor; write auth: none into the service instead";
    case RUN_VARIABLES.tlsCa:
    case RUN_VARIABLES.tlsCert:
    case RUN_VARIABLES.tlsKey:
      return "is set by the supervisor; write tls: into the service instead";
    case RUN_VARIABLES.allow:
      return "is set by the supervisor; write allow: into the service instead";
    case RUN_VARIABLES.advertise:
      return "is set by the supervisor; write advertise: into the service instead";
    default:
      return "is set by the supervisor for each process";
  }
}

function textOf(file: string): string {
  try {
    return isFileOnDisk(file) ? Deno.readTextFileSync(file) : "";
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "";
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
