/**
 * What a page of the dashboard is shown in tests: services, a registry, runs.
 *
 * @module
 */

import type {
  RegistryMessage,
  RunRecord,
  RunSample,
  ServiceDescription,
  ServiceState,
  StageName,
} from "../../dashboard/wire.ts";

/** A fixed moment, in Unix milliseconds. */
export const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

/** Describes a service that needs others. */
export function description(
  service: string,
  needs: string[] = [],
  more: Partial<ServiceDescription> = {},
): ServiceDescription {
  return {
    service,
    replicas: 1,
    program: `${service}.ts`,
    sandboxed: true,
    rights: [],
    inheritsEnvironment: false,
    dependsOn: needs.map((needed) => ({
      service: needed,
      condition: "service_healthy",
    })),
    healthcheck: "",
    restart: "always",
    watched: false,
    ...more,
  };
}

/** A service that is healthy, or what `more` says. */
export function state(
  service: string,
  more: Partial<ServiceState> = {},
): ServiceState {
  return {
    name: service,
    service,
    status: "healthy",
    pid: 4242,
    restarts: 0,
    startedMs: NOW - 60_000,
    detail: "",
    notes: [],
    ...more,
  };
}

/** What the broker of the calculator knows. */
export function registry(
  more: Partial<RegistryMessage> = {},
): RegistryMessage {
  return {
    kind: "snapshot",
    broker: { address: "127.0.0.1:50051", up: true, epoch: "1" },
    entries: [],
    total: 0,
    watchers: [],
    ...more,
  };
}

/** How fast the run of {@linkcode runRecord} goes, in events a second. */
const SPEED = 500_000;

/** A run of ten million events, `seconds` after its start. */
export function runRecord(
  seconds: number,
  more: Partial<RunRecord> = {},
): RunRecord {
  const startedMs = NOW - seconds * 1_000;
  return {
    id: "20261123-120000-4711",
    pid: 4711,
    title: "events.jsonl (1,240 MiB) to results.csv",
    startedMs,
    phase: "running",
    batch: "auto",
    inputBytes: 1_300_000_000,
    recoveries: 0,
    swaps: 0,
    processes: STAGES.flatMap((stage, i) =>
      (stage === "parse" ? [".1", ".2"] : [""]).map((suffix, j) => ({
        name: `${stage}${suffix}`,
        stage,
        variant: stage === "rules" ? "rust" : "",
        pid: 4800 + i * 2 + j,
        address: `127.0.0.1:${5001 + i * 2 + j}`,
        state: "serving" as const,
      }))
    ),
    events: [],
    samples: Array.from(
      { length: seconds + 1 },
      (_, i) => sample(startedMs, i),
    ),
    fromEvent: 0,
    complete: false,
    stages: Object.fromEntries(STAGES.map((stage, i) => [stage, {
      ownMs: [300, 1_600, 420, 280, 40][i]! * seconds,
      ipcMs: [120, 260, 200, 150, 20][i]! * seconds,
      waitMs: [580, 140, 380, 570, 940][i]! * seconds,
      rejected: stage === "parse" ? 1_514 : 0,
      dropped: stage === "rules" ? 0 : null,
    }])),
    rejects: { "not JSON": 1_204, "user_id: is missing": 310 },
    results: {
      columns: ["window", "type", "events", "users", "total"],
      rows: [
        ["2026-11-23 11:00", "click", 812_204, 20_114, null],
        ["2026-11-23 11:00", "purchase", 9_331, 4_018, 220_113.5],
        ["2026-11-23 12:00", "view", 1_204_551, 31_870, null],
      ],
      total: 1_204,
      interim: true,
      timeMs: NOW - 400,
    },
    ...more,
  };
}

const STAGES: StageName[] = ["ingest", "parse", "rules", "aggregate", "sink"];

/** How the run stood after `second` seconds; the same for the same second. */
function sample(startedMs: number, second: number): RunSample {
  const wobble = 1 + Math.sin(second / 3) / 20;
  const sentEvents = Math.round(SPEED * second * wobble);
  return {
    timeMs: startedMs + second * 1_000,
    sentEvents,
    committedEvents: Math.max(0, Math.round(sentEvents - SPEED * 0.4 * wobble)),
    doneBytes: Math.min(1_300_000_000, sentEvents * 124),
    stages: Object.fromEntries(STAGES.map((stage, i) => [stage, {
      events: sentEvents - i * 20_000,
      ownMs: [300, 1_600, 420, 280, 40][i]!,
      ipcMs: [120, 260, 200, 150, 20][i]!,
      waitMs: [580, 140, 380, 570, 940][i]!,
      onItsWay: stage === "sink" ? null : 4_000 * (4 - i),
      batch: stage === "sink" ? null : [4_096, 4_096, 2_048, 512][i]!,
      p50Ms: stage === "sink" ? null : 1.2 * (i + 1),
      p95Ms: stage === "sink" ? null : 3.1 * (i + 1) * wobble,
      p99Ms: stage === "sink" ? null : 6.4 * (i + 1) * wobble,
    }])),
  };
}
