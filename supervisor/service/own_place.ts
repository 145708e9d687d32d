/**
 * Tells whether it is really the service that answers where it listens.
 *
 * Whoever holds a port answers its health checks, be it a stranger. Here /proc
 * is asked who that is. Where it cannot tell, the answer counts.
 *
 * @module
 */

import { systemReason } from "../../runtime/files/system_reason.ts";
import { openFilesOf } from "../../runtime/process/process_files.ts";
import { groupMembers, readStat } from "../../runtime/process/process_group.ts";
import {
  type Address,
  formatAddress,
  isLoopback,
  parseAddress,
} from "../../runtime/program/address.ts";
import {
  findHolders,
  type Holder,
  holdsSocket,
  socketsAt,
} from "../../runtime/rpc/port_holder.ts";
import { addressOf, type ServiceSpec } from "../config/service_spec.ts";
import type { Finding } from "./probe.ts";

/** A process of the service, and where it is to listen. */
export interface Claim {
  place: Address;
  /** Its pid, which also names its group. */
  group: number;
  /** When it started, in clock ticks since boot; undefined without /proc. */
  startTicks: number | undefined;
  /** The sockets that answered there before it was started. */
  before: ReadonlySet<string>;
  /** Names the service that a process group belongs to, if it is one of ours. */
  serviceOf(group: number): string | undefined;
}

/** Who answers where a service is to listen. */
export type Verdict =
  | { by: "service" }
  /** Nobody knows, or somebody who may stand for it; `note` says who. */
  | { by: "unknown"; note: string }
  /** Somebody else for certain; `sockets` are theirs. */
  | { by: "stranger"; who: string; sockets: ReadonlySet<string> };

/**
 * Makes what doubts the answers to the checks of one process, and says who it
 * is that gives none, or a wrong one, where somebody listened before it.
 *
 * It looks once, and again only after it has found a stranger: that may leave.
 *
 * @param emit Hears who stands for the service, where that is not itself.
 */
export function createDoubt(
  claim: Claim,
  emit: (note: string) => void,
): (finding: Finding) => Promise<Finding> {
  let verdict: Verdict | undefined;
  const isStill = async (sockets: ReadonlySet<string>) => {
    const now = await socketsAt(claim.place);
    return now.size === sockets.size &&
      [...now].every((socket) => sockets.has(socket));
  };
  return async (finding) => {
    // Where nobody was before, it is the service that does not answer well.
    if (!finding.healthy && claim.before.size === 0) return finding;
    if (verdict?.by === "stranger" && !await isStill(verdict.sockets)) {
      verdict = undefined;
    }
    const found = verdict ?? await judge(claim);
    if (finding.healthy && !verdict && found.by === "unknown") emit(found.note);
    // Who gives no answer may not be there yet.
    if (finding.healthy || found.by === "stranger") verdict = found;
    if (found.by !== "stranger") return finding;
    const does = finding.healthy ? "answers" : "listens";
    return { healthy: false, reason: refusal(claim.place, does, found.who) };
  };
}

/** Says who answers, what to do about it, and how to have it count. */
function refusal(place: Address, does: string, who: string): string {
  return `somebody else ${does} at ${
    formatAddress(place)
  }: ${who}; end that, or choose another address (any_process: true in the healthcheck lets any answer count)`;
}

/** Returns where a service listens on this machine, if anybody knows. */
export function placeOf(spec: ServiceSpec): Address | undefined {
  const text = addressOf(spec);
  const place = text === undefined ? undefined : readPlace(text);
  return place && isLoopback(place) ? place : undefined;
}

/**
 * Returns the place if the healthcheck of a service asks just there.
 *
 * @param isOthersPort Tells of a port whether another service has it.
 */
