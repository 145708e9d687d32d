/**
 * What a config says of its services, in words for a person: what each runs, may
 * touch, needs, and when it is started again.
 *
 * @module
 */

import { relative } from "node:path";
import {
  type Executable,
  readableVariables,
} from "../../runtime/process/command_line.ts";
import {
  PERMISSION_KINDS,
  type PermissionKind,
} from "../../runtime/process/permission_flags.ts";
import {
  mostRestarts,
  type RestartPolicy,
} from "../../runtime/process/restart_policy.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import { quoteWord } from "../../runtime/program/shell_words.ts";
import { environmentOf } from "./command_line.ts";
import { addressWords, type Config } from "./config.ts";
import type { Dependency, Healthcheck, ServiceSpec } from "./service_spec.ts";

/** What a config says of one service. */
export interface ServiceDescription {
  service: string;
  replicas: number;
  /** What it runs, as the words of a command line; of replicas the first. */
  program: string;
  /** False for a command, which may do whatever its user may. */
  sandboxed: boolean;
  /** What it may touch; nothing without a sandbox. */
  rights: readonly Right[];
  /** Whether it gets all variables of the supervisor. */
  inheritEnvironment: boolean;
  dependsOn: readonly Dependency[];
  /** How it is found out whether it is healthy; empty: it is not. */
  healthcheck: string;
  /** When it is started again. */
  restart: string;
  /** When it runs, in the words of cron. */
  schedule?: string;
  timezone?: string;
  profiles: readonly string[];
  memLimitBytes?: number;
  /** Whether it is restarted when its source changes. */
  watch: boolean;
}

/** A kind of access, and what is granted of it. */
export interface Right {
  kind: PermissionKind;
  /** An address has the name of its service; "everything" stands for all. */
  values: readonly string[];
}

/** Says what a config has of its services, in their order. */
export async function describeServices(
  config: Pick<Config, "services" | "folder">,
): Promise<ServiceDescription[]> {
  const named = addressWords(config);
  const described = [...config.services].map(async ([service, specs]) => {
    const [spec] = specs;
    return spec && {
      service,
      replicas: specs.length,
      program: programWords(spec.runs, config.folder),
      sandboxed: spec.runs.kind === "script",
      rights: await rightsOf(spec, named),
      inheritEnvironment: spec.inheritEnvironment,
      dependsOn: spec.dependsOn,
      healthcheck: spec.healthcheck ? healthcheckWords(spec.healthcheck) : "",
      restart: restartWords(spec.restart),
      ...(spec.schedule ? scheduleFields(spec.schedule) : {}),
      profiles: spec.profiles,
      ...(spec.memLimitBytes === undefined
        ? {}
        : { memLimitBytes: spec.memLimitBytes }),
      watch: spec.watch !== undefined,
    };
  });
  return (await Promise.all(described)).filter((each) => each !== undefined);
}

function programWords(runs: Executable, folder: string): string {
  const [program, args] = runs.kind === "script"
    ? [shortWithin(runs.script, folder), runs.args]
    : [runs.program, runs.args];
  return [program, ...args].map(quoteWord).join(" ");
}

/** Names a path from the config's folder, where it lies there. */
function shortWithin(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith("..") ? path : short;
}

async function rightsOf(
  spec: ServiceSpec,
  named: ReadonlyMap<string, string>,
): Promise<Right[]> {
  const { runs } = spec;
  if (runs.kind !== "script") return [];
  const granted = {
    ...runs.permissions,
    env: readableVariables(runs.permissions, await variablesOf(spec)),
  };
  return PERMISSION_KINDS.flatMap((kind) => {
    const values = granted[kind] ?? [];
    if (values === true) return [{ kind, values: ["everything"] }];
    if (values === false || values.length === 0) return [];
    return [{ kind, values: values.map((each) => named.get(each) ?? each) }];
  });
}

/** Names the variables that are set for a service. */
async function variablesOf(spec: ServiceSpec): Promise<string[]> {
  try {
    return Object.keys(await environmentOf(spec));
  } catch {
    // An env file went missing: whoever starts the service will say so.
    return Object.keys(spec.environment);
  }
}

function healthcheckWords({ probe, intervalMs }: Healthcheck): string {
  const every = `every ${durationWords(intervalMs)}`;
  switch (probe.kind) {
    case "grpc":
      return `gRPC health at ${probe.address} ${every}`;
    case "tcp":
      return `a connection to ${probe.address} ${every}`;
    case "http":
      return `${probe.url} ${every}`;
    case "exec":
      return `${
        [probe.program, ...probe.args].map(quoteWord).join(" ")
      } ${every}`;
  }
}

function restartWords(policy: RestartPolicy): string {
  const { when, windowMs } = policy;
  const most = mostRestarts(policy);
  return when === "no" || most === Infinity
    ? when
    : `${when}, at most ${quantity(most, "time")} in ${
      durationWords(windowMs)
    }`;
}

function scheduleFields(
  { pattern, timezone }: NonNullable<ServiceSpec["schedule"]>,
) {
  return {
    schedule: pattern,
    ...(timezone === undefined ? {} : { timezone }),
  };
}

/** 1500 as 1.5 s, 200 as 200 ms. */
function durationWords(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${ms / 1_000} s`;
}
