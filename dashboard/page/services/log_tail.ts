/**
 * The newest lines of a service, as they come.
 *
 * @module
 */

import type { LogLine } from "../../wire.ts";
import { getLogs } from "../api.ts";
import {
  html,
  part,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type View,
} from "../preact.ts";
import { type Store, useStore } from "../store.ts";
import { formatClock } from "../ui/format.ts";

const MOST = 100;

/** Draws the tail of a log in a box that scrolls. */
export function logTail(store: Store, name: string): View {
  return part(LogTail, { store, name }, name);
}

function LogTail({ store, name }: { store: Store; name: string }): View {
  const snapshots = useStore(store, ({ logs }) => logs?.snapshots);
  const fresh = useStore(store, ({ logs }) => logs?.lines);
  const [known, setKnown] = useState<readonly LogLine[] | undefined>(undefined);
  const box = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    if (snapshots === undefined) return;
    const stop = new AbortController();
    getLogs({ names: [name], limit: MOST }, stop.signal)
      .then(({ lines }) => setKnown(lines))
      .catch(() => {/* The bar at the foot says what is wrong. */});
    return () => stop.abort();
  }, [name, snapshots]);
  const lines = joined(known ?? [], fresh ?? [], name);
  const newest = lines.at(-1)?.n;
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [newest]);
  return html`
    <div
      class="tail"
      ref="${box}"
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label="${`The newest lines of ${name}`}"
    >
      ${lines.length === 0 && html`
        <p class="muted">${known ? "It has written nothing." : "…"}</p>
      `} ${lines.map(({ n, stream, timeMs, text }) =>
        html`
          <p key="${n}" class="${stream}">
            <time>${formatClock(timeMs)}</time>
            <span class="text">${text}</span>
          </p>
        `
      )}
    </div>
  `;
}

function joined(
  known: readonly LogLine[],
  fresh: readonly LogLine[],
  name: string,
): readonly LogLine[] {
  const last = known.at(-1)?.n ?? 0;
  return [
    ...known,
    ...fresh.filter((line) => line.name === name && line.n > last),
  ].slice(-MOST);
}
