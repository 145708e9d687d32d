/**
 * Asks one member of an etcd.
 *
 * @module
 */

import { Metadata } from "@grpc/grpc-js";
import { EtcdKV, EtcdLease, EtcdWatch } from "../../proto/etcd/contract.ts";
import type { KeyValue__Output } from "../../proto/types/etcdserverpb/KeyValue.ts";
import type { LeaseKeepAliveResponse__Output } from "../../proto/types/etcdserverpb/LeaseKeepAliveResponse.ts";
import type { RangeRequest } from "../../proto/types/etcdserverpb/RangeRequest.ts";
import type { RangeResponse__Output } from "../../proto/types/etcdserverpb/RangeResponse.ts";
import type { TxnRequest } from "../../proto/types/etcdserverpb/TxnRequest.ts";
import type { TxnResponse__Output } from "../../proto/types/etcdserverpb/TxnResponse.ts";
import type { WatchResponse__Output } from "../../proto/types/etcdserverpb/WatchResponse.ts";
import { after } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect } from "../../runtime/rpc/connect.ts";

/** A key with its value. */
export type KeyValue = KeyValue__Output;

/** Keys that are asked for. */
export interface Range {
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

/** One member of an etcd. Each question throws a `Fault` if there is no answer. */
export interface Member {
  /** `host:port` */
  readonly address: string;
  range(request: RangeRequest): Promise<RangeResponse__Output>;
  txn(request: TxnRequest): Promise<TxnResponse__Output>;
  /** Grants a lease of an id that nobody has. */
  grant(id: number, seconds: number): Promise<void>;
  /** Opens a stream that keeps one lease, until `signal` aborts. */
  keepAlive(id: number, signal: AbortSignal): {
    /** Begins its time anew. Resolves with the seconds left; 0 if it is over. */
    renew(): Promise<number>;
  };
  /** Reads what changes in a range from a revision on, until `signal` aborts. */
  watch(
    range: Range,
    startRevision: number,
    signal: AbortSignal,
  ): AsyncIterable<WatchResponse__Output>;
  close(): void;
}

/** How long an answer may take, in milliseconds. */
export const ANSWER_MS = 3_000;

/** Most bytes of an answer: many entries, of programs that limit nothing. */
const MAX_ANSWER_BYTES = 64 * 1_024 * 1_024;

/** Connects to a member. Opens nothing until it is asked. */
export function connectMember(address: string): Member {
  const connection = connect(address, {
    name: "etcd",
    // The token is for programs of the run.
    token: null,
    tls: false,
    channel: {
      "grpc.max_reconnect_backoff_ms": 1_000,
      "grpc.max_receive_message_length": MAX_ANSWER_BYTES,
      // It takes pings every 5 s at most. The lease tells sooner.
      "grpc.keepalive_time_ms": 30_000,
    },
  });
  const metadata = new Metadata();
  // A member that has lost the others says so, instead of waiting for them.
  metadata.set("hasleader", "true");
  const asking = { metadata, deadlineMs: ANSWER_MS };
  return {
    address,
    range: (request) => connection.unary(EtcdKV.Range, request, asking),
    txn: (request) => connection.unary(EtcdKV.Txn, request, asking),
    async grant(id, seconds) {
      const request = { ID: id, TTL: seconds };
      const { error } = await connection.unary(
        EtcdLease.LeaseGrant,
        request,
        asking,
      );
      if (error) throw new Fault("unavailable", error);
    },
    keepAlive(id, signal) {
      const { incoming, send } = connection.duplex(EtcdLease.LeaseKeepAlive, {
        metadata,
        signal,
      });
      return {
        async renew() {
          send({ ID: id });
          const { TTL } = await soon(incoming, address);
          return Math.max(0, TTL);
        },
      };
    },
    async *watch(range, startRevision, signal) {
      const { incoming, send } = connection.duplex(EtcdWatch.Watch, {
        metadata,
        signal,
      });
      send({ createRequest: { ...range, startRevision, fragment: true } });
      yield await soon(incoming, address);
      yield* incoming;
    },
    close: connection.close,
  };
}

/** The next message, which has to come in time. */
async function soon<
  Message extends LeaseKeepAliveResponse__Output | WatchResponse__Output,
>(incoming: AsyncIterator<Message>, address: string): Promise<Message> {
  const late = Promise.withResolvers<never>();
  const cancel = after(ANSWER_MS, () =>
    late.reject(
      new Fault(
        "timed_out",
        `Cannot reach etcd at ${address}: it has not answered within ${ANSWER_MS} ms`,
      ),
    ));
  try {
    const { value, done } = await Promise.race([incoming.next(), late.promise]);
    if (!done) return value;
    throw new Fault(
      "unavailable",
      `Cannot reach etcd at ${address}: it has ended the stream`,
    );
  } finally {
    cancel();
  }
}
