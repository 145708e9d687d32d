/**
 * One service of a compose file.
 *
 * @module
 */

import { relative } from "node:path";
import type { Container } from "../container/container.ts";
import { IMAGE_USER, PROBE_PATH, START_PATH } from "../container/image.ts";
import { FIRST_FREE_PORT, needsLowPort } from "../container/low_ports.ts";
import { runVariables } from "../container/run_variables.ts";
import { TEMPORARY } from "../container/volumes.ts";
import { probeArgs, probeFlags } from "../probe/probe_file.ts";
import { literal } from "./literal.ts";
import type { ComposeSecrets } from "./secrets.ts";
import type { ComposeVariables } from "./variables.ts";

/** What a service needs to know of the others. */
export interface ComposeContext {
  /** The name of the project. */
  project: string;
  containers: readonly Container[];
  /** Those of each service of the config. */
  profiles: ReadonlyMap<string, readonly string[]>;
  secrets: ComposeSecrets;
  variables: ComposeVariables;
  build: { context: string; dockerfile: string };
  /** Where the file is written, absolute. */
  output: string;
}

/**
 * The user of containers: who has the keys of certificates. Compose mounts those
 * as they lie there, whatever owner and mode it is told.
 */
export const USER_VARIABLE = "DENIZEN_USER";
const USER = `\${${USER_VARIABLE}:-${IMAGE_USER}:${IMAGE_USER}}`;

/** The profile of what runs by a schedule: nobody starts it with the others. */
export const SCHEDULED = "scheduled";

/** A check starts a program, which is too much to do many times a second. */
export const FLOORS = { intervalMs: 5_000, startIntervalMs: 1_000 };

/** What the probe takes to start, besides the time that it waits. */
const PROBE_START_MS = 5_000;

/** Returns what stands under its name. */
export function composeService(
  container: Container,
  context: ComposeContext,
): Record<string, unknown> {
  const { spec, replicas, isForeign, storage, port } = container;
  const { secrets, profiles } = context;
  const isCommand = spec.runs.kind === "command";
  const names = profiles.get(spec.service) ?? [];
  return {
    ...imageOf(container, context),
    ...commandOf(container),
    working_dir: literal(container.workingDir),
    init: true,
    ...(isForeign ? {} : { user: USER }),
    // What a command writes is written nowhere.
    ...(isCommand ? {} : { read_only: true }),
    tmpfs: [TEMPORARY],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    ...(needsLowPort(container) ? { sysctls: { [FIRST_FREE_PORT]: 0 } } : {}),
    ...networkOf(container),
    environment: {
      ...context.variables.of(container),
      ...runVariables(container),
    },
    env_file: listOf(spec.envFiles, (file) => ({
      path: literal(relative(context.output, file)),
      required: true,
    })),
    secrets: secrets.of(container),
    volumes: listOf(storage.mounts, ({ volume, readOnly }) => ({
      type: "volume",
      source: volume.name,
      target: literal(volume.path),
      ...(readOnly ? { read_only: true } : {}),
    })),
    ports: port === undefined ? undefined : publishedPorts(container, port),
    depends_on: dependenciesOf(container, context),
    healthcheck: healthcheckOf(container),
    restart: restartOf(container),
    stop_signal: spec.stopSignal,
    stop_grace_period: milliseconds(spec.stopGraceMs),
    profiles: spec.schedule
      ? [SCHEDULED]
      : names.length === 0
      ? undefined
      : names,
    deploy: replicas === 1 ? undefined : { replicas },
    mem_limit: spec.memLimitBytes === undefined
      ? undefined
      : `${spec.memLimitBytes}b`,
    logging: {
      driver: "json-file",
      options: {
        "max-size": `${Math.ceil(spec.logging.maxBytes / 1024)}k`,
        "max-file": String(spec.logging.maxFiles),
      },
    },
    develop: spec.watch === undefined || isForeign ? undefined : {
      watch: [{ path: context.build.context, action: "rebuild" }],
    },
  };
}

function imageOf(
  { isForeign, name }: Container,
  { project, build }: ComposeContext,
) {
  return isForeign
    ? {
      image: `\${${
        name.toUpperCase().replaceAll("-", "_")
      }_IMAGE:-fill-in/${name}}`,
    }
    : { image: `${project}:latest`, build };
}

/** The image starts what it is given; another one is told what to start. */
function commandOf({ command, isForeign }: Container) {
  const words = command.map(literal);
  return isForeign ? { entrypoint: words } : { command: words };
}

/** Others call a service by one name, also where each replica has its own. */
function networkOf({ name, host, spec, port }: Container) {
  const { runs } = spec;
  if (
    runs.kind === "script" && port === undefined &&
    isEmpty(runs.permissions.net)
  ) {
    return { network_mode: "none" };
  }
  return name === host ? {} : { networks: { default: { aliases: [host] } } };
}

function isEmpty(granted: readonly string[] | boolean = []): boolean {
  return granted === false || granted !== true && granted.length === 0;
}

/**
 * On this machine alone, as before; each replica has the next port. A socket is
 * no port of this machine, and Docker chooses one for whoever does not mind.
 */
function publishedPorts(
  { replicas, spec: { port: first }, isAnyPort }: Container,
  port: number,
): string[] | undefined {
  if (first === undefined) return undefined;
  if (isAnyPort) return [`127.0.0.1::${port}`];
  const ports = replicas === 1
    ? `${first}`
    : `${first}-${first + replicas - 1}`;
  return [`127.0.0.1:${ports}:${port}`];
}

function dependenciesOf(
  { spec }: Container,
  { containers }: ComposeContext,
): Record<string, unknown> | undefined {
  const entries = spec.dependsOn.flatMap(({ service, condition }) =>
    containers.filter(({ spec }) => spec.service === service && !spec.schedule)
      .map(({ name }) => [name, { condition }] as const)
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function healthcheckOf({ healthcheck, isForeign }: Container) {
  if (!healthcheck) return undefined;
  const { probe, timeoutMs, intervalMs, startIntervalMs } = healthcheck;
  // The token is what the start gives to the service, so it is given to its probe.
  const test = probe.kind === "exec"
    ? [
      ...(isForeign ? [] : ["sh", START_PATH]),
      ...[probe.program, ...probe.args],
    ]
    : [
      ...["deno", "run", ...probeFlags(probe), PROBE_PATH],
      ...probeArgs(probe, { timeoutMs }),
    ];
  return {
    test: ["CMD", ...test.map(literal)],
    interval: milliseconds(Math.max(intervalMs, FLOORS.intervalMs)),
    timeout: milliseconds(timeoutMs + PROBE_START_MS),
    retries: healthcheck.retries,
    start_period: milliseconds(healthcheck.startPeriodMs),
    start_interval: milliseconds(
      Math.max(startIntervalMs, FLOORS.startIntervalMs),
    ),
  };
}

/** Docker counts restarts for ever, so a bound would be reached by what is well. */
function restartOf({ spec: { restart, schedule } }: Container): string {
  return schedule ? "no" : restart.when;
}

function milliseconds(ms: number): string {
  return `${ms}ms`;
}

function listOf<T, R>(
  list: readonly T[],
  write: (each: T) => R,
): R[] | undefined {
  return list.length === 0 ? undefined : list.map(write);
}
