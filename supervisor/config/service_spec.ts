/**
 * What the supervisor knows of one service: what the config says, made exact,
 * with absolute paths and with units in the names.
 *
 * @module
 */

import { resolve } from "node:path";
import { executableOf, variablesOf } from "../../runtime/config/executable.ts";
import type { Executable } from "../../runtime/process/command_line.ts";
import type { Permissions } from "../../runtime/process/permission_flags.ts";
import type { RestartPolicy } from "../../runtime/process/restart_policy.ts";
import { HOST } from "../../runtime/program/address.ts";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import type { Schedule } from "./schedule.ts";
import type { ServiceShape } from "./schema.ts";
import type { ServiceTls } from "./tls.ts";

/** When a dependency is far enough for those that depend on it. */
export type DependencyCondition =
  | "service_started"
  | "service_healthy"
  | "service_completed_successfully";

/** One arrow from a service to another that it needs. */
export interface Dependency {
  service: string;
  condition: DependencyCondition;
}

/** How it is found out whether a process is healthy. */
export type Probe =
  | {
    kind: "grpc";
    address: string;
    /** What is shown to a server with TLS. Absent for others. */
    tls?: TlsFiles;
  }
  | { kind: "tcp"; address: string }
  | { kind: "http"; url: string }
  | { kind: "exec"; program: string; args: readonly string[] };

/** A probe, and when it is asked. */
export interface Healthcheck {
  probe: Probe;
  intervalMs: number;
  timeoutMs: number;
  /** Failures in a row that make the service unhealthy. */
  retries: number;
  /** How long after a start failures do not count. */
  startPeriodMs: number;
  /** The interval until the first success. */
  startIntervalMs: number;
  /** How long silence counts as healthy while the process works. */
  busyMs: number;
  /** Whether it counts when somebody else answers at its own address. */
  anyProcess: boolean;
}

/** One process to keep running: a service, or one of its replicas. */
export interface ServiceSpec {
  /** Unique; with replicas `<service>-<number>`, else the service's name. */
  name: string;
  /** The name in config.yaml. */
  service: string;
  /** What it runs. */
  runs: Executable;
  /** Where it listens on this machine, if the config says so. */
  port: number | undefined;
  /** The path of the unix socket where it listens instead. */
  socket: string | undefined;
  /** Where others call it, if the config says so. */
  advertise?: string;
  /** Variables to set; null passes the supervisor's own on. */
  environment: Readonly<Record<string, string | null>>;
  /** Whether it inherits all of the supervisor's variables. */
  inheritEnvironment: boolean;
  /** Whom its servers let in. */
  auth: "token" | "none";
  /** The files of its certificate, as absolute paths. Absent for others. */
  tls?: TlsFiles;
  /** The services that may call it. Absent: all that have a certificate. */
  allow?: readonly string[];
  /** Absolute paths; later files win over earlier ones. */
  envFiles: readonly string[];
  /** An absolute path. */
  workingDir: string;
  dependsOn: readonly Dependency[];
  healthcheck: Healthcheck | undefined;
  restart: RestartPolicy;
  /** When it runs, if not all the time. */
  schedule: Schedule | undefined;
  stopSignal: Deno.Signal;
  stopGraceMs: number;
  profiles: readonly string[];
  /** What builds its program; for the message where that is missing. */
  buildWith: string | undefined;
  /** When its log is full, and how many are kept. */
  logging: { maxBytes: number; maxFiles: number };
  /** Resident memory of its process group above which it is restarted. */
  memLimitBytes: number | undefined;
  /** Restarted when its source changes; with `cascade` its dependents, too. */
  watch: { cascade: boolean } | undefined;
  /**
   * Of the dashboard: it runs whatever else does, nobody waits for it, and how it
   * gets on decides nothing about the others. Absent for others.
   */
  looksOn?: true;
}

/** Where a process listens, and where it is called. */
interface Place extends Pick<ServiceSpec, "port" | "socket"> {
  advertise: string | undefined;
  /** How it shows who it is. */
  tls: ServiceTls | undefined;
}

/**
 * Makes the spec of one service.
 *
 * @param name Its unique name.
 * @param service Its name in the config.
 * @param shape What the schema accepted.
 * @param folder The config's folder, which paths are relative to.
 * @param place Where it listens: a port, `auto` made a number, or a socket; what
 * it advertises, and its certificate.
 * @param options `looksOn`: whether it is the dashboard.
 */
