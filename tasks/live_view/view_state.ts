/**
 * What somebody looks at in the live view, and how actions change it.
 *
 * @module
 */

import type { Action } from "./keys.ts";
import type { LogLine } from "./log_buffer.ts";
import { held, scrolled } from "./log_window.ts";

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
}

/** What there is to look at. */
export interface ViewContext {
  /** The names of the services, as they are shown. */
  names: readonly string[];
  /** The lines of the log, filtered. */
  lines: readonly Pick<LogLine, "sequence">[];
  /** Rows of the screen that show the log. */
  logRows: number;
}

/** What is looked at in the beginning. */
export const FIRST_VIEW: ViewState = {
  selected: "",
  filter: "all",
  place: undefined,
  shiftColumns: 0,
  screen: "services",
};

/** Returns the state after `action`. */
export function nextView(
  view: ViewState,
  action: Action,
  { names, lines, logRows }: ViewContext,
): ViewState {
  const scroll = (by: number): ViewState => ({
    ...view,
    place: scrolled(lines, logRows, view.place, by),
  });
  switch (action.action) {
    case "select": {
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
      };
    case "redraw":
    case "command":
    case "quit":
      return view;
  }
}

/** Returns the row of the selected service. */
export function rowOf(
  { selected }: Pick<ViewState, "selected">,
  names: readonly string[],
): number {
  return Math.max(0, names.indexOf(selected));
}
