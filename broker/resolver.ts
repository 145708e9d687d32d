/**
 * Makes gRPC find services through the broker: a target such as
 * `broker:///calculator.v1.CalculatorService` stands for all instances of that
 * service, which are called in turn.
 *
 * The broker's address stands between the slashes, percent-encoded; without
 * one it is 127.0.0.1:50051. While the broker is away the last known addresses
 * remain. client.ts is the way to connect.
 *
 * @module
 */

import {
  type ChannelOptions,
  experimental,
  Metadata,
  type ServiceConfig,
  status,
  type StatusObject,
} from "@grpc/grpc-js";
import { pause } from "../runtime/program/abort.ts";
import { parseAddress } from "../runtime/program/address.ts";
import { Fault } from "../runtime/program/errors.ts";
import { logDefect } from "../runtime/program/log.ts";
import { createKnownAddresses } from "./known_addresses.ts";
import { watchServices } from "./watch_services.ts";

/** Where the broker is, unless something else is said. */
export const DEFAULT_BROKER = "127.0.0.1:50051";

const SCHEME = "broker";

/**
 * How long services may take to register with a broker that has restarted, in
 * milliseconds: more than their longest backoff and connecting anew.
 */
const SETTLE_MS = 5_000;

/** In turn over all instances; a call that met a dead one goes to another. */
function serviceConfigFor(service: string): ServiceConfig {
  return {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [{
      name: [{ service }],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: "0.05s",
        maxBackoff: "0.5s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    }],
  };
}

/** Writes the target that stands for all instances of a service. */
export function brokerTarget(service: string, broker: string): string {
  return `${SCHEME}://${encodeURIComponent(broker)}/${service}`;
}

/** Makes targets of the scheme `broker` known to gRPC. Once is enough. */
export function registerBrokerResolver(): void {
  experimental.registerResolver(SCHEME, BrokerResolver);
}

/** One channel's resolver. gRPC makes it, and asks it when it begins to call. */
class BrokerResolver implements experimental.Resolver {
  readonly #service: string;
  readonly #broker: string;
  readonly #listener: experimental.ResolverListener;
  #watching: AbortController | undefined;

  constructor(
    target: experimental.GrpcUri,
    listener: experimental.ResolverListener,
    _options: ChannelOptions,
  ) {
    this.#service = target.path;
    this.#broker = decodeURIComponent(target.authority ?? "") || DEFAULT_BROKER;
    this.#listener = listener;
  }

  static getDefaultAuthority(target: experimental.GrpcUri): string {
    return target.path;
  }

  /** Begins to watch; news comes by itself from then on. */
  updateResolution(): void {
    if (this.#watching) return;
    const watching = this.#watching = new AbortController();
    this.#watch(watching.signal).catch((error) => {
      if (watching.signal.aborted) return;
      // A fault here is final: the target cannot be that of a service. gRPC
      // asks again for the next call.
      this.#watching = undefined;
      if (!(error instanceof Fault)) logDefect("watching the broker", error);
      this.#refuse(String(error.message));
    });
  }

  destroy(): void {
    this.#watching?.abort();
    this.#watching = undefined;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const known = createKnownAddresses();
    let told: string | undefined;
    const tell = () => {
      const addresses = known.list();
      if (told === addresses.join()) return;
      told = addresses.join();
      this.#offer(addresses);
    };
    let settling = new AbortController();
    const settleLater = () => {
      settling.abort();
      settling = new AbortController();
      const over = AbortSignal.any([signal, settling.signal]);
      void pause(SETTLE_MS, over).then(() => {
        if (over.aborted) return;
        known.settle();
        tell();
      });
    };
    const events = watchServices({
      broker: this.#broker,
      service: this.#service,
      signal,
    });
    for await (const event of events) {
      if (event.kind === "away") {
        if (told === undefined) {
          this.#refuse(event.fault.message, codeOf(event.fault));
        }
        continue;
      }
      known.apply(event);
      tell();
      if (event.kind === "snapshot" && known.unsettled) settleLater();
    }
  }

  #offer(addresses: string[]): void {
    this.#listener(
      experimental.statusOrFromValue(addresses.map(endpointOf)),
      {},
      experimental.statusOrFromValue(serviceConfigFor(this.#service)),
      "",
    );
    // grpc-js takes an empty list as "idle" and lets calls wait for ever; told
    // of a failure after it, it has nobody to call and says so.
    if (addresses.length === 0) {
      this.#refuse(
        `no instance of service "${this.#service}" is registered with the broker at ${this.#broker}`,
      );
    }
  }

  #refuse(details: string, code = status.UNAVAILABLE): void {
    const failure: StatusObject = {
      code,
      details,
      metadata: new Metadata(),
    };
    this.#listener(
      experimental.statusOrFromError(failure),
      {},
      experimental.statusOrFromValue(serviceConfigFor(this.#service)),
      "",
    );
  }
}

/**
 * What calls fail with while the broker has never answered: a broker that does
 * not let this process in will not do so later.
 */
function codeOf({ code }: Fault): status {
  return code === "unauthenticated"
    ? status.UNAUTHENTICATED
    : status.UNAVAILABLE;
}

function endpointOf(address: string): experimental.Endpoint {
  const parsed = parseAddress(address);
  return {
    addresses: [
      parsed.kind === "unix"
        ? { path: parsed.path }
        : { host: parsed.host, port: parsed.port },
    ],
  };
}
