/**
 * Why a broker did not answer a command, in words.
 *
 * @module
 */

import type { Fault } from "../../runtime/program/errors.ts";
import { isNobodyThere } from "../../runtime/rpc/status.ts";

/** Why it did not. */
export interface BrokerProblem {
  /** True if it is the broker that cannot be reached, and not another server. */
  isBroker: boolean;
  /** True if nobody is there; another broker would help. */
  isAbsent: boolean;
  /** The end of "Cannot do it: …". */
  reason: string;
}

/** How connect.ts begins what it says of a broker, also where another is asked for. */
const OF_BROKER = /^(?:Cannot reach .*?: )?Cannot reach (the broker at \S+): /;

/**
 * Says why the broker did not answer.
 *
 * @param broker Its address, or those of several with commas.
 */
export function brokerProblem(broker: string, fault: Fault): BrokerProblem {
  const isAbsent = isNobodyThere(fault);
  return {
    isBroker: OF_BROKER.test(fault.message),
    isAbsent,
    reason: isAbsent
      ? `no broker answers at ${broker}`
      : fault.message.replace(OF_BROKER, "$1 cannot be talked to: "),
  };
}