export function serviceSpec(
  name: string,
  service: string,
  shape: ServiceShape,
  folder: string,
  { port, socket, advertise, tls }: Place,
  { looksOn = false }: { looksOn?: boolean } = {},
): ServiceSpec {
  const { restart_policy: restart, healthcheck, logging } = shape;
  return {
    name,
    service,
    runs: programOf(shape, folder, socket, tls?.own),
    port,
    socket,
    ...(advertise === undefined ? {} : { advertise }),
    environment: variablesOf(shape),
    // A command has the user's rights anyway.
    inheritEnvironment: shape.inherit_environment ??
      shape.command !== undefined,
    auth: shape.auth ?? "token",
    ...(tls ? { tls: tls.own } : {}),
    ...(shape.allow === undefined ? {} : { allow: shape.allow }),
    envFiles: [shape.env_file].flat().map((file) => resolve(folder, file)),
    workingDir: resolve(folder, shape.working_dir ?? "."),
    dependsOn: dependenciesOf(shape),
    healthcheck: healthcheck && {
      probe: probeOf(healthcheck, tls?.supervisor),
      intervalMs: healthcheck.interval,
      timeoutMs: healthcheck.timeout,
      retries: healthcheck.retries,
      startPeriodMs: healthcheck.start_period,
      startIntervalMs: healthcheck.start_interval,
      busyMs: healthcheck.busy,
      anyProcess: healthcheck.any_process,
    },
    restart: {
      when: shape.restart ??
        (shape.schedule === undefined ? "on-failure" : "no"),
      delayMs: restart.delay,
      maxDelayMs: restart.max_delay,
      maxAttempts: restart.max_attempts,
      windowMs: restart.window,
      resetAfterMs: restart.reset_after,
    },
    schedule: shape.schedule === undefined
      ? undefined
      : { pattern: shape.schedule, timezone: shape.timezone },
    stopSignal: shape.stop_signal,
    stopGraceMs: shape.stop_grace_period,
    profiles: shape.profiles,
    buildWith: shape.build_with,
    logging: { maxBytes: logging.max_size, maxFiles: logging.max_files },
    memLimitBytes: shape.mem_limit,
    watch: shape.watch === true
      ? { cascade: false }
      : shape.watch === false
      ? undefined
      : shape.watch,
    ...(looksOn ? { looksOn } : {}),
  };
}

/** Where a service can be reached, as far as its port or healthcheck tells. */
export function addressOf(
  { port, socket, healthcheck }: ServiceSpec,
): string | undefined {
  if (socket !== undefined) return `unix:${socket}`;
  if (port !== undefined) return `${HOST}:${port}`;
  const probe = healthcheck?.probe;
  switch (probe?.kind) {
    case "grpc":
    case "tcp":
      return probe.address;
    case "http":
      return new URL(probe.url).host;
    case "exec":
    case undefined:
      return undefined;
  }
}

/** What a service runs, with the rights that its socket and its certificate take. */
function programOf(
  shape: ServiceShape,
  folder: string,
  socket: string | undefined,
  tls: TlsFiles | undefined,
): Executable {
  const runs = executableOf(shape, folder);
  if (runs.kind === "command") return runs;
  const permissions = withSockets(runs.permissions, socket);
  if (!tls) return { ...runs, permissions };
  const read = and(permissions.read ?? [], Object.values(tls));
  return { ...runs, permissions: { ...permissions, read } };
}

/**
 * Deno wants the right to read and to write a socket, besides that to the net.
 *
 * @param own The socket of the service, which the whole net includes.
 */
function withSockets(
  permissions: Permissions,
  own: string | undefined,
): Permissions {
  const { net = [], read = [], write = [] } = permissions;
  const paths = typeof net === "boolean"
    ? net && own !== undefined ? [own] : []
    : net.filter((entry) => entry.startsWith("unix:"))
      .map((entry) => entry.slice("unix:".length));
  if (paths.length === 0) return permissions;
  return { ...permissions, read: and(read, paths), write: and(write, paths) };
}

/** Grants paths besides what is granted; all includes them. */
function and(
  granted: boolean | readonly string[],
  paths: readonly string[],
): boolean | readonly string[] {
  return typeof granted === "boolean"
    ? granted || paths
    : [...granted, ...paths];
}

function dependenciesOf({ depends_on: list }: ServiceShape): Dependency[] {
  return Array.isArray(list)
    ? list.map((service) => ({ service, condition: "service_started" }))
    : Object.entries(list).map(([service, { condition }]) => ({
      service,
      condition,
    }));
}

/** @param tls What is shown to a server that has a certificate. */
function probeOf(
  { grpc, tcp, http, exec }: NonNullable<ServiceShape["healthcheck"]>,
  tls: TlsFiles | undefined,
): Probe {
  if (grpc !== undefined) {
    return { kind: "grpc", address: grpc, ...(tls ? { tls } : {}) };
  }
  if (tcp !== undefined) return { kind: "tcp", address: tcp };
  if (http !== undefined) return { kind: "http", url: http };
  const [program = "", ...args] = exec ?? [];
  return { kind: "exec", program, args };
}
