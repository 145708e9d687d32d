/**
 * Tells what a config asks for on this machine, which containers do not have.
 *
 * @module
 */

import type { NotCarried } from "../target.ts";
import type { Containers } from "./container.ts";
import { onThisMachine } from "./this_machine.ts";

/** What somebody does who needs something of the machine all the same. */
export interface MachineAdvice {
  /** How its ports are reached; begins with a verb. */
  address: string;
  /** How its sockets are; begins with a verb. */
  socket: string;
}

/** Lists it, service by service. */
export function machineLosses(
  { containers, places }: Pick<Containers, "containers" | "places">,
  advice: MachineAdvice,
): NotCarried[] {
  const all = containers.flatMap((container) => {
    const { service } = container.spec;
    return onThisMachine(container, places).map(({ key, address }) => ({
      service,
      key,
      ...(address.startsWith("unix:")
        ? {
          why: `"${address}" is a socket of this machine, and in no container`,
          doInstead: advice.socket,
        }
        : {
          why:
            `"${address}" is the container itself there, and not this machine`,
          doInstead:
            `nothing, if the service itself listens there; else make a service of it in the config, or ${advice.address}`,
        }),
    }));
  });
  // Replicas ask for the same.
  return [
    ...new Map(all.map((each) => [JSON.stringify(each), each])).values(),
  ];
}
