/**
 * The five stages by name, and which of them can be several processes.
 *
 * @module
 */

/** The stages, from left to right. */
export const STAGES = [
  "ingest",
  "parse",
  "rules",
  "aggregate",
  "sink",
] as const;

/** The name of a stage. */
export type StageName = typeof STAGES[number];

/** The stages that keep nothing, so that several processes can share the work. */
export const SHAREABLE = ["parse", "rules"] as const;

/**
 * What the health of a stage is called that belongs to a run: a stranger on its
 * port has no health of that name.
 *
 * @param owner The pid of the orchestrator that has started it.
 */
export function healthNameOf(run: string, owner: number): string {
  return `run ${run} of process ${owner}`;
}

/**
 * The line on standard output by which a stage tells who has started it that it
 * serves. So it need not be asked over and over while it loads.
 */
export const SERVES = "serves";

/**
 * Settings of grpc-js for the connections of a pipeline.
 *
 * No pings: a stage that works on one large batch cannot answer them, and lives.
 * A death ends the connection by itself, and a frozen stage is known by its
 * processor time. And no long waits between two attempts to connect: a stage
 * that was started is there within half a second, and everybody waits for it.
 */
export const STAGE_CONNECTION = {
  "grpc.keepalive_time_ms": -1,
  "grpc.initial_reconnect_backoff_ms": 20,
  "grpc.min_reconnect_backoff_ms": 20,
  "grpc.max_reconnect_backoff_ms": 50,
};

/** The most processes of one stage. */
export const MAX_WORKERS = 16;
