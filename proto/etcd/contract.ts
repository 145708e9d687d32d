/**
 * The services of etcd, as far as they are used.
 *
 * @module
 */

import { loadContract } from "../contract.ts";
import type { KVDefinition } from "../types/etcdserverpb/KV.ts";
import type { LeaseDefinition } from "../types/etcdserverpb/Lease.ts";
import type { WatchDefinition } from "../types/etcdserverpb/Watch.ts";
import ETCD_PROTO from "./v3/etcd.proto" with { type: "text" };

const CONTRACT = loadContract({ "etcd/v3/etcd.proto": ETCD_PROTO });

export const EtcdKV = CONTRACT["etcdserverpb.KV"] as unknown as KVDefinition;
export const EtcdLease = CONTRACT[
  "etcdserverpb.Lease"
] as unknown as LeaseDefinition;
export const EtcdWatch = CONTRACT[
  "etcdserverpb.Watch"
] as unknown as WatchDefinition;
