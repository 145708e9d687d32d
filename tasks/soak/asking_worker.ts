/**
 * The other client of a storm: asks servers how they are, again and again.
 *
 * It is a Worker, since the storm keeps its own thread busy. It is sent
 * addresses, and later any message to stop. It sends "asking" once it has asked
 * each server, and at the end what it heard, as an {@linkcode Asked} for each
 * address.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { HealthService } from "../../runtime/rpc/health.ts";

/** What came of the questions. */
export interface Asked {
  answers: number;
  /** The longest wait for an answer, in milliseconds. */
  slowestMs: number;
  /** Why a question was not answered; there was none after it. */
  problem?: string;
}

/** How long one answer is waited for, in milliseconds. */
const PATIENCE_MS = 30_000;
/** Between two questions, in milliseconds. */
const PAUSE_MS = 10;

/** What this file uses of a Worker's global scope. */
interface Scope {
  onmessage: ((event: MessageEvent<string[]>) => void) | null;
  postMessage(message: "asking" | Asked[]): void;
}

const scope = globalThis as unknown as Scope;
let over = false;
scope.onmessage = ({ data: addresses }) => {
  scope.onmessage = () => over = true;
  void (async () => {
    const first = await Promise.all(addresses.map(askOnce));
    scope.postMessage("asking");
    scope.postMessage(await Promise.all(first.map(askOn)));
  })();
};

/** Asks one server over a connection of its own. */
interface Asking extends Asked {
  ask(): Promise<void>;
}

async function askOnce(address: string): Promise<Asking> {
  const connection = connect(address, {
    // A server under storm may be late with its pings, too.
    channel: { "grpc.keepalive_timeout_ms": PATIENCE_MS },
  });
  const asking: Asking = {
    answers: 0,
    slowestMs: 0,
    async ask() {
      const startedMs = performance.now();
      try {
        await connection.unary(HealthService.Check, { service: "" }, {
          deadlineMs: PATIENCE_MS,
        });
        asking.answers++;
      } catch (error) {
        asking.problem = error instanceof Error ? error.message : String(error);
      }
      const waitedMs = performance.now() - startedMs;
      asking.slowestMs = Math.max(asking.slowestMs, waitedMs);
    },
  };
  await asking.ask();
  return asking;
}

/** Asks on until it is told to stop, or is not answered. */
async function askOn(asking: Asking): Promise<Asked> {
  while (!over && asking.problem === undefined) {
    await pause(PAUSE_MS);
    await asking.ask();
  }
  const { ask: _, ...asked } = asking;
  return asked;
}
