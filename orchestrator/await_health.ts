/**
 * Waits until a stage that was started serves.
 *
 * The stage says so itself, on a pipe that only it has. One that says nothing is
 * asked many short questions, so that a message can say what came last:
 * "connection refused" says more than "not healthy". The caller watches whether
 * the stage dies.
 *
 * @module
 */

import { abortOnDispose, pause } from "../runtime/program/abort.ts";
import { Failure } from "../runtime/program/errors.ts";
import { askHealth, type HealthAnswer } from "../runtime/rpc/ask_health.ts";
import type { Connection } from "../runtime/rpc/connect.ts";

/** How long a stage may take to come up, in milliseconds. */
const STARTUP_MS = 20_000;
/** How long one answer may take, in milliseconds. */
const ANSWER_MS = 2_000;
/** Time between two questions, in milliseconds. */
const INTERVAL_MS = 20;
/**
 * The same while the stage still says nothing, in milliseconds. Each question
 * costs the processor time that the stage needs for its loading.
 */
const SILENT_INTERVAL_MS = 2_000;

/** Options for {@linkcode awaitHealth}. */
export interface AwaitHealthOptions {
  /** What the stage's health is called. */
  service: string;
  /** Ends the waiting. */
  signal: AbortSignal;
  /**
   * Resolves when the stage says that it serves, which is enough: it has its
   * port by then. Before that it is seldom asked.
   *
   * @default {it says nothing, and is asked at once}
   */
  serves?: Promise<void>;
  /** How long it may take, in milliseconds. @default {20000} */
  boundMs?: number;
}

/**
 * Waits until a stage serves, or `signal` aborts.
 *
 * @param name The stage, for the message.
 * @throws {Failure} If it takes too long, with what was heard last.
 */
export async function awaitHealth(
  name: string,
  connection: Pick<Connection, "unary">,
  { service, signal, serves, boundMs = STARTUP_MS }: AwaitHealthOptions,
): Promise<void> {
  const endMs = performance.now() + boundMs;
  let last: Unhealthy | undefined;
  /** Waits until it is time to ask; true as soon as the stage says that it serves. */
  const heard = async (): Promise<boolean> => {
    if (!serves) {
      await pause(INTERVAL_MS, signal);
      return false;
    }
    using over = abortOnDispose();
    // Never so late that no time is left for the answer.
    const half = Math.max(INTERVAL_MS, (endMs - performance.now()) / 2);
    const ms = Math.min(SILENT_INTERVAL_MS, half);
    return await Promise.race([
      serves.then(() => true),
      pause(ms, AbortSignal.any([signal, over.signal])).then(() => false),
    ]);
  };
  if (serves && await heard()) return;
  while (!signal.aborted) {
    const answer = await askHealth(connection, {
      service,
      deadlineMs: Math.max(1, Math.min(ANSWER_MS, endMs - performance.now())),
      signal,
    });
    if (answer.kind === "serving" || signal.aborted) return;
    // Silence says less than what was heard before.
    if (!last || answer.kind !== "silent") last = answer;
    if (performance.now() < endMs) {
      if (await heard()) return;
      continue;
    }
    throw new Failure(
      `Cannot go on: stage "${name}" is not healthy after ${
        boundMs / 1_000
      } s: ${describe(last)}`,
      1,
      "fault" in last ? { cause: last.fault } : undefined,
    );
  }
}

type Unhealthy = Exclude<HealthAnswer, { kind: "serving" }>;

function describe(answer: Unhealthy): string {
  if (answer.kind === "not_serving") return `its health is ${answer.status}`;
  const { code, message } = answer.fault;
  return code === "not_found" ? "another program answers there" : message;
}
