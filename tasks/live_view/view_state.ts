/**
 * What somebody looks at in the live view, and how actions change it.
 *
 * @module
 */

import { widthOf } from "../../runtime/program/text_width.ts";
import type { Action, Prompt } from "./keys.ts";
import type { LogLine } from "./log_buffer.ts";
import { centred, endOf, held, scrolled } from "./log_window.ts";
import {
  matcherOf,
  matchesIn,
  nearestMatch,
  nextMatch,
  placeOf,
} from "./search.ts";

/** What somebody looks at. */
export interface ViewState {
  /** The selected service; one that is not there stands for the first. */
  selected: string;
  /** Whose log is shown. */
  filter: "all" | "selected";
  /** The place in the log (log_window.ts); undefined follows its end. */
  place: number | undefined;
  /** Columns of the log that are left out on the left. */
  shiftColumns: number;
  screen: "services" | "help";
  /** Rows of the help that are left out at the top. */
  helpRow: number;
  /** What is asked or typed; undefined: every key does what it does. */
  prompt: Prompt | undefined;
  /** What is searched for; "" if nothing is. */
  search: string;
  /** The sequence number of the match that was gone to. */
  found: number | undefined;
}

/** What there is to look at. */
export interface ViewContext {
  /** The names of the services, as they are shown. */
  names: readonly string[];
  /** The lines of the log, filtered. */
  lines: readonly Pick<LogLine, "sequence" | "text">[];
  /** Rows of the screen that show the log. */
  logRows: number;
  /** Columns of the screen that show what a line says. */
  logColumns: number;
  /** Rows of the help that have no room. */
  hiddenHelpRows: number;
}

/** What is looked at in the beginning. */
export const FIRST_VIEW: ViewState = {
  selected: "",
  filter: "all",
  place: undefined,
  shiftColumns: 0,
  screen: "services",
  helpRow: 0,
  prompt: undefined,
  search: "",
  found: undefined,
};

/** Returns the state after `action`. */
export function nextView(
  view: ViewState,
  action: Action,
  context: ViewContext,
): ViewState {
  const { names, lines, logRows } = context;
  const scroll = (by: number): ViewState => ({
    ...view,
    place: scrolled(lines, logRows, view.place, by),
  });
  switch (action.action) {
    case "select": {
      if (view.screen === "help") {
        const row = view.helpRow + action.by;
        const last = Math.max(0, context.hiddenHelpRows);
        return { ...view, helpRow: Math.max(0, Math.min(row, last)) };
      }
      const row = rowOf(view, names) + action.by;
      const nearest = Math.max(0, Math.min(row, names.length - 1));
      return { ...view, selected: names[nearest] ?? "" };
    }
    case "toggle_filter":
      return {
        ...view,
        filter: view.filter === "all" ? "selected" : "all",
        screen: "services",
      };
    case "show_all":
      return { ...view, filter: "all" };
    case "scroll":
      return scroll(action.lines);
    case "page":
      // One line stays, to show where the last page ended.
      return scroll(action.pages * Math.max(1, logRows - 1));
    case "oldest":
      return scroll(-lines.length);
    case "follow":
      return { ...view, place: undefined };
    case "toggle_follow":
      return {
        ...view,
        place: view.place === undefined ? held(lines) : undefined,
      };
    case "shift":
      return {
        ...view,
        shiftColumns: Math.max(0, view.shiftColumns + action.columns),
      };
    case "toggle_help":
      return {
        ...view,
        screen: view.screen === "help" ? "services" : "help",
        helpRow: 0,
      };
    case "ask_quit":
      return { ...view, screen: "services", prompt: { kind: "quit" } };
    case "answer":
      return { ...view, prompt: undefined };
    case "begin_search":
      return {
        ...view,
        screen: "services",
        prompt: { kind: "search", text: "" },
      };
    case "type":
      return typed(view, (text) => text + action.text);
    case "erase":
      return erased(view, action.all);
    case "search":
      return searched(view, context);
    case "next_match":
      return moved(view, action.by, context);
    case "clear_search":
      return view.screen === "help"
        ? { ...view, screen: "services" }
        : { ...view, prompt: undefined, search: "", found: undefined };
    case "redraw":
    case "command":
    case "quit":
      return view;
  }
}

function typed(view: ViewState, edit: (text: string) => string): ViewState {
  if (view.prompt?.kind !== "search") return view;
  return { ...view, prompt: { kind: "search", text: edit(view.prompt.text) } };
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Takes the last letter away; where there is none, the typing ends. */
function erased(view: ViewState, all: boolean): ViewState {
  if (view.prompt?.kind !== "search") return view;
  if (view.prompt.text === "") return { ...view, prompt: undefined };
  return typed(view, (text) => {
    const letters = [...graphemes.segment(text)];
    return all ? "" : text.slice(0, letters.at(-1)?.index ?? 0);
  });
}

/** Goes to the nearest match of what was typed; nothing: of what was before. */
function searched(view: ViewState, context: ViewContext): ViewState {
  if (view.prompt?.kind !== "search") return view;
  const search = view.prompt.text || view.search;
  const { lines, logRows } = context;
  const matches = matchesIn(lines, matcherOf(search));
  const last = endOf(lines, logRows, view.place) - 1;
  return goTo(
    { ...view, prompt: undefined, search },
    nearestMatch(matches, last),
    context,
  );
}

function moved(view: ViewState, by: 1 | -1, context: ViewContext): ViewState {
  const { lines, logRows } = context;
  const matches = matchesIn(lines, matcherOf(view.search));
  const place = view.found === undefined
    ? endOf(lines, logRows, view.place)
    : placeOf(lines, view.found);
  return goTo(view, nextMatch(matches, place, by), context);
}

/** Shows a line that has a match, and the match in it. */
function goTo(
  view: ViewState,
  place: number | undefined,
  { lines, logRows, logColumns }: ViewContext,
): ViewState {
  const line = place === undefined ? undefined : lines[place];
  if (place === undefined || !line) return { ...view, found: undefined };
  const match = matcherOf(view.search)?.exec(line.text);
  const start = widthOf(line.text.slice(0, match?.index ?? 0));
  const end = start + widthOf(match?.[0] ?? "");
  const isSeen = start >= view.shiftColumns &&
    end <= view.shiftColumns + logColumns;
  // With some of what is before it.
  const shifted = Math.max(0, start - Math.floor(logColumns / 3));
  return {
    ...view,
    found: line.sequence,
    place: centred(lines, logRows, place),
    ...isSeen ? {} : { shiftColumns: end <= logColumns ? 0 : shifted },
  };
}

/** Returns the row of the selected service. */
export function rowOf(
  { selected }: Pick<ViewState, "selected">,
  names: readonly string[],
): number {
  return Math.max(0, names.indexOf(selected));
}
