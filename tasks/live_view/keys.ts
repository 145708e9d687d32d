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
  /** Stops everything; the second time at once. Or leaves what is attached to. */
  | { action: "quit"; by: "q" | "ctrl_c" }
  /** Asks whether everything is to be stopped. */
  | { action: "ask_quit" }
  /** What a question is answered with. */
  | { action: "answer"; yes: boolean }
  /** Begins to type what is searched for. */
  | { action: "begin_search" }
  /** Types more of it. */
  | { action: "type"; text: string }
  | { action: "erase"; all: boolean }
  /** Ends the typing, and goes to the nearest line that has it. */
  | { action: "search" }
  /** Goes to the line that has it, so many further down. */
  | { action: "next_match"; by: 1 | -1 }
  | { action: "clear_search" };

/** What is typed goes there, and not to the keys. */
export type Prompt =
  /** Whether everything is to be stopped. */
  | { kind: "quit" }
  /** What is searched for, as far as it is typed. */
  | { kind: "search"; text: string };

/** Every key there is, for the help, but those that leave. */
const STAYING: readonly (readonly [keys: string, does: string])[] = [
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
  ["/", "search; a capital letter counts"],
  ["n N", "next line that has it, or before"],
  ["Esc", "search no more"],
  ["Ctrl-L", "draw the screen anew"],
  ["?", "show this, or leave it"],
];

/**
 * Every key there is, with what it does.
 *
 * @param attached The supervisor is another process, which goes on without us.
 */
export function keysOf(
  { attached }: { attached: boolean },
): readonly (readonly [keys: string, does: string])[] {
  return [
    ...attached ? [["q, Ctrl-C", "leave; the services go on"]] as const : [
      ["q", "ask, then stop everything"],
      ["Ctrl-C", "stop everything; twice: kill it"],
    ] as const,
    ...STAYING,
  ];
}

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
  "/": { action: "begin_search" },
  n: { action: "next_match", by: 1 },
  N: { action: "next_match", by: -1 },
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
  if (key.eventType === "release" || (key.meta && !key.escape)) return [];
  const special = key.ctrl ? controlAction(input) : specialAction(key);
  if (special) return [special];
  if (key.ctrl) return [];
  return [...input].flatMap((letter) =>
    Object.hasOwn(LETTERS, letter) ? LETTERS[letter]! : []
  );
}

/**
 * Returns what a key does while something is asked or typed.
 *
 * @param input What was typed; of a pasted text only what is seen of it counts.
 */
export function promptActionsOf(
  prompt: Prompt,
  input: string,
  key: Partial<Key>,
): Action[] {
  if (key.eventType === "release") return [];
  if (key.ctrl && input === "l") return [{ action: "redraw" }];
  const isCtrlC = key.ctrl === true && input === "c";
  switch (prompt.kind) {
    case "quit":
      if (isCtrlC) return [{ action: "quit", by: "ctrl_c" }];
      // A key that is held down answers nothing.
      if (input === "q") return [];
      return [{ action: "answer", yes: input.toLowerCase() === "y" }];
    case "search":
      // As in an editor it ends the typing, and nothing else.
      if (isCtrlC || key.escape) return [{ action: "clear_search" }];
      if (key.return || input === "\r") return [{ action: "search" }];
      if (key.backspace || key.delete || input === "\x7f" || input === "\b") {
        return [{ action: "erase", all: false }];
      }
      if (key.ctrl && input === "u") return [{ action: "erase", all: true }];
      if (key.ctrl || key.meta || input === "") return [];
      return [{ action: "type", text: input }];
  }
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
  if (key.escape) return { action: "clear_search" };
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
