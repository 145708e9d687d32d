/**
 * Where services are: at one address, or wherever the broker says.
 *
 * @module
 */

import { listServices } from "../../broker/client.ts";
import { BROKER_SERVICE } from "../../proto/broker/contract.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import { REFLECTION_VERSIONS } from "../../runtime/rpc/reflection_contract.ts";
import { brokerProblem } from "../control/broker_problem.ts";
import type { DescribedService, Server } from "./server.ts";

/** Services, and who has them. */
export interface Directory {
  /** Full names, in order. */
  readonly services: readonly string[];
  /** Those that have a service. */
  serversOf(service: string): readonly Server[];
  /** Where they are, for messages. */
  readonly where: string;
  /** What to do about one that is not there; empty where nothing can be done. */
  readonly remedy: string;
}

/** What a .proto can call a service; nothing else can be described. */
const NAME = /^\w+(\.\w+)*$/;

/** What one server has; how it is asked is of no interest. */
export async function directoryAt(server: Server): Promise<Directory> {
  const asking = new Set(REFLECTION_VERSIONS.map(({ name }) => name));
  const services = await server.services();
  return {
    services: services.filter((name) => NAME.test(name) && !asking.has(name)),
    serversOf: () => [server],
    where: `at ${server.address}`,
    remedy: "",
  };
}

/**
 * What is registered with a broker, and the broker itself.
 *
 * @param broker Its address, or those of several with commas.
 * @param open Gives the server at an address.
 * @throws {Failure} If no broker answers.
 */
export async function directoryOfBroker(
  broker: string,
  open: (address: string) => Server,
): Promise<Directory> {
  const addresses = new Map([[BROKER_SERVICE, broker.split(",")]]);
  for (const { service, address } of await entriesOf(broker)) {
    addresses.set(service, [...addresses.get(service) ?? [], address]);
  }
  return {
    services: [...addresses.keys()].toSorted(),
    serversOf: (service) => (addresses.get(service) ?? []).map(open),
    where: `among those that the broker at ${broker} knows`,
    remedy: "--address=HOST:PORT calls a server that is not registered",
  };
}

async function entriesOf(broker: string) {
  try {
    return await listServices(broker);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
    const { isAbsent, reason } = brokerProblem(broker, error);
    const remedy = isAbsent
      ? `; name another with --broker, start one, as "${
        commandFor("supervise broker")
      }" does here, or name the server itself with --address=HOST:PORT`
      : "";
    throw new Failure(`Cannot find services: ${reason}${remedy}`, 1, {
      cause: error,
    });
  }
}

/**
 * Finds a server of a service that answers, and asks it for its types.
 *
 * @throws {Fault} What the last one said, if none does.
 */
export async function findServer(
  directory: Pick<Directory, "serversOf">,
  service: string,
): Promise<{ server: Server; described: DescribedService }> {
  const servers = [...directory.serversOf(service)];
  for (;;) {
    const server = servers.shift();
    if (!server) throw new TypeError(`No server has ${service}`);
    try {
      return { server, described: await server.describe(service) };
    } catch (error) {
      const isGone = error instanceof Fault && error.code === "unavailable";
      if (!isGone || servers.length === 0) throw error;
    }
  }
}
