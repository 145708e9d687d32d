/**
 * An etcd that a bench has to itself, and may kill.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { EtcdKV } from "../../../proto/etcd/contract.ts";
import type { RequestOp } from "../../../proto/types/etcdserverpb/RequestOp.ts";
import type { TxnResponse__Output } from "../../../proto/types/etcdserverpb/TxnResponse.ts";
import { pickPort } from "../../../runtime/process/free_port.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import {
  type StartedProcess,
  startProcess,
} from "../../../runtime/process/start_process.ts";
import { stopProcess } from "../../../runtime/process/stop_process.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";

/** How long it may take to answer for the first time, in milliseconds. */
const START_MS = 60_000;

/** An etcd; disposing of it stops it and removes what it has stored. */
export interface Etcd extends AsyncDisposable {
  /** `host:port`, the same for life. */
  readonly address: string;
  /** Kills it; what it has stored stays. */
  kill(): Promise<void>;
  /**
   * Starts it again after it was killed, and waits until it answers.
   *
   * @param options Whether it has lost what it had. @default {it has not}
   */
  start(options?: { empty?: boolean }): Promise<void>;
}

/** Returns the version of the etcd that is there; undefined if there is none. */
export async function findEtcd(): Promise<string | undefined> {
  try {
    const command = new Deno.Command("etcd", {
      args: ["--version"],
      stdin: "null",
    });
    const { success, stdout } = await command.output();
    const text = new TextDecoder().decode(stdout);
    return success ? /^etcd Version: (\S+)/.exec(text)?.[1] : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Starts an etcd of one member with a folder of its own. */
export async function startEtcd(guardian: Guardian): Promise<Etcd> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-etcd-" });
  const port = pickPort("etcd", new Set());
  const peerPort = pickPort("etcd", new Set([port]));
  const address = `127.0.0.1:${port}`;
  const peers = `http://127.0.0.1:${peerPort}`;
  let lives = 0;
  let running: StartedProcess | undefined;
  const etcd: Etcd = {
    address,
    async kill() {
      if (!running) return;
      await stopProcess(running, { signal: "SIGKILL", graceMs: 0 });
      guardian.forget(running.pid);
      running = undefined;
    },
    async start({ empty = false } = {}) {
      if (empty) lives++;
      running = startProcess({
        program: "etcd",
        args: [
          `--data-dir=${folder}/${lives}`,
          `--listen-client-urls=http://${address}`,
          `--advertise-client-urls=http://${address}`,
          `--listen-peer-urls=${peers}`,
          `--initial-advertise-peer-urls=${peers}`,
          `--initial-cluster=default=${peers}`,
          "--log-level=error",
        ],
        output: "null",
      }, guardian);
      await answers(address);
    },
    async [Symbol.asyncDispose]() {
      await etcd.kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
  try {
    await etcd.start();
  } catch (error) {
    await etcd[Symbol.asyncDispose]();
    throw error;
  }
  return etcd;
}

/** @throws {Failure} If it does not answer in time. */
async function answers(address: string): Promise<void> {
  const connection = connectEtcd({ address });
  try {
    await connection.unary(EtcdKV.Range, { key: Buffer.from("a") }, {
      waitForReady: true,
      deadlineMs: START_MS,
    });
  } catch (error) {
    throw new Failure(`Cannot measure etcd: ${(error as Error).message}`);
  } finally {
    connection.close();
  }
}

/** A connection of its own, as another process would have. */
export function connectEtcd({ address }: Pick<Etcd, "address">): Connection {
  return connect(address, {
    name: "etcd",
    token: null,
    tls: false,
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
}

/** Does one thing, as the broker does all that it writes. */
export function change(
  etcd: Connection,
  request: RequestOp,
): Promise<TxnResponse__Output> {
  return etcd.unary(EtcdKV.Txn, { success: [request] });
}
