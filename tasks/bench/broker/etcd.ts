/**
 * An etcd beside the broker, for comparison: asked and watched by the same
 * client, in the same run.
 *
 * @module
 */

import { EtcdKV, EtcdWatch } from "../../../proto/etcd/contract.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import {
  change,
  connectEtcd,
  type Etcd,
  findEtcd,
  startEtcd,
} from "../etcd/etcd_process.ts";
import { timeCalls } from "./calls.ts";
import { type ChangeSource, timeChanges } from "./changes.ts";
import type { Latency } from "./figures.ts";

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
  await put(client, "");
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

/** Asks for the one key. */
export async function readKey(etcd: Connection): Promise<void> {
  const { kvs } = await etcd.unary(EtcdKV.Range, { key: KEY });
  if (kvs.length !== 1) throw new Failure("Cannot measure etcd: no such key");
}

/** The key as what changes. */
export function etcdChanges(etcd: Etcd): ChangeSource {
  const registrant = connectEtcd(etcd);
  return {
    async change(name) {
      await put(registrant, name);
    },
    async openWatch() {
      const connection = connectEtcd(etcd);
      const { incoming, send } = connection.duplex(EtcdWatch.Watch);
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

async function put(etcd: Connection, name: string): Promise<void> {
  await change(etcd, { requestPut: { key: KEY, value: valueOf(name) } });
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
