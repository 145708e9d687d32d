/**
 * Keeps the lines at hand: asks for a page of them, for more at either end, and
 * adds what comes by the stream.
 *
 * @module
 */

import type { LogPage } from "../../wire.ts";
import { getLogs, type LogQuery } from "../api.ts";
import { useEffect, useRef, useState } from "../preact.ts";
import { type Store, useStore } from "../store.ts";
import {
  type LogWindow,
  windowOf,
  withNewer,
  withOlder,
} from "./log_window.ts";

/** Which lines are wanted. */
export type LogChoice = Pick<
  LogQuery,
  "names" | "search" | "regexp" | "sinceMs"
>;

/** A wish to go to a line: another object is another wish. */
export interface LogJump {
  n: number;
  /** Where in the view it is then. */
  place: "top" | "middle";
}

/** The lines at hand, and ways to have others. */
export interface LogWindowHandle {
  /** Absent until the first page is there. */
  window: LogWindow | undefined;
  /** Why the server gives no lines. */
  problem: string | undefined;
  /** How many new lines have come since the last time that one followed. */
  unseen: number;
  isFollowing: boolean;
  /** Where to go, once the lines are drawn. */
  jump: LogJump | undefined;
  setFollowing(isFollowing: boolean): void;
  loadOlder(): void;
  loadNewer(): void;
  /** Goes to the oldest lines, to the newest, or to a line. */
  showOldest(): void;
  showNewest(): void;
  showLine(n: number): void;
}

const PAGE = 500;
/** A search of its own finds what is new: not for each line. */
const AGAIN_MS = 1_000;

/**
 * Follows the lines of a choice.
 *
 * @param atMs Begins at this time instead of at the newest.
 */
export function useLogWindow(
  store: Store,
  choice: LogChoice,
  atMs: number | undefined,
): LogWindowHandle {
  const [window, setWindow] = useState<LogWindow | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isFollowing, setFollowing] = useState(atMs === undefined);
  const [unseen, setUnseen] = useState(0);
  const [jump, setJump] = useState<LogJump | undefined>(undefined);
  const isLoading = useRef(false);
  const stop = useRef(new AbortController());
  const logs = useStore(store, (state) => state.logs);
  const key = JSON.stringify([choice, atMs]);

  /** Asks for one page at a time; a new choice drops what is on its way. */
  const load = async (
    wanted: Pick<LogQuery, "before" | "after" | "sinceMs">,
    use: (
      window: LogWindow | undefined,
      page: LogPage,
    ) => LogWindow,
  ): Promise<void> => {
    if (isLoading.current) return;
    isLoading.current = true;
    const { signal } = stop.current;
    try {
      const page = await getLogs({ ...choice, ...wanted, limit: PAGE }, signal);
      if (signal.aborted) return;
      setProblem(undefined);
      setWindow((last) => use(last, page));
    } catch (error) {
      if (signal.aborted) return;
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      if (!signal.aborted) isLoading.current = false;
    }
  };
  const restart = () => {
    stop.current.abort();
    stop.current = new AbortController();
    isLoading.current = false;
  };
  const showNewest = () => {
    restart();
    setUnseen(0);
    setFollowing(true);
    load({}, (_, page) => windowOf(page));
  };
  /** Begins at a time or with the oldest, and goes there. */
  const showFrom = async (sinceMs: number | undefined) => {
    restart();
    setFollowing(false);
    const from = sinceMs === undefined ? {} : { sinceMs };
    await load({ after: -1, ...from }, (_, page) => {
      const [first] = page.lines;
      if (first) setJump({ n: first.n, place: "top" });
      // The lines before that time are there, too.
      return { ...windowOf(page), hasBefore: sinceMs !== undefined };
    });
  };
  const showLine = async (n: number) => {
    setFollowing(false);
    const lines = window?.lines ?? [];
    if (n < (lines[0]?.n ?? Infinity) || n > (lines.at(-1)?.n ?? -1)) {
      restart();
      await load({ after: n - 1 }, (_, page) => windowOf(page));
      await load({ before: n }, withOldPage);
    }
    setJump({ n, place: "middle" });
  };

  useEffect(() => {
    if (atMs === undefined) showNewest();
    else showFrom(atMs);
    return () => stop.current.abort();
  }, [key]);

  // A snapshot: the stream has missed something, or begins.
  const snapshots = useRef(logs?.snapshots);
  useEffect(() => {
    if (logs === undefined || logs.snapshots === snapshots.current) return;
    const isFirst = snapshots.current === undefined;
    snapshots.current = logs.snapshots;
    if (isFirst) return;
    const last = window?.lines.at(-1)?.n ?? -1;
    if (isFollowing || logs.next <= last) showNewest();
    else setWindow((known) => known && { ...known, hasAfter: true });
  }, [logs?.snapshots]);

  // What comes by the stream.
  useEffect(() => {
    if (!logs || !window || window.hasAfter) return;
    const last = window.lines.at(-1)?.n ?? -1;
    const fresh = logs.lines.filter(({ n, name, timeMs }) =>
      n > last && (choice.names.length === 0 || choice.names.includes(name)) &&
      timeMs >= (choice.sinceMs ?? 0)
    );
    if (fresh.length === 0) return;
    if (choice.search) {
      const timer = setTimeout(
        () => load({ after: last }, withNewPage),
        AGAIN_MS,
      );
      return () => clearTimeout(timer);
    }
    if (!isFollowing) setUnseen((count) => count + fresh.length);
    setWindow((known) =>
      known && withNewer(known, { lines: fresh, after: false })
    );
  }, [logs?.lines, window?.hasAfter]);

  return {
    window,
    problem,
    unseen,
    isFollowing,
    jump,
    setFollowing: (next) => {
      if (next) setUnseen(0);
      setFollowing(next);
    },
    loadOlder: () => {
      const first = window?.lines[0]?.n;
      if (first === undefined) return;
      load({ before: first }, withOldPage);
    },
    loadNewer: () => {
      const last = window?.lines.at(-1)?.n;
      if (last !== undefined) load({ after: last }, withNewPage);
    },
    showOldest: () => {
      showFrom(undefined);
    },
    showNewest: () => {
      if (window && !window.hasAfter) {
        setUnseen(0);
        setFollowing(true);
      } else showNewest();
    },
    showLine,
  };
}

function withOldPage(
  last: LogWindow | undefined,
  page: LogPage,
): LogWindow {
  return last ? withOlder(last, page) : windowOf(page);
}

function withNewPage(
  last: LogWindow | undefined,
  page: LogPage,
): LogWindow {
  return last ? withNewer(last, page) : windowOf(page);
}
