/**
 * An etcd beside the broker, for comparison: asked and watched by the same
 * client, in the same run.
 *
 * Of its contract only what is used stands here; the numbers of the fields are
 * etcd's (api/etcdserverpb/rpc.proto, api/mvccpb/kv.proto).
 *
 * @module
 */

import type { MethodDefinition } from "@grpc/proto-loader";
import { loadContract } from "../../../proto/contract.ts";
import { pickPort } from "../../../runtime/process/free_port.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { startProcess } from "../../../runtime/process/start_process.ts";
import { stopProcess } from "../../../runtime/process/stop_process.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";
import { type ChangeSource, timeChanges } from "./changes.ts";
import type { Latency } from "./figures.ts";
import { timeCalls } from "./calls.ts";

const ETCD_PROTO = `
  syntax = "proto3";
  package etcdserverpb;

  service KV {
    rpc Range(RangeRequest) returns (RangeResponse);
    rpc Put(PutRequest) returns (PutResponse);
  }
  service Watch {
    rpc Watch(stream WatchRequest) returns (stream WatchResponse);
  }

  message ResponseHeader { int64 revision = 3; }
  message KeyValue {
    bytes key = 1;
    int64 create_revision = 2;
    int64 mod_revision = 3;
    int64 version = 4;
    bytes value = 5;
  }
  message RangeRequest { bytes key = 1; }
  message RangeResponse {
    ResponseHeader header = 1;
    repeated KeyValue kvs = 2;
    bool more = 3;
    int64 count = 4;
  }
  message PutRequest { bytes key = 1; bytes value = 2; }
  message PutResponse { ResponseHeader header = 1; }
  message WatchRequest { WatchCreateRequest create_request = 1; }
  message WatchCreateRequest { bytes key = 1; }
  message WatchResponse {
    ResponseHeader header = 1;
    bool created = 3;
    bool canceled = 4;
    repeated Event events = 11;
  }
  message Event { KeyValue kv = 2; }
`;

interface Range {
  kvs: { value: Uint8Array }[];
}

interface WatchResponse {
  created: boolean;
  events: { kv: { value: Uint8Array } | null }[];
}

type Method<Req, Res> = MethodDefinition<Req, unknown, unknown, Res>;

const CONTRACT = loadContract(ETCD_PROTO) as unknown as {
  "etcdserverpb.KV": {
    Range: Method<{ key: Uint8Array }, Range>;
    Put: Method<{ key: Uint8Array; value: Uint8Array }, unknown>;
  };
  "etcdserverpb.Watch": {
    Watch: Method<{ createRequest: { key: Uint8Array } }, WatchResponse>;
  };
};
const { Range, Put } = CONTRACT["etcdserverpb.KV"];
const { Watch } = CONTRACT["etcdserverpb.Watch"];

/** How long it may take to answer for the first time, in milliseconds. */
const START_MS = 15_000;

/** Where an instance would be registered. */
const KEY = new TextEncoder().encode("/bench.v1.BenchService/one");

/** What is measured of an etcd, in the same words as of the broker. */
export interface EtcdFigures {
  version: string;
  resolve: Latency;
  resolve64: { count: number; perSecond: number };
  changeToOneWatcher: Latency;
  changeToEachOf100Watchers: Latency;
}

/** Measures an etcd if there is one, as the broker is measured. */
export async function measureEtcd(
  guardian: Guardian,
  sizes: {
    resolves: number;
    inFlightResolves: number;
    changes: number;
    changesToHundred: number;
  },
): Promise<EtcdFigures | undefined> {
  const version = await findEtcd();
  if (version === undefined) {
    log("Without etcd, which is not there: apt-get install etcd-server");
    return undefined;
  }
  log(`Asking and watching etcd ${version} as much`);
  await using etcd = await startEtcd(guardian);
  const client = connectEtcd(etcd);
  const calls = await timeCalls(() => readKey(client), {
    inSequence: sizes.resolves,
    inFlight: sizes.inFlightResolves,
  });
  client.close();
  return {
    version,
    resolve: calls.inSequence,
    resolve64: calls.inFlight,
    changeToOneWatcher: await timeChanges(etcdChanges(etcd), 1, sizes.changes),
    changeToEachOf100Watchers: await timeChanges(
      etcdChanges(etcd),
      100,
      sizes.changesToHundred,
    ),
  };
}

/** An etcd that runs; disposing of it stops it and removes what it has stored. */
export interface Etcd extends AsyncDisposable {
  readonly address: string;
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
  const child = startProcess({
    program: "etcd",
    args: [
      `--data-dir=${folder}`,
      `--listen-client-urls=http://${address}`,
      `--advertise-client-urls=http://${address}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      "--log-level=error",
    ],
    output: "null",
  }, guardian);
  const etcd: Etcd = {
    address,
    async [Symbol.asyncDispose]() {
      await stopProcess(child, { graceMs: 0 });
      guardian.forget(child.pid);
      await Deno.remove(folder, { recursive: true });
    },
  };
  const connection = connectEtcd(etcd);
  try {
    await connection.unary(Put, { key: KEY, value: valueOf("") }, {
      waitForReady: true,
      deadlineMs: START_MS,
    });
  } catch (error) {
    await etcd[Symbol.asyncDispose]();
    throw new Failure(`Cannot measure etcd: ${(error as Error).message}`);
  } finally {
    connection.close();
  }
  return etcd;
}

/** A connection of its own, as another process would have. */
export function connectEtcd({ address }: Etcd): Connection {
  return connect(address, {
    name: "etcd",
    token: null,
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
}

/** Asks for the one key. */
export async function readKey(etcd: Connection): Promise<void> {
  const { kvs } = await etcd.unary(Range, { key: KEY });
  if (kvs.length !== 1) throw new Failure("Cannot measure etcd: no such key");
}

/** The key as what changes. */
export function etcdChanges(etcd: Etcd): ChangeSource {
  const registrant = connectEtcd(etcd);
  return {
    async change(name) {
      await registrant.unary(Put, { key: KEY, value: valueOf(name) });
    },
    async openWatch() {
      const connection = connectEtcd(etcd);
      const { incoming, send } = connection.duplex(Watch);
      send({ createRequest: { key: KEY } });
      await incoming.next();
      return {
        async see(name) {
          for (let seen = false; !seen;) {
            const { value, done } = await incoming.next();
            if (done) {
              throw new Failure("Cannot measure etcd: a watch has ended");
            }
            seen = value.events.some(({ kv }) => nameOf(kv?.value) === name);
          }
        },
        close: () => connection.close(),
      };
    },
    close: () => registrant.close(),
  };
}

/** What an entry of the broker holds, as somebody would store it in etcd. */
function valueOf(name: string): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      address: "127.0.0.1:1",
      version: "1.0.0",
      metadata: { change: name },
    }),
  );
}

function nameOf(value: Uint8Array | undefined): string | undefined {
  if (!value) return undefined;
  return JSON.parse(new TextDecoder().decode(value)).metadata.change;
}
