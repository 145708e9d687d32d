/**
 * The broker's gRPC methods, a thin shell over the registry.
 *
 * @module
 */

import { BROKER_PROTOCOL, BrokerService } from "../proto/broker/contract.ts";
import type { ListResponse } from "../proto/types/broker/v1/ListResponse.ts";
import type { Registered } from "../proto/types/broker/v1/Registered.ts";
import type { Registration__Output } from "../proto/types/broker/v1/Registration.ts";
import { Fault } from "../runtime/program/errors.ts";
import {
  type Call,
  duplex,
  implement,
  type Implementation,
  serverStream,
  unary,
} from "../runtime/rpc/handlers.ts";
import type { MessageStream } from "../runtime/rpc/message_stream.ts";
import {
  checkEntry,
  checkServiceName,
  describeEntry,
  type Entry,
  type Place,
} from "./entry.ts";
import { callerIn } from "./caller.ts";
import { createUpdateEncoder } from "./encode_update.ts";
import { QUOTAS, type Quotas } from "./limits.ts";
import { readPageToken, writePageToken } from "./page_token.ts";
import { createRefusals, type Refusals } from "./refusals.ts";
import type { Lease, Moment, Registry } from "./registry.ts";

/** Options for {@linkcode brokerService}. */
export interface BrokerServiceOptions {
  /** What one stream may hold. @default {QUOTAS} */
  quotas?: Pick<Quotas, "streamEntries">;
  /** Told, in a line each, who is refused. @default {nobody} */
  report?: (line: string) => void;
  /** Unix time in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** Most watchers of an answer: with the longest names well below 4 MiB. */
const MAX_WATCHERS = 2_000;

/** Builds `broker.v1.BrokerService` over `registry`. */
export function brokerService(
  registry: Registry,
  { quotas = QUOTAS, report = () => {}, now = Date.now }: BrokerServiceOptions =
    {},
): Implementation {
  const rules = { ...quotas, refusals: createRefusals(report), now };
  return implement(BrokerService, {
    Register: duplex((stream, call) => register(registry, stream, call, rules)),

    Resolve: unary(async (request) => {
      const { service } = request;
      checkServiceName(service, "resolve");
      const answer = await page(registry, "resolve", service, request);
      const isNone = answer.entries?.length === 0 && !request.pageToken;
      if (isNone) throw await notFound(registry, service);
      return answer;
    }),

    List: unary((request) => page(registry, "list", "", request)),

    Watch: serverStream(({ service }, { signal, peer, metadata }) => {
      if (service) checkServiceName(service, "watch");
      const who = { name: callerIn(metadata), address: peer };
      return registry.watch({ service: service || undefined, signal, who });
    }, createUpdateEncoder()),

    ListWatchers: unary(async () => {
      const { watchers, total } = await registry.watchers(MAX_WATCHERS);
      return {
        watchers: watchers.map(({ service = "", ...who }) => ({
          service,
          ...who,
        })),
        total,
      };
    }),
  });
}

/** What a stream is held to, and who is told if it is refused. */
interface StreamRules extends Pick<Quotas, "streamEntries"> {
  refusals: Refusals;
  now: () => number;
}

/** What a stream holds. */
interface Hold {
  lease: Lease;
  /** Since when: a newer entry in its place changes nothing about that. */
  sinceMs: number;
}

/**
 * Keeps entries registered for as long as their call lasts. A process that
 * dies ends its call, so no entry outlives the process behind it.
 */
async function register(
  registry: Registry,
  stream: MessageStream<Registration__Output, Registered>,
  { signal, peer }: Pick<Call, "signal" | "peer">,
  { streamEntries, refusals, now }: StreamRules,
): Promise<void> {
  const holds = new Map<string, Hold>();
  let lost: Fault | undefined;
  const leave = () => void stream.incoming.return?.();
  signal.addEventListener("abort", leave, { once: true });
  const put = async (entry: Entry, protocol: number): Promise<Moment> => {
    checkProtocol(protocol, entry);
    const key = `${entry.service}\n${entry.instance}`;
    const held = holds.get(key);
    if (held) {
      return await held.lease.replace({ ...entry, registeredMs: held.sinceMs });
    }
    if (holds.size >= streamEntries) {
      throw new Fault(
        "exhausted",
        `Cannot register service ${
          describeEntry(entry)
        }: a stream holds ${streamEntries} entries at most`,
      );
    }
    const sinceMs = now();
    const lease = await registry.add({ ...entry, registeredMs: sinceMs }, peer);
    holds.set(key, { lease, sinceMs });
    void lease.lost.then((fault) => {
      lost ??= fault;
      leave();
    });
    return lease;
  };
  try {
    for await (const registration of stream.incoming) {
      const { protocol } = registration;
      const entry = checkEntry(registration.entry);
      const { epoch, revision } = await put(entry, protocol).catch((fault) => {
        // Of a registry that is away the registry itself tells, and once.
        if (fault.code !== "unavailable") {
          refusals.add(peer, describeEntry(entry), String(fault.message));
        }
        throw fault;
      });
      refusals.forget(peer, describeEntry(entry));
      stream.send({ epoch, revision, instance: entry.instance });
    }
  } finally {
    for (const { lease } of holds.values()) await lease[Symbol.asyncDispose]();
  }
  if (lost) throw lost;
  if (signal.aborted) {
    throw new Fault(
      "unavailable",
      "Cannot keep services registered: the broker is stopping",
    );
  }
}

/** @throws {Fault} `failed_precondition` if the caller is newer than this. */
function checkProtocol(protocol: number, entry: Entry): void {
  if (protocol <= BROKER_PROTOCOL) return;
  throw new Fault(
    "failed_precondition",
    `Cannot register service ${
      describeEntry(entry)
    }: it speaks version ${protocol} of the broker's contract, and this broker knows version ${BROKER_PROTOCOL}; update the broker`,
  );
}

/** Answers with one page of a list. */
async function page(
  registry: Registry,
  method: "list" | "resolve",
  service: string,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
): Promise<ListResponse> {
  if (pageSize < 0) {
    throw new Fault(
      "invalid",
      `Cannot ${method}: page_size must be 0 or more: current value is ${pageSize}`,
    );
  }
  const list = { method, service };
  const start = readPageToken(list, pageToken);
  const { more, ...answer } = await registry.list({
    service: service || undefined,
    after: start?.after,
    limit: pageSize || undefined,
  });
  const { epoch, entries } = answer;
  if (start && start.epoch !== epoch) {
    throw new Fault(
      "aborted",
      `Cannot ${method}: page_token is of a broker that has restarted since; begin again with the first page`,
    );
  }
  const after = entries.at(-1);
  return {
    ...answer,
    entries: [...entries],
    nextPageToken: more && after ? writePageToken(list, { epoch, after }) : "",
  };
}

/** Most services that a refusal names. */
const MAX_NAMED = 20;
/** Comes after every instance: no name has a character as high. */
const LAST_INSTANCE = "\x7f";

async function notFound(registry: Registry, service: string): Promise<Fault> {
  const known: string[] = [];
  let after: Place | undefined;
  while (known.length <= MAX_NAMED) {
    const { entries } = await registry.list({ after, limit: 1 });
    const [first] = entries;
    if (!first) break;
    known.push(first.service);
    after = { service: first.service, instance: LAST_INSTANCE };
  }
  if (known.length > MAX_NAMED) known[MAX_NAMED] = "and more";
  return new Fault(
    "not_found",
    `Cannot resolve service "${service}": registered services are ${
      known.join(", ") || "none"
    }`,
  );
}
