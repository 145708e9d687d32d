/**
 * The page Logs: what services write, to be followed, searched and copied.
 *
 * @module
 */

import { commandLine } from "../command_line.ts";
import { isForOthers } from "../keyboard.ts";
import { LogList } from "../logs/log_list.ts";
import { readSearch } from "../logs/matcher.ts";
import { readSince } from "../logs/since.ts";
import {
  type LogChoice,
  type LogWindowHandle,
  useLogWindow,
} from "../logs/use_log_window.ts";
import { type Matches, useMatches } from "../logs/use_matches.ts";
import { setQuery } from "../navigation.ts";
import type { PageProps } from "../page.ts";
import {
  html,
  part,
  useEffect,
  useMemo,
  useState,
  type View,
} from "../preact.ts";
import { useStore } from "../store.ts";
import { chooseMenu } from "../ui/choose_menu.ts";
import { copyable, CopyButton } from "../ui/copy.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { count, formatClockMs, formatNumber } from "../ui/format.ts";
import { icon } from "../ui/icons.ts";
import { pageHeader } from "../ui/page_header.ts";
import { searchField } from "../ui/search_field.ts";

/** Draws the page. */
export function LogsPage({ store, route }: PageProps): View {
  const { query } = route;
  const hello = useStore(store, (state) => state.hello);
  const known = useStore(store, (state) => state.logs?.names);
  const services = useStore(store, (state) => state.services?.services);
  const names = query.getAll("name");
  const typed = query.get("q") ?? "";
  const isPattern = query.get("regexp") === "1";
  const onlyMatches = query.get("only") === "1" && typed !== "";
  const sinceText = query.get("since") ?? "";
  const at = Number(query.get("at") ?? NaN);
  const wraps = (query.get("wrap") ?? (innerWidth < 720 ? "1" : "0")) === "1";
  // "5m" means from when it was typed, not a window that moves along.
  const since = useMemo(() => readSince(sinceText, Date.now()), [sinceText]);
  const search = useMemo(() => readSearch(typed, isPattern), [
    typed,
    isPattern,
  ]);
  const chosen: LogChoice = {
    names,
    ...(since.is === "time" && { sinceMs: since.atMs }),
  };
  const searched: LogChoice = {
    ...chosen,
    ...(typed !== "" && { search: typed, regexp: isPattern }),
  };
  const handle = useLogWindow(
    store,
    onlyMatches ? searched : chosen,
    Number.isNaN(at) ? undefined : at,
  );
  const matches = useMatches(store, searched);
  const jump = useJump(handle, matches);
  const problem = matches.problem ??
    (search.is === "wrong" && typed !== "" && matches.found.length === 0
      ? search.problem
      : undefined);
  const all = useMemo(
    () => [
      ...new Set([
        ...(services ?? []).map(({ name }) => name),
        ...(known ?? []),
        ...names,
      ]),
    ],
    [services, known, names.join("\n")],
  );
  const command = commandLine(hello, "logs", ...names);
  return html`
    ${pageHeader(
      "Logs",
      html`
        ${chooseMenu({
          label: "Services",
          everything: "All services",
          options: all,
          chosen: names,
          onChoose: (name) => setQuery({ name, at: undefined }, "push"),
        })}
        <div class="log-search" role="search">
          ${searchField({
            label: "Search the log",
            value: typed,
            onInput: (q) => setQuery({ q }),
            onEnter: (isBack) => jump.go(isBack ? -1 : 1),
            problem,
          })}
          <button
            type="button"
            class="icon-button mono"
            aria-pressed="${isPattern}"
            aria-label="Regular expression"
            title="Regular expression"
            onClick="${() => setQuery({ regexp: isPattern ? "" : "1" })}"
          >
            .*
          </button>
          <output class="match-count" aria-live="polite">${typed === ""
            ? ""
            : problem !== undefined
            ? "not searched"
            : matchWords(matches, jump.at)}</output>
          <button
            type="button"
            class="icon-button"
            aria-label="Previous match"
            title="Previous match (N)"
            disabled="${matches.found.length === 0}"
            onClick="${() => jump.go(-1)}"
          >
            ${icon("up")}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label="Next match"
            title="Next match (n)"
            disabled="${matches.found.length === 0}"
            onClick="${() => jump.go(1)}"
          >
            ${icon("down")}
          </button>
          <button
            type="button"
            aria-pressed="${onlyMatches}"
            disabled="${typed === ""}"
            onClick="${() => setQuery({ only: onlyMatches ? "" : "1" })}"
          >
            Only matches
          </button>
        </div>
        <label
          class="field"
          title="${since.is === "wrong"
            ? since.problem
            : "5m, 1h, 14:30 or 2026-03-01 14:30"}"
        ><span>Since</span><input
            class="since"
            list="since-list"
            placeholder="any time"
            aria-invalid="${since.is === "wrong"}"
            value="${sinceText}"
            onChange="${(event: Event) =>
              event.target instanceof HTMLInputElement &&
              setQuery({ since: event.target.value, at: undefined })}"
          /></label>
        <datalist id="since-list"
        >${["5m", "15m", "1h", "6h", "1d"].map((each) =>
          html`
            <option value="${each}"></option>
          `
        )}</datalist>
        <span class="log-controls">
          <button
            type="button"
            aria-pressed="${wraps}"
            onClick="${() => setQuery({ wrap: wraps ? "0" : "1" })}"
          >
            Wrap
          </button>
          <button
            type="button"
            aria-pressed="${handle.isFollowing}"
            aria-keyshortcuts="f"
            title="Follow the newest lines (f)"
            onClick="${() => toggleFollow(handle)}"
          >
            Follow
          </button>
          ${part(CopyButton, {
            label: "the lines that are loaded",
            text: () => textOf(handle),
          })}
        </span>
      `,
    )}
    <div class="log-place">
      ${handle.problem !== undefined && handle.window === undefined
        ? emptyState({ title: handle.problem })
        : handle.window === undefined
        ? waiting("lines")
        : handle.window.lines.length === 0
        ? emptyState({
          title: typed !== "" && onlyMatches
            ? "No line matches."
            : since.is === "time"
            ? "No line is so new."
            : "Nothing has been written yet.",
          text: "What is older than this dashboard is told by:",
          command,
        })
        : part(LogList, {
          label: names.length === 0
            ? "Lines of all services"
            : `Lines of ${names.join(", ")}`,
          window: handle.window,
          showsNames: names.length !== 1,
          wraps,
          isFollowing: handle.isFollowing,
          matcher: search.is === "search" ? search.matcher : undefined,
          current: jump.line,
          jump: handle.jump,
          beginning: html`
            The dashboard knows no older lines. All of them: ${copyable(
              command,
            )}
          `,
          onFollow: handle.setFollowing,
          onNearStart: handle.loadOlder,
          onNearEnd: handle.loadNewer,
        })}
      ${handle.window !== undefined && !handle.isFollowing && html`
        <button type="button" class="to-newest" onClick="${handle.showNewest}">
          ${icon("newest")}${handle.unseen === 0
            ? "Newest"
            : `Newest: ${count(handle.unseen, "new line")}`}
        </button>
      `}
    </div>
  `;
}

