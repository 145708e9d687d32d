/**
 * A real etcd, for tests. Where none is installed they are ignored, with the
 * reason in their names; in CI they run.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { MethodDefinition } from "@grpc/proto-loader";
import { loadContract } from "../../proto/contract.ts";
import { EtcdKV } from "../../proto/etcd/contract.ts";
import type { RequestOp } from "../../proto/types/etcdserverpb/RequestOp.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { findEtcd } from "../../tasks/bench/etcd/etcd_process.ts";
import type { DeclareTest, TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";
import { eventually } from "./eventually.ts";
import { freePorts } from "./free_ports.ts";
import { spawn, type Spawned } from "./spawned.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** Why nothing that needs an etcd can run here; undefined where it can. */
export const NO_ETCD: string | undefined = await findEtcd() === undefined
  ? "etcd is not there; Debian has it as etcd-server"
  : undefined;

/** Declares a test that needs an etcd. */
export function testEtcd(
  name: string,
  run: TestRun,
  declare?: DeclareTest,
): void {
  testWhere(name, NO_ETCD, run, declare);
}

/** A member of an etcd, often the only one; it can be killed and started again. */
export interface Etcd extends AsyncDisposable {
  /** `host:port`, the same for life. */
  readonly address: string;
  /** Kills it; it keeps what it has on disk. */
  kill(): Promise<void>;
  /** Stops it for the time being, or lets it go on. */
  freeze(frozen: boolean): void;
  /** Starts it again after it was killed. @param empty Without what it had. */
  start(options?: { empty?: boolean }): Promise<void>;
  /** Puts a key as another program would. */
  put(key: string, value: string): Promise<void>;
  /** Keys and values that begin so. */
  read(prefix: string): Promise<Record<string, string>>;
  /** Removes all keys that begin so. */
  clear(prefix: string): Promise<void>;
  /** Forgets all changes up to now. */
  compact(): Promise<void>;
  /** Ends every lease, with the keys that stand on it. */
  revokeLeases(): Promise<void>;
}

/** All keys that begin so. */
function below(prefix: string): { key: Buffer; rangeEnd: Buffer } {
  const rangeEnd = Buffer.from(prefix);
  rangeEnd[rangeEnd.length - 1]!++;
  return { key: Buffer.from(prefix), rangeEnd };
}

type Method<Request, Response> = MethodDefinition<
  Request,
  unknown,
  unknown,
  Response
>;

/** What only tests ask of it. */
const CONTRACT = loadContract(`
  syntax = "proto3";
  package etcdserverpb;
  service KV { rpc Compact(CompactionRequest) returns (Nothing); }
  service Lease {
    rpc LeaseLeases(Nothing) returns (Leases);
    rpc LeaseRevoke(OneLease) returns (Nothing);
  }
  message Nothing {}
  message CompactionRequest { int64 revision = 1; }
  message OneLease { int64 ID = 1; }
  message Leases { repeated OneLease leases = 2; }
`) as unknown as {
  "etcdserverpb.KV": { Compact: Method<{ revision: number }, unknown> };
  "etcdserverpb.Lease": {
    LeaseLeases: Method<unknown, { leases: { ID: number }[] }>;
    LeaseRevoke: Method<{ ID: number }, unknown>;
  };
};
const { Compact } = CONTRACT["etcdserverpb.KV"];
const { LeaseLeases, LeaseRevoke } = CONTRACT["etcdserverpb.Lease"];

/** Starts one with a folder of its own, and waits until it answers. */
export async function startEtcd(): Promise<Etcd> {
  const [only] = await startMembers(1);
  return only!;
}

/** Starts one of so many members, as {@linkcode startEtcd}. */
export async function startMembers(
  count: number,
): Promise<Etcd[] & AsyncDisposable> {
  const ports = freePorts(2 * count);
  const urls = Array.from(
    { length: count },
    (_, at) => `http://127.0.0.1:${ports + count + at}`,
  );
  const cluster = urls.map((url, at) => `${at}=${url}`).join();
  const members: Etcd[] = [];
  for (const [at, peers] of urls.entries()) {
    const address = `127.0.0.1:${ports + at}`;
    members.push(
      makeMember(await tempFolder(), {
        address,
        peers,
        cluster,
        name: `${at}`,
      }),
    );
  }
  // None answers before most of them are there.
  await Promise.all(members.map((each) => each.start()));
  return Object.assign(members, {
    async [Symbol.asyncDispose]() {
      for (const each of members) await each[Symbol.asyncDispose]();
    },
  });
}

/** Makes a member that does not run yet. */
function makeMember(
  folder: TempFolder,
  { address, peers, cluster, name }: Record<
    "address" | "peers" | "cluster" | "name",
    string
  >,
): Etcd {
  const connection = connect(address, {
    name: "etcd",
    token: null,
    tls: false,
  });
  let life = 0;
  let running: Spawned | undefined;
  const txn = (request: RequestOp) =>
    connection.unary(EtcdKV.Txn, { success: [request] }, {
      waitForReady: true,
      deadlineMs: 15_000,
    });
  const etcd: Etcd = {
    address,
    async start({ empty = false } = {}) {
      if (empty) life++;
      const started = running = spawn("etcd", [
        `--data-dir=${folder.file(String(life))}`,
        `--listen-client-urls=http://${address}`,
        `--advertise-client-urls=http://${address}`,
        `--listen-peer-urls=${peers}`,
        `--initial-advertise-peer-urls=${peers}`,
        `--name=${name}`,
        `--initial-cluster=${cluster}`,
        "--log-level=error",
        // Elects itself sooner, and takes leases of 1 s.
        "--heartbeat-interval=20",
        "--election-timeout=200",
      ]);
      // A connection to the one before may break under the first call.
      const answers = () =>
        txn({ requestRange: { key: Buffer.from("a") } })
          .then(() => true, () => false);
      const over = running.status.then(async () => {
        const said = await started.stderr.rest();
        throw new Error(`etcd has ended before it answered:\n${said}`);
      });
      // It ends later, too, and then that is well.
      over.catch(() => {});
      await Promise.race([over, eventually("etcd answers", answers)]);
    },
    async kill() {
      running?.kill("SIGKILL");
      await running?.[Symbol.asyncDispose]();
      running = undefined;
    },
    freeze: (frozen) => running?.kill(frozen ? "SIGSTOP" : "SIGCONT"),
    async put(key, value) {
      await txn({
        requestPut: { key: Buffer.from(key), value: Buffer.from(value) },
      });
    },
    async read(prefix) {
      const { responses } = await txn({ requestRange: below(prefix) });
      return Object.fromEntries(
        responses[0]!.responseRange!.kvs.map(({ key, value }) => [
          key.toString(),
          value.toString(),
        ]),
      );
    },
    async clear(prefix) {
      await txn({ requestDeleteRange: below(prefix) });
    },
    async compact() {
      const { header } = await txn({ requestRange: below("a") });
      await connection.unary(Compact, { revision: header!.revision });
    },
    async revokeLeases() {
      const { leases } = await connection.unary(LeaseLeases, {});
      for (const lease of leases) await connection.unary(LeaseRevoke, lease);
    },
    async [Symbol.asyncDispose]() {
      connection.close();
      await etcd.kill();
      await folder[Symbol.asyncDispose]();
    },
  };
  return etcd;
}
