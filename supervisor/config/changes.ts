/**
 * What a new config changes, and what that means for the processes that run.
 *
 * Decides only. It compares each process with what that process was started
 * with. So a process that an earlier change has not reached yet still counts as
 * different.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { ServiceSpec } from "./service_spec.ts";

/** How a service differs between the old config and the new one. */
export type ChangeKind = "added" | "removed" | "changed" | "unchanged";

/** One service of the old config or the new one. */
export interface ServiceChange {
  service: string;
  change: ChangeKind;
  /** The keys of config.yaml that differ. */
  keys: readonly string[];
  /** The processes that are started, stopped and restarted for it. */
  starts: readonly string[];
  stops: readonly string[];
  restarts: readonly string[];
  /** What else there is to say; may be empty. */
  note: string;
}

/** A process as it is before the change. */
export interface Before {
  /** What it runs with; what it would, if it does not. */
  spec: ServiceSpec;
  /**
   * `active`: runs, or is about to. `ended`: by itself. `stopped`: by somebody's
   * wish. `idle`: nobody has asked for it yet.
   */
  phase: "active" | "ended" | "stopped" | "idle";
  /** True when its env files say something else by now. */
  envFilesDiffer: boolean;
}

/** What {@linkcode configChanges} compares. */
export interface Comparison {
  /** The processes of each service that there is. */
  before: ReadonlyMap<string, readonly Before[]>;
  /** The processes of each service that there is to be. */
  after: ReadonlyMap<string, readonly ServiceSpec[]>;
  /** Tells of a spec whether it is started when nobody names it. */
  wantedBefore(spec: ServiceSpec): boolean;
  wantedAfter(spec: ServiceSpec): boolean;
}

/** What stands in config.yaml under one key. */
interface Part {
  key: string;
  value: unknown;
  /** True when a change takes hold only with a new process. */
  restarts: boolean;
}

/** The fields of a spec that one key alone makes. */
const FIELDS: Record<
  Exclude<
    keyof ServiceSpec,
    "name" | "service" | "runs" | "restart" | "schedule" | "looksOn"
  >,
  Omit<Part, "value">
> = {
  port: { key: "port", restarts: true },
  // What uses it, an argument say, differs then as well.
  advertise: { key: "advertise", restarts: false },
  socket: { key: "listen", restarts: true },
  environment: { key: "environment", restarts: true },
  inheritEnvironment: { key: "inherit_environment", restarts: true },
  auth: { key: "auth", restarts: true },
  tls: { key: "tls", restarts: true },
  allow: { key: "allow", restarts: true },
  envFiles: { key: "env_file", restarts: true },
  workingDir: { key: "working_dir", restarts: true },
  healthcheck: { key: "healthcheck", restarts: true },
  memLimitBytes: { key: "mem_limit", restarts: true },
  dependsOn: { key: "depends_on", restarts: false },
  stopSignal: { key: "stop_signal", restarts: false },
  stopGraceMs: { key: "stop_grace_period", restarts: false },
  profiles: { key: "profiles", restarts: false },
  buildWith: { key: "build_with", restarts: false },
  logging: { key: "logging", restarts: false },
  watch: { key: "watch", restarts: false },
};

/** Returns what changes, one entry a service, in the order of the new config. */
export function configChanges(comparison: Comparison): ServiceChange[] {
  const { before, after } = comparison;
  const gone = [...before.keys()].filter((service) => !after.has(service));
  return [...after.keys(), ...gone].map((service) =>
    serviceChange(
      service,
      before.get(service) ?? [],
      after.get(service) ?? [],
      comparison,
    )
  );
}

function serviceChange(
  service: string,
  before: readonly Before[],
  after: readonly ServiceSpec[],
  { wantedBefore, wantedAfter }: Comparison,
): ServiceChange {
  const keys = new Set<string>();
  const starts: string[] = [];
  const stops: string[] = [];
  const restarts: string[] = [];
  const lives = before.some(({ phase }) =>
    phase === "active" || phase === "ended"
  );
  for (const [index, spec] of after.entries()) {
    const old = before[index];
    if (!old) {
      if (before.length === 0 ? wantedAfter(spec) : lives) {
        starts.push(spec.name);
      }
      continue;
    }
    const differing = differences(old, spec);
    for (const { key } of differing) keys.add(key);
    const isWanted = wantedAfter(spec);
    switch (old.phase) {
      case "active":
        if (wantedBefore(old.spec) && !isWanted) stops.push(old.spec.name);
        else if (needsRestart(old.spec, spec, differing)) {
          restarts.push(spec.name);
        }
        break;
      case "ended":
        if (isWanted && differing.length > 0) starts.push(spec.name);
        break;
      case "idle":
        if (isWanted && !wantedBefore(old.spec)) starts.push(spec.name);
        break;
      case "stopped":
        break;
    }
  }
  for (const { spec, phase } of before.slice(after.length)) {
    if (phase === "active") stops.push(spec.name);
  }
  const resized = before.length > 0 && after.length > 0 &&
    before.length !== after.length;
  if (resized) keys.add("deploy.replicas");
  const change = before.length === 0
    ? "added"
    : after.length === 0
    ? "removed"
    : keys.size > 0
    ? "changed"
    : "unchanged";
  return {
    service,
    change,
    keys: change === "changed" ? [...keys] : [],
    starts,
    stops,
    restarts,
    note: [
      ...resized ? [`replicas: ${before.length} -> ${after.length}`] : [],
      ...change === "changed" &&
          before.every(({ phase }) => phase === "stopped")
        ? ["stopped by hand: stays so"]
        : [],
    ].join("; "),
  };
}

function differences(
  { spec: old, envFilesDiffer }: Before,
  spec: ServiceSpec,
): Part[] {
  const former = partsOf(old);
  return partsOf(spec).filter(({ key, value }, index) =>
    !isDeepStrictEqual(value, former[index]?.value) ||
    (key === "env_file" && envFilesDiffer)
  );
}

/**
 * True if a change takes hold only with a new process. The next run of a job is
 * one.
 */
function needsRestart(
  old: ServiceSpec,
  spec: ServiceSpec,
  differing: readonly Part[],
): boolean {
  return old.schedule && spec.schedule
    ? false
    : differing.some((part) => part.restarts) ||
      old.schedule !== spec.schedule;
}

/** Returns every part of a spec, always in the same order. */
function partsOf(spec: ServiceSpec): Part[] {
  const { runs, restart: { when, ...policy } } = spec;
  const script = runs.kind === "script" ? runs : undefined;
  const command = runs.kind === "command" ? runs : undefined;
  return [
    { key: "script", value: script?.script, restarts: true },
    { key: "args", value: script?.args, restarts: true },
    { key: "permissions", value: script?.permissions, restarts: true },
    {
      key: "command",
      value: command && [command.program, ...command.args],
      restarts: true,
    },
    { key: "schedule", value: spec.schedule?.pattern, restarts: false },
    { key: "timezone", value: spec.schedule?.timezone, restarts: false },
    { key: "restart", value: when, restarts: false },
    { key: "restart_policy", value: policy, restarts: false },
    ...Object.entries(FIELDS).map(([field, part]) => ({
      ...part,
      value: spec[field as keyof typeof FIELDS],
    })),
  ];
}
