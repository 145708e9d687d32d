/**
 * What each key does in the live view.
 *
 * @module
 */

import type { Key } from "ink";

/** What somebody wants of the live view. */
export type Action =
  /** Selects another service, so many rows further down. */
  | { action: "select"; by: number }
  /** Shows the log of the selected service only, or of all again. */
  | { action: "toggle_filter" }
  | { action: "show_all" }
  | { action: "scroll"; lines: number }
  | { action: "page"; pages: number }
  | { action: "oldest" }
  | { action: "follow" }
  /** Stops following, or begins again. */
  | { action: "toggle_follow" }
  /** Moves the log sideways. */
  | { action: "shift"; columns: number }
  | { action: "toggle_help" }
  /** Draws everything anew. */
  | { action: "redraw" }
  /** Tells the supervisor something about the selected service. */
  | { action: "command"; command: "restart" | "stop" | "start" }
  /** Stops everything; the second time at once. */
  | { action: "quit"; by: "q" | "ctrl_c" };

/** Every key there is, for the help. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ["↑ ↓", "select a service"],
  ["r", "restart it"],
  ["s", "stop it"],
  ["t", "start it"],
  ["Enter, l", "show its log only, or all again"],
  ["a", "show the log of all services"],
  ["PgUp PgDn, b Space", "page through the log"],
  ["k j, Shift ↑ ↓", "move the log by a line"],
  ["← →", "move the log sideways"],
  ["Home, g", "go to the oldest line"],
  ["End, G", "go to the newest line, and follow"],
  ["f", "follow the log, or hold it still"],
  ["Ctrl-L", "draw the screen anew"],
  ["q, Ctrl-C", "stop everything and leave; twice: kill it"],
  ["?", "show this, or leave it"],
];

const LETTERS: Readonly<Record<string, Action>> = {
  a: { action: "show_all" },
  b: { action: "page", pages: -1 },
  " ": { action: "page", pages: 1 },
  f: { action: "toggle_follow" },
  g: { action: "oldest" },
  G: { action: "follow" },
  j: { action: "scroll", lines: 1 },
  k: { action: "scroll", lines: -1 },
  l: { action: "toggle_filter" },
  q: { action: "quit", by: "q" },
  r: { action: "command", command: "restart" },
  s: { action: "command", command: "stop" },
  t: { action: "command", command: "start" },
  "?": { action: "toggle_help" },
  // Enter, where it came together with other keys.
  "\r": { action: "toggle_filter" },
};

const SHIFT_COLUMNS = 20;

/**
 * Returns what keys do, one after the other.
 *
 * @param input What was typed: several letters where the line is slow.
 * @param key The key, where it is not a letter.
 */
export function actionsOf(input: string, key: Partial<Key>): Action[] {
  if (key.eventType === "release" || key.meta) return [];
  const special = key.ctrl ? controlAction(input) : specialAction(key);
  if (special) return [special];
  if (key.ctrl) return [];
  return [...input].flatMap((letter) =>
    Object.hasOwn(LETTERS, letter) ? LETTERS[letter]! : []
  );
}

function specialAction(key: Partial<Key>): Action | undefined {
  if (key.upArrow) return arrow(-1, key.shift);
  if (key.downArrow) return arrow(1, key.shift);
  if (key.leftArrow) return { action: "shift", columns: -SHIFT_COLUMNS };
  if (key.rightArrow) return { action: "shift", columns: SHIFT_COLUMNS };
  if (key.pageUp) return { action: "page", pages: -1 };
  if (key.pageDown) return { action: "page", pages: 1 };
  if (key.home) return { action: "oldest" };
  if (key.end) return { action: "follow" };
  if (key.return) return { action: "toggle_filter" };
  return undefined;
}

function arrow(by: number, shift: boolean | undefined): Action {
  return shift ? { action: "scroll", lines: by } : { action: "select", by };
}

function controlAction(letter: string): Action | undefined {
  switch (letter) {
    case "c":
      return { action: "quit", by: "ctrl_c" };
    case "l":
      return { action: "redraw" };
    default:
      return undefined;
  }
}
