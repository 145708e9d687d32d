/**
 * Which lines match a search, over all that the server has.
 *
 * @module
 */

import { getLogs } from "../api.ts";
import { useEffect, useState } from "../preact.ts";
import { type Store, useStore } from "../store.ts";
import type { LogChoice } from "./use_log_window.ts";

/** The lines that match, by their numbers. */
export interface Matches {
  /** Ascending. */
  found: readonly number[];
  /** True where there are older ones besides. */
  hasMore: boolean;
  /** Why the server cannot search so. */
  problem?: string;
}

const NONE: Matches = { found: [], hasMore: false };
const MOST = 1_000;
const TYPED_MS = 150;
const AGAIN_MS = 1_000;

/** Searches again when the choice changes, and for what has come since. */
export function useMatches(store: Store, choice: LogChoice): Matches {
  const [matches, setMatches] = useState(NONE);
  const [asked, setAsked] = useState(-1);
  const next = useStore(store, ({ logs }) => logs?.next ?? 0);
  const key = JSON.stringify(choice);
  useEffect(() => {
    setMatches(NONE);
    setAsked(-1);
    if (!choice.search) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const page = await getLogs({ ...choice, limit: MOST }, stop.signal);
        setMatches({
          found: page.lines.map(({ n }) => n),
          hasMore: page.before,
        });
        setAsked(page.next);
      } catch (error) {
        if (!stop.signal.aborted) {
          setMatches({ ...NONE, problem: wordsOf(error) });
        }
      }
    }, TYPED_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [key]);
  useEffect(() => {
    if (asked === -1 || next <= asked) return;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const wanted = { ...choice, after: asked - 1, limit: MOST };
        const page = await getLogs(wanted, stop.signal);
        if (page.lines.length > 0) {
          setMatches(({ found, hasMore }) => ({
            found: [...found, ...page.lines.map(({ n }) => n)],
            hasMore,
          }));
        }
        setAsked(page.next);
      } catch {
        // The next lines will bring the next try.
      }
    }, AGAIN_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
    // Not at each new line: that would put it off for ever.
  }, [asked, next > asked]);
  return matches;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
