/**
 * Tells of callers who are refused, and of each once: they try again and again.
 *
 * @module
 */

/** Most refusals that are remembered; then all are forgotten. */
const MAX_REMEMBERED = 1_000;

/** Those who were refused. */
export interface Refusals {
  /** Notes a refusal, and reports it unless it is known. */
  add(peer: string, what: string, reason: string): void;
  /** Forgets one who was let in, so that the next refusal is told. */
  forget(peer: string, what: string): void;
}

/** Remembers nobody yet. @param report Is told of each, in a line. */
export function createRefusals(report: (line: string) => void): Refusals {
  const known = new Set<string>();
  const keyOf = (peer: string, what: string) => `${peer}\n${what}`;
  return {
    add(peer, what, reason) {
      const key = keyOf(peer, what);
      if (known.has(key)) return;
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.add(key);
      report(`Refused ${peer}: ${reason}`);
    },
    forget: (peer, what) => void known.delete(keyOf(peer, what)),
  };
}
