/**
 * Addresses that a command line names by a service of the run: with
 * `port: auto` nobody knows them by heart.
 *
 * @module
 */

import { DEFAULT_BROKER } from "../../broker/client.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  address,
  dialled,
  type Flag,
  readEach,
} from "../../runtime/program/flags.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import { stateDirOf } from "../../supervisor/config/config.ts";
import { connectControl, isClaimed } from "../../supervisor/control/client.ts";
import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";

/** The name of the service that is the broker, where nobody names another. */
const BROKER = "broker";

/** What a service or a replica can be called. */
const NAME = /^[\w-]+$/;

/** A flag with an address, or with the name of a service of the run. */
export function serviceAddress(help: string): Flag<string | undefined> {
  const flag = address(help, undefined);
  return {
    ...flag,
    placeholder: "HOST:PORT|SERVICE",
    read: (text) => NAME.test(text) ? text : dialled(flag.read(text)),
  };
}

const oneBroker = serviceAddress("the broker, or several with commas");

/** The flag of commands that ask the broker. */
export const brokerAddress: Flag<string | undefined> = {
  ...oneBroker,
  read: (text) => readEach(text, oneBroker.read),
  defaultText: `the service "${BROKER}" that runs, or ${DEFAULT_BROKER}`,
};

/**
 * Returns the address that a flag stands for.
 *
 * @param given An address, or the name of a service.
 * @param config Whose supervisor is asked for a name.
 * @throws {UsageError} If no such service has an address.
 * @throws {Fault} `unavailable` if no supervisor runs that could know it.
 */
export async function resolveAddress(
  given: string,
  config: string,
): Promise<string> {
  if (!NAME.test(given)) return given;
  const { services } = await (await connectControl(config)).list();
  return addressIn(given, services);
}

/**
 * Returns the address of the broker, or those of several with commas: what is
 * given, else that of the run, else the one that brokers have where nothing is
 * said.
 */
export async function brokerOf(
  given: string | undefined,
  config: string,
): Promise<string> {
  if (given !== undefined) {
    const all = given.split(",").map((each) => resolveAddress(each, config));
    return [...new Set(await Promise.all(all))].join(",");
  }
  // Nothing runs: the broker may have been started by hand.
  if (!await isClaimed(stateDirOf(config))) return DEFAULT_BROKER;
  const { services } = await (await connectControl(config)).list();
  return services.find(({ service }) => service === BROKER)?.address ??
    DEFAULT_BROKER;
}

/**
 * Finds the address of a service, or of a replica; of several the first.
 *
 * @throws {UsageError} If there is none.
 */
export function addressIn(
  name: string,
  services: readonly Pick<ServiceSnapshot, "name" | "service" | "address">[],
): string {
  const named = services.filter((each) =>
    each.name === name || each.service === name
  );
  const address = named.find((each) => each.address !== undefined)?.address;
  if (address !== undefined) return address;
  const cannot = `Cannot find the address of "${name}"`;
  if (named.length > 0) {
    throw new UsageError(
      `${cannot}: its config names none; write \`port:\` there`,
    );
  }
  const known = [...new Set(services.map(({ service }) => service))];
  throw new UsageError(
    `${cannot}: there is no such service${
      suggestion(name, known, ` among ${known.join(", ")}`)
    }`,
  );
}
