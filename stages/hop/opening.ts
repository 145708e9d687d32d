/**
 * What an opening says besides the run: which protocol is spoken, and where the
 * stages behind are, which changes when a process of them is exchanged.
 *
 * @module
 */

import type { NextStage, Opening } from "../../proto/pipeline/batches.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { STAGE_CONNECTION, type StageName } from "../names.ts";
import { CHANNEL } from "./window.ts";

/** The version of the protocol between stages that this program speaks. */
export const PROTOCOL = 1;

/**
 * The processes of the next stage that are in use.
 *
 * @param next What the opening says; empty for all that are known.
 * @throws {Fault} `failed_precondition` if one of them is not known: there is no
 * right to call it.
 */
export type NextConnections = (
  next: readonly NextStage[],
) => readonly Connection[];

/**
 * Keeps a connection to each process of the next stage that may ever be in use.
 *
 * @param stage The next stage.
 * @param addresses Its addresses; the first is most likely in use, and connected
 * to while the stages come up, not one after the other when the chain is opened.
 */
export function connectNext(
  stage: StageName,
  addresses: readonly string[],
): NextConnections {
  const connections = new Map<string, Connection>();
  const connectionTo = (address: string, eager = false): Connection => {
    const known = connections.get(address);
    if (known) return known;
    const connection = connect(address, {
      name: stage,
      channel: { ...CHANNEL, ...STAGE_CONNECTION },
      eager,
    });
    connections.set(address, connection);
    return connection;
  };
  const early = addresses[0]!;
  connectionTo(early, true);
  let isFirst = true;
  return ([nearest]) => {
    const inUse = nearest?.addresses ?? addresses;
    const unknown = inUse.find((address) => !addresses.includes(address));
    if (unknown !== undefined) {
      throw new Fault(
        "failed_precondition",
        `Cannot open the chain: stage "${stage}" is at ${unknown}, and only ${
          addresses.join(", ")
        } may be called; name it in --next`,
      );
    }
    if (isFirst && !inUse.includes(early)) {
      // It would try over and over to reach what is not there.
      connections.get(early)?.close();
      connections.delete(early);
    }
    isFirst = false;
    return inUse.map((address) => connectionTo(address));
  };
}

/** What the next stage is told of what a stage was told. */
export function openingOfNext(opening: Opening): Opening {
  return { ...opening, protocol: PROTOCOL, next: opening.next.slice(1) };
}

/**
 * @param protocol The version that a sender speaks.
 * @param stage Who is to understand it, for the message.
 * @throws {Fault} `failed_precondition` if it is newer than this program.
 */
export function checkProtocol(protocol: number, stage: StageName): void {
  if (protocol <= PROTOCOL) return;
  throw new Fault(
    "failed_precondition",
    `Cannot open the chain: it speaks version ${protocol} of the protocol, and stage "${stage}" knows version ${PROTOCOL}; update the program of that stage`,
  );
}