export function checkedPlaceOf(
  spec: ServiceSpec,
  isOthersPort: (port: number, service: string) => boolean,
): Address | undefined {
  if (!spec.healthcheck || spec.healthcheck.anyProcess) return undefined;
  const asked = addressOf({
    ...spec,
    port: undefined,
    socket: undefined,
  });
  const place = asked === undefined ? undefined : readPlace(asked);
  if (!place || !isLoopback(place)) return undefined;
  if (place.kind === "unix") return place;
  const isOwn = spec.port === undefined
    ? !isOthersPort(place.port, spec.service)
    : place.port === spec.port;
  return isOwn ? place : undefined;
}

/** Who listens at a place before the service does. */
export interface Occupation {
  /** Empty where nobody is known to. */
  sockets: ReadonlySet<string>;
  /** Who it is, in words. */
  who(): Promise<string>;
}

/** Looks who listens at the place of a service that is about to start. */
export async function lookBefore(
  place: Address | undefined,
): Promise<Occupation> {
  try {
    const sockets = place ? await socketsAt(place) : new Set<string>();
    return {
      sockets,
      who: async () => inWords(await findHolders(sockets)),
    };
  } catch {
    // For want of descriptors, say; the start itself will tell.
    return { sockets: new Set(), who: () => Promise.resolve("") };
  }
}

/** Finds out who answers at the place of a process that has just passed a check. */
export async function judge(claim: Claim): Promise<Verdict> {
  try {
    return await lookAt(claim);
  } catch (error) {
    // For want of descriptors, say: no reason to doubt a service.
    const why = systemReason(error);
    const note = `who listens at its address cannot be found out: ${why}`;
    return { by: "unknown", note: `${note}; the answer counts` };
  }
}

async function lookAt(claim: Claim): Promise<Verdict> {
  const { place, group, startTicks, before } = claim;
  const sockets = await socketsAt(place);
  // Not Linux, or another network: nothing can be known.
  if (sockets.size === 0 || startTicks === undefined) return { by: "service" };
  if (await holdsSocket(group, sockets)) return { by: "service" };
  for (const { pid } of await groupMembers(group) ?? []) {
    if (await holdsSocket(pid, sockets)) return { by: "service" };
  }
  const holders = await findHolders(sockets);
  const stranger = (why: string): Verdict => ({
    by: "stranger",
    who: `${inWords(holders)}, ${why}`,
    sockets,
  });
  if ([...sockets].every((socket) => before.has(socket))) {
    return stranger("which listened there before this start");
  }
  const others = await Promise.all(
    holders.map(({ pid }) => otherThan(claim, startTicks, pid)),
  );
  // One that may stand for the service is enough.
  const [why] = others;
  return why !== undefined && others.every((each) => each !== undefined)
    ? stranger(why)
    : {
      by: "unknown",
      note: holders.length === 0
        ? "who listens at its address cannot be seen; the answer counts"
        : `${
          inWords(holders)
        } listens at its address, outside its process group; the answer counts`,
    };
}

/** Says why a holder is nobody of the service; undefined if it may be. */
async function otherThan(
  { group, serviceOf }: Claim,
  startTicks: number,
  pid: number,
): Promise<string | undefined> {
  const holder = await readStat(pid);
  if (!holder || holder.group === group) return undefined;
  const service = serviceOf(holder.group);
  if (service !== undefined) return `which belongs to service "${service}"`;
  if (holder.startTicks < startTicks) return "which is older than this start";
  for (let at = holder; at.parent > 1;) {
    if (at.parent === Deno.pid || at.parent === group) return undefined;
    const parent = await readStat(at.parent);
    if (!parent) return undefined;
    if (await supervises(parent.pid)) {
      return `which belongs to the supervisor of process ${parent.pid}`;
    }
    at = parent;
  }
  return undefined;
}

/** True when a process is known to be a supervisor: it has the lock open. */
async function supervises(pid: number): Promise<boolean> {
  return (await openFilesOf(pid)).some((target) =>
    target.endsWith("/supervisor.pid")
  );
}

function inWords(holders: readonly Holder[]): string {
  return holders.length === 0
    ? "a process that cannot be seen"
    : holders.map(({ pid, program }) => `process ${pid} (${program})`)
      .join(" and ");
}

function readPlace(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined; // a URL without a port, say
  }
}
