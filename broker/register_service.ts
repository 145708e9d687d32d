/**
 * Keeps one service registered with the broker.
 *
 * @module
 */

import { BROKER_PROTOCOL, BrokerService } from "../proto/broker/contract.ts";
import { pause } from "../runtime/program/abort.ts";
import { parseAddress } from "../runtime/program/address.ts";
import { advertisedAddress } from "../runtime/program/advertise.ts";
import { isAnyHost } from "../runtime/program/dialable_host.ts";
import { wrongOption } from "../runtime/program/errors.ts";
import { log } from "../runtime/program/log.ts";
import {
  readVariable,
  RUN_VARIABLES,
} from "../runtime/program/run_variables.ts";
import { describeEntry, type Entry } from "./entry.ts";
import { connectBroker } from "./broker_list.ts";
import { type Opening, reopen } from "./reopen.ts";

/** Options for {@linkcode registerService}. */
export interface RegisterOptions {
  /** The broker's address, or those of several with commas. */
  broker: string;
  /** Ends the registration when it aborts. */
  signal: AbortSignal;
  /**
   * Where others call it, as `host` or `host:port`, if that is not where it
   * listens: another address of this machine, or the one that a container or a
   * router has. A host without a port is given that of the entry. It is the
   * entry's address, and its instance if that was its address.
   *
   * @default {what the environment says, as that of a container does; else the
   * address of the entry}
   */
  advertise?: string | undefined;
  /** Called each time the broker has confirmed the registration. */
  onRegistered?: () => void;
  /**
   * Told, in a line each, when the registration begins, breaks and begins again,
   * and why it has to wait. @default {log}
   */
  report?: (line: string) => void;
}

/** How long the broker may take to confirm that an entry is removed. */
const LEAVE_MS = 500;
/**
 * How long clients may take to hear from the broker that an entry is removed,
 * in milliseconds. Until then they call it as before.
 */
const NEWS_MS = 200;

/**
 * Registers a service for as long as `signal` allows.
 *
 * Waits for a broker that is away, and for whoever holds the same instance to
 * end; registers again by itself after a break. Returns when the entry is removed and the clients have heard of it, so that
 * nobody calls a server that stops after this.
 *
 * @example
 * ```ts
 * import { implement, serve, unary } from "denizen";
 * import { registerService } from "denizen/broker";
 * import { GREETER_SERVICE, GreeterService } from "./proto/greeter/contract.ts";
 *
 * const served = await serve({
 *   address: "127.0.0.1:0",
 *   services: {
 *     [GREETER_SERVICE]: implement(GreeterService, {
 *       Greet: unary(({ name }) => ({ greeting: `Hello, ${name}` })),
 *     }),
 *   },
 * });
 * const stop = new AbortController(); // runProgram() gives a signal
 * await registerService({
 *   service: GREETER_SERVICE,
 *   instance: served.address,
 *   address: served.address,
 *   version: "1.0.0",
 *   metadata: {},
 * }, {
 *   broker: "127.0.0.1:50051",
 *   signal: stop.signal,
 *   onRegistered: () => stop.abort(), // leaves again, at once
 * });
 * await served.stop();
 * ```
 *
 * @param listening What to register, with the address where it listens.
 * @throws {Fault} `invalid` if the entry is wrong, or nobody can call what is to
 * be advertised.
 */
export async function registerService(
  listening: Entry,
  {
    broker,
    signal,
    advertise = readVariable(RUN_VARIABLES.advertise),
    onRegistered = () => {},
    report = log,
  }: RegisterOptions,
): Promise<void> {
  const entry = advertise === undefined
    ? dialable(listening)
    : entryAt(advertise, listening);
  const connection = connectBroker(broker);
  const what = describeEntry(entry);
  let away = false;
  let isKnown = false;
  const register = ({ waitForReady, patience }: Opening) => {
    const cancel = new AbortController();
    const stream = connection.duplex(BrokerService.Register, {
      waitForReady,
      signal: AbortSignal.any([cancel.signal, patience]),
    });
    stream.send({ entry, protocol: BROKER_PROTOCOL });
    return leaveOnAbort(stream, signal, () => cancel.abort());
  };
  for await (const event of reopen(register, signal)) {
    if (event.kind === "away") {
      away = true;
      isKnown = false;
      // The broker's own refusal says again what is refused.
      const reason = event.fault.message
        .replace(`Cannot register service ${what}: `, "");
      report(`Waiting to register ${what}: ${reason}`);
    } else {
      report(`Registered ${what}${away ? " again" : ""}`);
      away = false;
      isKnown = true;
      onRegistered();
    }
  }
  if (isKnown) await news();
}

/** Refuses where a service listens as what others are to call, if nobody can. */
function dialable(listening: Entry): Entry {
  const { service, address } = listening;
  const host = /^\[?([^\]]*)\]?:\d+$/.exec(address)?.[1] ?? "";
  if (!isAnyHost(host)) return listening;
  throw wrongOption(
    `Cannot register service "${service}": it listens on all addresses of this machine (${address}), and nobody can call that; say where others call it, as in --advertise=10.0.0.5 (advertise of registerService(), advertise: in config.yaml, or ${RUN_VARIABLES.advertise})`,
  );
}

/** The entry of a service that is called elsewhere than where it listens. */
function entryAt(advertise: string, listening: Entry): Entry {
  const { service, instance, address } = listening;
  const own = parseAddress(address);
  const advertised = advertisedAddress(
    advertise,
    own.kind === "tcp" ? own.port : undefined,
  );
  if ("problem" in advertised) {
    throw wrongOption(
      `Cannot register service "${service}": nobody can call ${
        JSON.stringify(advertise)
      }, which it advertises: ${advertised.problem}`,
    );
  }
  return {
    ...listening,
    address: advertised.value,
    instance: instance === address ? advertised.value : instance,
  };
}

/** Resolves once clients have heard from the broker. */
function news(): Promise<void> {
  return pause(NEWS_MS);
}

/**
 * Reads the stream, and ends it when `signal` aborts: first in order, so that
 * the broker confirms, and by force if it does not.
 */
async function* leaveOnAbort<Message>(
  stream: { incoming: AsyncIterable<Message>; end(): void },
  signal: AbortSignal,
  cancel: () => void,
): AsyncGenerator<Message> {
  let registered = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const leave = () => {
    if (!registered) return cancel();
    stream.end();
    timer = setTimeout(cancel, LEAVE_MS);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    for await (const message of stream.incoming) {
      registered = true;
      yield message;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
  }
}
