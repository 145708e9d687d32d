/**
 * Which output is known already.
 *
 * Whoever begins to watch a supervisor is first told what it still knows: after
 * a broken connection that is what was told before, and what was not.
 *
 * @module
 */

/** A block of output, as far as it is looked at. */
interface Block {
  name: string;
  stream: string;
  text: string;
  timeMs: number;
}

/** What was told so far. */
export interface Told {
  /** Says that what is known is told again from here on. */
  begin(): void;
  /** True for a block that was told before; else it counts as told. */
  isKnown(block: Block): boolean;
}

/** The last moment of one stream of a service. */
interface Last {
  timeMs: number;
  /** What was told in that moment. */
  texts: string[];
}

/** Nothing was told yet. */
export function createTold(): Told {
  const lasts = new Map<string, Last>();
  /** Where each stream stood when it began anew. */
  let before = new Map<string, Last>();
  return {
    begin() {
      before = new Map(
        [...lasts].map(([key, { timeMs, texts }]) => [
          key,
          { timeMs, texts: [...texts] },
        ]),
      );
    },
    isKnown({ name, stream, text, timeMs }) {
      const key = `${stream} ${name}`;
      const earlier = before.get(key);
      if (earlier) {
        if (timeMs < earlier.timeMs) return true;
        const index = timeMs === earlier.timeMs
          ? earlier.texts.indexOf(text)
          : -1;
        if (index >= 0) {
          earlier.texts.splice(index, 1);
          return true;
        }
        if (timeMs > earlier.timeMs) before.delete(key);
      }
      const last = lasts.get(key);
      if (last?.timeMs === timeMs) last.texts.push(text);
      else lasts.set(key, { timeMs, texts: [text] });
      return false;
    },
  };
}