/** Goes from match to match, also to those that are not at hand. */
function useJump(handle: LogWindowHandle, { found }: Matches): {
  /** The match that was gone to, counted from 1; 0 before. */
  at: number;
  line: number | undefined;
  go: (step: 1 | -1) => void;
} {
  const [line, setLine] = useState<number | undefined>(undefined);
  const index = line === undefined ? -1 : found.indexOf(line);
  const go = (step: 1 | -1) => {
    if (found.length === 0) return;
    // The newest first, as they are at hand.
    const next = index === -1
      ? found.length - 1
      : (index + step + found.length) % found.length;
    const n = found[next]!;
    setLine(n);
    handle.showLine(n);
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isForOthers(event)) return;
      if (!handleKey(event.key, handle, go)) return;
      event.preventDefault();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
  return { at: index + 1, line: index === -1 ? undefined : line, go };
}

function handleKey(
  key: string,
  handle: LogWindowHandle,
  go: (step: 1 | -1) => void,
): boolean {
  switch (key) {
    case "n":
      go(1);
      return true;
    case "N":
      go(-1);
      return true;
    case "f":
      toggleFollow(handle);
      return true;
    case "Home":
      handle.showOldest();
      return true;
    case "End":
      handle.showNewest();
      return true;
  }
  return false;
}

function toggleFollow(handle: LogWindowHandle): void {
  if (handle.isFollowing) handle.setFollowing(false);
  else handle.showNewest();
}

function matchWords({ found, hasMore }: Matches, at: number): string {
  if (found.length === 0) return "no match";
  const all = `${formatNumber(found.length)}${hasMore ? "+" : ""}`;
  return at === 0
    ? `${all} ${found.length === 1 ? "line" : "lines"}`
    : `${formatNumber(at)} of ${all}`;
}

function textOf({ window }: LogWindowHandle): string {
  return (window?.lines ?? [])
    .map(({ timeMs, name, text }) =>
      `${formatClockMs(timeMs)} ${name} | ${text}`
    )
    .join("\n");
}
