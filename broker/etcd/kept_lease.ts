/**
 * The lease of one broker: what it has put into etcd is gone soon after it.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import type { Member } from "./member.ts";

/** A lease, over all members that are asked to keep it. */
export interface KeptLease {
  /** Its id; undefined before the first one. */
  readonly id: number | undefined;
  /** True of its id, and of the ids of those before it. */
  has(id: number): boolean;
  /**
   * Has a member keep it, and gets a new one where it is over.
   *
   * @returns True of a new one: what stood on the last one is gone.
   */
  take(member: Member, signal: AbortSignal): Promise<boolean>;
  /**
   * Keeps it alive; to be called after `take`. Returns when it is over all the
   * same.
   *
   * @throws {Fault} When the member does not answer.
   */
  keep(): Promise<void>;
}

/**
 * Makes a lease that nobody has granted yet.
 *
 * @param seconds How long it lasts from the last time that somebody asked for it.
 */
export function createLease(seconds: number): KeptLease {
  const ids = new Set<number>();
  let id: number | undefined;
  let kept: ReturnType<Member["keepAlive"]> | undefined;
  let over: AbortSignal;
  return {
    get id() {
      return id;
    },
    has: (each) => ids.has(each),
    async take(member, signal) {
      over = signal;
      if (id !== undefined) {
        // One that has just started knows no lease until it has caught up, and
        // only reading waits for that.
        await member.range({ key: ANY_KEY, countOnly: true });
        kept = member.keepAlive(id, signal);
        if (await kept.renew() > 0) return false;
      }
      const next = randomId();
      await member.grant(next, seconds);
      id = next;
      ids.add(next);
      kept = member.keepAlive(id, signal);
      return true;
    },
    async keep() {
      do {
        await pause(seconds * 1_000 / RENEWALS, over);
        over.throwIfAborted();
      } while (await kept!.renew() > 0);
    },
  };
}

/** How often it is asked for in the time that it lasts. */
const RENEWALS = 8;

/** There need not be such a key. */
const ANY_KEY = new Uint8Array(1);

/** From 1 to below 2^53, which a number holds exactly; etcd's own are larger. */
function randomId(): number {
  const [bits] = crypto.getRandomValues(new BigUint64Array(1));
  return Number(bits! >> 11n) || 1;
}
