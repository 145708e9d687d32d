/**
 * The keys that work on every page.
 *
 * `1` to `6` go to a page, `/` to its search, `j` and `k` or the arrows move
 * through what is marked with `data-row`, `?` shows the help.
 *
 * @module
 */

import { go } from "./navigation.ts";
import { PAGES } from "./routes.ts";

/** What each key does, as the help says it. */
export const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ["1", "…", "6"], does: "go to a page" },
  { keys: ["/"], does: "search or filter" },
  { keys: ["j", "k", "↓", "↑"], does: "next or previous row" },
  { keys: ["Enter"], does: "open what is chosen" },
  { keys: ["Esc"], does: "close, or leave a field" },
  {
    keys: ["s", "x", "r", "c"],
    does: "start, stop, restart, scale (Services)",
  },
  { keys: ["f"], does: "follow the newest lines (Logs)" },
  { keys: ["n", "N"], does: "next or previous match (Logs)" },
  { keys: ["Home", "End"], does: "oldest or newest line (Logs)" },
  { keys: ["?"], does: "this help" },
];

/**
 * True where a key is text, or belongs to a dialog, or to the browser.
 *
 * A page with keys of its own asks this first.
 */
export function isForOthers(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (event.defaultPrevented) return true;
  if (document.querySelector("dialog[open]")) return true;
  return event.target instanceof HTMLElement &&
    event.target.matches("input, select, textarea, [contenteditable]");
}

/** Handles a key that is none of a page's own. */
export function handleKey(event: KeyboardEvent, showHelp: () => void): void {
  if (event.key === "Escape" && event.target instanceof HTMLInputElement) {
    event.target.blur();
    return;
  }
  if (isForOthers(event)) return;
  if (handles(event.key, showHelp)) event.preventDefault();
}

function handles(key: string, showHelp: () => void): boolean {
  const page = /^[1-6]$/.test(key) ? PAGES[Number(key) - 1] : undefined;
  if (page) {
    go(page.path);
    return true;
  }
  switch (key) {
    case "?":
      showHelp();
      return true;
    case "/":
      return focusSearch();
    case "j":
    case "ArrowDown":
      return moveRow(1, key === "j");
    case "k":
    case "ArrowUp":
      return moveRow(-1, key === "k");
  }
  return false;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>(
    "main [data-search]",
  );
  field?.focus();
  field?.select();
  return field !== null;
}

/** An arrow scrolls as ever until a row has the focus. */
function moveRow(step: 1 | -1, canBegin: boolean): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")]
    .filter((row) => row.getClientRects().length > 0);
  const active = document.activeElement;
  const row = active?.closest("tr, li, [data-row]");
  const at = rows.findIndex((each) =>
    each === active || row?.contains(each) === true
  );
  if (at === -1 && !canBegin) return false;
  const next = at === -1
    ? rows.at(step === 1 ? 0 : -1)
    : rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}
