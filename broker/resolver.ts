/**
 * Makes gRPC find services through the broker: a target such as
 * `broker:///calculator.v1.CalculatorService` stands for all instances of that
 * service, which are called in turn.
 *
 * The broker's address stands between the slashes, percent-encoded, or those of
 * several with commas; without one it is 127.0.0.1:50051. A lookup reads what a watch of the broker has told
 * and asks nothing; while the broker is away the last known addresses remain.
 * client.ts is the way to connect.
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
import { parseAddress } from "../runtime/program/address.ts";
import type { Fault } from "../runtime/program/errors.ts";
import { type AddressNews, followAddresses } from "./followed_addresses.ts";

/** Where the broker is, unless something else is said. */
export const DEFAULT_BROKER = "127.0.0.1:50051";

const SCHEME = "broker";

/** In turn over all instances; a call that met a dead one goes to another. */
function serviceConfigFor(service: string): ServiceConfig {
  return {
    loadBalancingConfig: [{
      // An instance that answers, and nearly always with an error, gets no calls
      // for a while; a frozen one, for example.
      outlier_detection: {
        interval: { seconds: 2, nanos: 0 },
        base_ejection_time: { seconds: 5, nanos: 0 },
        max_ejection_time: { seconds: 30, nanos: 0 },
        max_ejection_percent: 50,
        failure_percentage_ejection: {
          threshold: 90,
          enforcement_percentage: 100,
          minimum_hosts: 2,
          request_volume: 20,
        },
        child_policy: [{ round_robin: {} }],
      },
    }],
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
  #following: Disposable | undefined;

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

  /**
   * Begins to follow; news comes by itself from then on. Where this process
   * follows the service already, that answers, and the broker is not asked.
   */
  updateResolution(): void {
    this.#following ??= followAddresses(
      { broker: this.#broker, service: this.#service },
      (news) => this.#tell(news),
    );
  }

  destroy(): void {
    this.#following?.[Symbol.dispose]();
    this.#following = undefined;
  }

  #tell(news: AddressNews): void {
    switch (news.kind) {
      case "addresses":
        return this.#offer(news.addresses);
      case "away":
        return this.#refuse(news.fault.message, codeOf(news.fault));
      case "over":
        // gRPC asks again for the next call.
        this.#following = undefined;
        return this.#refuse(news.message);
    }
  }

  #offer(addresses: readonly string[]): void {
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
  switch (code) {
    case "unauthenticated":
      return status.UNAUTHENTICATED;
    case "permission_denied":
      return status.PERMISSION_DENIED;
    default:
      return status.UNAVAILABLE;
  }
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
