/**
 * A broker of its own, and what the benches do with it as its users would.
 *
 * @module
 */

import { BrokerService } from "../../../proto/broker/contract.ts";
import type { Registered__Output } from "../../../proto/types/broker/v1/Registered.ts";
import type { Registration } from "../../../proto/types/broker/v1/Registration.ts";
import type { WatchUpdate__Output } from "../../../proto/types/broker/v1/WatchUpdate.ts";
import type { Environment } from "../../../runtime/process/environment.ts";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import { readMemory } from "../../../runtime/process/process_memory.ts";
import { Failure } from "../../../runtime/program/errors.ts";
import { RUN_VARIABLE_PATTERN } from "../../../runtime/program/run_variables.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";
import type { MessageStream } from "../../../runtime/rpc/message_stream.ts";
import { type ProgramUnderTest, startProgram } from "../program_under_test.ts";

/** The service that is registered, asked for and watched. */
export const SERVICE = "bench.v1.BenchService";

/** A script that listens. */
export interface Server extends ProgramUnderTest {
  readonly address: string;
}

/** Options for {@linkcode startServer}. */
export interface ServerOptions {
  /** Where it listens. @default {any free port} */
  address?: string;
  /** What it is given besides its address. @default {none} */
  args?: readonly string[];
  /** What it may reach besides its address. @default {nothing} */
  net?: readonly string[];
  /** All its variables. @default {those of this process} */
  env?: Environment;
}

/** Starts a script that listens, and waits until it does. */
export async function startServer(
  guardian: Guardian,
  script: string,
  { address = "127.0.0.1:0", args = [], net = [], env }: ServerOptions = {},
): Promise<Server> {
  const program = startProgram(guardian, {
    script,
    args: [`--address=${address}`, ...args],
    permissions: { net: [address, ...net], env: [RUN_VARIABLE_PATTERN] },
    env,
  }, 0);
  const serving = /^Serving on (.*)$/;
  const { line } = await program.said(serving);
  return { ...program, address: serving.exec(line)![1]! };
}

/** Starts a broker. */
export function startBroker(guardian: Guardian): Promise<Server> {
  return startServer(guardian, "broker/main.ts");
}

/** A connection of its own, as another process would have. */
export function connectAlone(broker: Server): Connection {
  return connect(broker.address, {
    name: "the broker",
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
}

/** An entry of the service. */
export function entry(instance: string, port: number, metadata = {}) {
  return {
    service: SERVICE,
    instance,
    address: `127.0.0.1:${port}`,
    version: "1.0.0",
    metadata,
  };
}

/** Registers one entry more or anew, and waits until it stands. */
export async function register(
  stream: MessageStream<Registered__Output, Registration>,
  registration: Registration,
): Promise<void> {
  stream.send(registration);
  await stream.incoming.next();
}

/** The updates of a watch. */
export type Updates = AsyncIterableIterator<WatchUpdate__Output>;

/** Watches a service, or all for ""; the snapshot is read. */
export async function openWatch(
  client: Connection,
  service = SERVICE,
): Promise<Updates> {
  const updates = client.serverStream(BrokerService.Watch, { service });
  for (let more = true; more;) {
    const { value } = await updates.next();
    more = (value as WatchUpdate__Output).snapshot?.more ?? false;
  }
  return updates;
}

type Change = NonNullable<WatchUpdate__Output["changes"]>["changes"][number];

/** Waits for the event of one change. */
export async function seeChange(
  updates: Updates,
  isIt: (change: Change) => boolean,
): Promise<void> {
  for (let seen = false; !seen;) {
    const { value, done } = await updates.next();
    if (done) throw new Failure("Cannot measure: a watch has ended");
    seen = (value as WatchUpdate__Output).changes?.changes.some(isIt) ?? false;
  }
}

/** True of the change that made an entry's metadata say so. */
export function isNamed(name: string): (change: Change) => boolean {
  return ({ put }) => put?.metadata["change"] === name;
}

/** What a broker holds before and after, in bytes, as far as that is known. */
export interface Growth {
  brokerRssBeforeBytes?: number;
  brokerRssBytes?: number;
}

/** Begins to look at a broker's memory; call the result for the second look. */
export async function watchMemory(
  { pid }: Server,
): Promise<() => Promise<Growth>> {
  const before = await readMemory(pid, "VmRSS");
  return async () => {
    const after = await readMemory(pid, "VmRSS");
    return {
      ...(before === undefined ? {} : { brokerRssBeforeBytes: before }),
      ...(after === undefined ? {} : { brokerRssBytes: after }),
    };
  };
}
