/**
 * Keeps what the page knows up to date by one stream of the server.
 *
 * The stream brings the topics of the page that is shown. The browser resumes
 * it by itself; where it gives up, it is asked why, and tried again.
 *
 * @module
 */

import type { Topic } from "../wire.ts";
import { getHello, Refusal } from "./api.ts";
import { useEffect, useRef, useState } from "./preact.ts";
import { NOTHING, type Received, received, type State } from "./state.ts";

/** What the page knows, and who is told of changes. */
export interface Store {
  /** What is known now. */
  readonly state: State;
  /** Opens the stream at an address, or keeps it if it is the same. */
  follow(address: string): void;
  /** Calls `changed` after changes, at most once a frame. */
  subscribe(changed: () => void): () => void;
}

const TOPICS: readonly Topic[] = [
  "services",
  "events",
  "logs",
  "registry",
  "runs",
];

const RETRY_MS = 1_000;

/** Makes a store that follows nothing yet. */
export function createStore(): Store {
  let state = NOTHING;
  let address: string | undefined;
  let stream: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let frame = false;
  const listeners = new Set<() => void>();

  const change = (next: State) => {
    if (next === state) return;
    state = next;
    if (frame) return;
    frame = true;
    nextFrame(() => {
      frame = false;
      for (const changed of listeners) changed();
    });
  };

  const greet = async () => {
    const hello = await getHello();
    change({ ...state, hello, clockOffsetMs: hello.nowMs - Date.now() });
  };

  const open = () => {
    clearTimeout(retry);
    stream?.close();
    if (address === undefined) return;
    const opened = new EventSource(address);
    stream = opened;
    opened.onopen = () => {
      change({ ...state, connection: "live" });
      greet().catch(() => {/* The stream will tell. */});
    };
    opened.onerror = () => {
      if (stream !== opened) return;
      explain(opened);
    };
    for (const topic of TOPICS) {
      opened.addEventListener(topic, ({ data }: MessageEvent<string>) => {
        const got = { topic, message: JSON.parse(data) } as Received;
        change(received(state, got));
      });
    }
  };

  /** Finds out why the stream has ended, and what is to be done. */
  const explain = async (failed: EventSource) => {
    if (state.connection === "live") {
      change({ ...state, connection: "connecting" });
    }
    try {
      await greet();
    } catch (error) {
      const isSignedOut = error instanceof Refusal && error.status === 401;
      change({ ...state, connection: isSignedOut ? "signed_out" : "gone" });
    }
    if (stream !== failed || failed.readyState !== EventSource.CLOSED) return;
    clearTimeout(retry);
    retry = setTimeout(open, RETRY_MS);
  };

  return {
    get state() {
      return state;
    },
    follow(next) {
      if (next === address) return;
      address = next;
      // They may be of another service than the stream will tell of.
      const { logs: _, ...others } = state;
      change(others);
      open();
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

/**
 * Takes a part of what is known, and draws again when it differs.
 *
 * @param choose Returns the same for the same state.
 */
export function useStore<Part>(
  store: Store,
  choose: (state: State) => Part,
): Part {
  const part = choose(store.state);
  const drawn = useRef({ part, choose });
  drawn.current = { part, choose };
  const [, draw] = useState(0);
  useEffect(() => {
    const drawIfChanged = () => {
      const { part, choose } = drawn.current;
      if (choose(store.state) !== part) draw((count) => count + 1);
    };
    // Something may have come between drawing and now.
    drawIfChanged();
    return store.subscribe(drawIfChanged);
  }, [store]);
  return part;
}

/** Runs before the next picture, or soon where none is drawn. */
function nextFrame(run: () => void): void {
  if (document.visibilityState === "hidden") setTimeout(run, 250);
  else requestAnimationFrame(run);
}
