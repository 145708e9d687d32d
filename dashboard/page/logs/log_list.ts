/**
 * A list of lines of which only those in view are drawn. It follows the newest
 * until somebody scrolls up, and stays where it is read while others come.
 *
 * @module
 */

import type { LogLine } from "../../wire.ts";
import {
  type Child,
  html,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type View,
} from "../preact.ts";
import { formatClockMs, formatMoment } from "../ui/format.ts";
import type { LogWindow } from "./log_window.ts";
import type { LogJump } from "./use_log_window.ts";
import type { Matcher } from "./matcher.ts";
import { indexOfLine, offsetsOf, rowAt, rowsInView } from "./rows_in_view.ts";

/** What is shown, and who is told of what the reader does. */
export interface LogListProps {
  label: string;
  window: LogWindow;
  showsNames: boolean;
  wraps: boolean;
  isFollowing: boolean;
  matcher: Matcher | undefined;
  /** The line that is marked. */
  current: number | undefined;
  /** Where to go. */
  jump: LogJump | undefined;
  /** What stands before the oldest line of all. */
  beginning: Child;
  onFollow: (isFollowing: boolean) => void;
  onNearStart: () => void;
  onNearEnd: () => void;
}

const ROW = 20;
const BEGINNING = 40;
/** More lines are asked for so long before the end of those at hand. */
const NEAR = 600;

/** Draws the list; it fills its place and scrolls. */
export function LogList(props: LogListProps): View {
  const { label, window: at, showsNames, wraps, isFollowing, matcher } = props;
  const { current, jump, beginning, onFollow, onNearStart, onNearEnd } = props;
  const { lines, hasBefore, hasAfter } = at;
  const box = useRef<HTMLDivElement | null>(null);
  const drawn = useRef<HTMLOListElement | null>(null);
  /** The line at the top of the view, and how far it is above. */
  const anchor = useRef<{ n: number; above: number } | undefined>(undefined);
  /** Where we have scrolled to ourselves. */
  const ownTop = useRef(-1);
  const [view, setView] = useState({ top: 0, height: 0, width: 0 });
  const [heights, setHeights] = useState<ReadonlyMap<number, number>>(
    new Map(),
  );
  const head = hasBefore ? 0 : BEGINNING;

  // Heights of wrapped lines hold for one width.
  useEffect(() => setHeights(new Map()), [wraps, view.width, showsNames]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () =>
      setView(({ top }) => ({
        top,
        height: element.clientHeight,
        width: element.clientWidth,
      }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const offsets = useMemo(
    () =>
      offsetsOf(
        lines.length,
        (index) => wraps ? heights.get(lines[index]!.n) ?? ROW : ROW,
      ),
    [lines, wraps, heights],
  );
  const longest = useMemo(
    () =>
      wraps
        ? 0
        : lines.reduce((most, { text }) => Math.max(most, text.length), 0),
    [lines, wraps],
  );
  const { first, end } = rowsInView(offsets, view.top - head, view.height);
  const total = head + offsets[lines.length]!;

  const scrollTo = (top: number) => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = top;
    ownTop.current = element.scrollTop;
    if (element.scrollTop !== view.top) {
      setView((last) => ({ ...last, top: element.scrollTop }));
    }
  };

  // Keep the place: at the end, or at the line that is read.
  useLayoutEffect(() => {
    if (isFollowing) {
      scrollTo(total);
      return;
    }
    const kept = anchor.current;
    if (!kept || lines.length === 0) return;
    const index = indexOfLine(lines, kept.n);
    scrollTo(head + (offsets[index] ?? 0) + kept.above);
  }, [lines, offsets, head, isFollowing, view.height]);

  useLayoutEffect(() => {
    if (!jump || lines.length === 0) return;
    const index = indexOfLine(lines, jump.n);
    // Before the first stands what there is to say of older ones.
    const place = index === 0 ? 0 : head + offsets[index]!;
    const top = jump.place === "top" ? place : place - view.height / 2;
    scrollTo(Math.max(0, top));
    remember(Math.max(0, top));
  }, [jump]);

  // At an end nobody can scroll further to ask for more.
  useEffect(() => {
    if (box.current && lines.length > 0) askForMore(box.current);
  }, [lines, hasBefore, hasAfter, view.height]);

  // Measure what is drawn: how high a wrapped line is shows only then.
  useLayoutEffect(() => {
    if (!wraps || !drawn.current) return;
    const next = new Map(heights);
    let differs = false;
    for (const element of drawn.current.children) {
      if (!(element instanceof HTMLElement)) continue;
      const n = Number(element.dataset["n"]);
      const height = element.offsetHeight;
      if ((heights.get(n) ?? ROW) === height) continue;
      next.set(n, height);
      differs = true;
    }
    if (differs) setHeights(next);
  });

  const askForMore = (
    { scrollTop, clientHeight, scrollHeight }: HTMLElement,
  ) => {
    if (scrollTop < NEAR && hasBefore) onNearStart();
    if (scrollTop + clientHeight > scrollHeight - NEAR && hasAfter) {
      onNearEnd();
    }
  };
  const remember = (top: number) => {
    const index = rowAt(offsets, top - head);
    const line = lines[index];
    if (line) {
      anchor.current = { n: line.n, above: top - head - offsets[index]! };
    }
  };
  const scrolled = () => {
    const element = box.current;
    if (!element) return;
    const { scrollTop: top, clientHeight, scrollHeight } = element;
    const isOwn = Math.abs(top - ownTop.current) < 1;
    ownTop.current = -1;
    setView((last) => ({ ...last, top }));
    if (!isOwn) {
      remember(top);
      const isAtEnd = top + clientHeight >= scrollHeight - 2;
      if (isFollowing !== (isAtEnd && !hasAfter)) {
        onFollow(isAtEnd && !hasAfter);
      }
    }
    askForMore(element);
  };
  return html`
    <div
      class="${`log-box${wraps ? " wraps" : ""}${showsNames ? " named" : ""}`}"
      ref="${box}"
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label="${label}"
      onScroll="${scrolled}"
    >
      <div class="log-all" style="${{
        height: `${total}px`,
        minWidth: wraps ? "0" : `calc(${longest}ch + var(--log-gutter) + 24px)`,
      }}">
        ${!hasBefore && html`
          <p class="log-beginning">${beginning}</p>
        `}
        <ol
          ref="${drawn}"
          style="${{ transform: `translateY(${head + offsets[first]!}px)` }}"
        >
          ${lines.slice(first, end).map((line) =>
            row(line, showsNames, matcher, line.n === current)
          )}
        </ol>
      </div>
    </div>
  `;
}

function row(
  { n, name, stream, timeMs, text }: LogLine,
  showsNames: boolean,
  matcher: Matcher | undefined,
  isCurrent: boolean,
): View {
  const clock = formatClockMs(timeMs);
  return html`
    <li
      key="${n}"
      data-n="${n}"
      class="${`log-row ${stream}${isCurrent ? " current" : ""}`}"
    >
      <time title="${formatMoment(timeMs)}">${clock.slice(0, 8)}<span
          class="ms"
        >${clock.slice(8)}</span></time>
      ${showsNames && html`
        <span class="log-name" title="${name}">${name}</span>
      `}
      <span class="log-stream">${stream === "stderr" ? "err" : ""}</span>
      <span class="text">${matcher
        ? matcher(text).map((piece) =>
          piece.isMatch
            ? html`
              <mark>${piece.text}</mark>
            `
            : piece.text
        )
        : text}</span>
    </li>
  `;
}
