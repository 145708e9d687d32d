import { assertEquals } from "@std/assert";
import type { Action } from "../../../tasks/live_view/keys.ts";
import {
  FIRST_VIEW,
  nextView,
  rowOf,
  type ViewState,
} from "../../../tasks/live_view/view_state.ts";

const NAMES = ["one", "two", "three"];
/** Two of them have a "needle", one of these far to the right. */
const LINES = Array.from({ length: 20 }, (_, sequence) => ({
  sequence,
  text: sequence === 3
    ? "a needle"
    : sequence === 12
    ? `${"日".repeat(30)} Needle`
    : "hay",
}));
const CONTEXT = {
  names: NAMES,
  lines: LINES,
  logRows: 5,
  logColumns: 40,
  hiddenHelpRows: 2,
};

/** Types a text, and what comes after it. */
const search = (text: string, ...then: Action[]): Action[] => [
  { action: "begin_search" },
  ...[...text].map((letter): Action => ({ action: "type", text: letter })),
  ...then,
];
const GO: Action = { action: "search" };

for (
  const { name, actions, expected } of [
    {
      name: "selects the next service",
      actions: [{ action: "select", by: 1 }],
      expected: { selected: "two" },
    },
    {
      name: "selects nothing before the first",
      actions: [{ action: "select", by: -1 }],
      expected: { selected: "one" },
    },
    {
      name: "selects nothing after the last",
      actions: [{ action: "select", by: 9 }],
      expected: { selected: "three" },
    },
    {
      name: "filters and shows all again",
      actions: [{ action: "toggle_filter" }, { action: "toggle_filter" }],
      expected: {},
    },
    {
      name: "filters",
      actions: [{ action: "toggle_filter" }],
      expected: { filter: "selected" },
    },
    {
      name: "shows all",
      actions: [{ action: "toggle_filter" }, { action: "show_all" }],
      expected: {},
    },
    {
      name: "scrolls up by a line",
      actions: [{ action: "scroll", lines: -1 }],
      expected: { place: 18 },
    },
    {
      name: "pages up, and keeps one line of the page before",
      actions: [{ action: "page", pages: -1 }],
      expected: { place: 15 },
    },
    {
      name: "follows again at the end",
      actions: [{ action: "page", pages: -1 }, { action: "page", pages: 1 }],
      expected: {},
    },
    {
      name: "goes to the oldest line",
      actions: [{ action: "oldest" }],
      expected: { place: 4 },
    },
    {
      name: "follows",
      actions: [{ action: "oldest" }, { action: "follow" }],
      expected: {},
    },
    {
      name: "holds the log still",
      actions: [{ action: "toggle_follow" }],
      expected: { place: 19 },
    },
    {
      name: "moves sideways, but not past the beginning",
      actions: [
        { action: "shift", columns: 20 },
        { action: "shift", columns: -40 },
        { action: "shift", columns: 20 },
      ],
      expected: { shiftColumns: 20 },
    },
    {
      name: "shows help",
      actions: [{ action: "toggle_help" }],
      expected: { screen: "help" },
    },
    {
      name: "scrolls the help, as far as there is any",
      actions: [
        { action: "toggle_help" },
        { action: "select", by: 1 },
        { action: "select", by: 4 },
      ],
      expected: { screen: "help", helpRow: 2 },
    },
    {
      name: "asks before everything is stopped",
      actions: [{ action: "toggle_help" }, { action: "ask_quit" }],
      expected: { prompt: { kind: "quit" } },
    },
    {
      name: "asks no more after an answer",
      actions: [{ action: "ask_quit" }, { action: "answer", yes: false }],
      expected: {},
    },
    {
      name: "types and erases what is searched for, and moves nothing yet",
      actions: search("nes", { action: "erase", all: false }),
      expected: { prompt: { kind: "search", text: "ne" } },
    },
    {
      name: "types no more where nothing is left to erase",
      actions: search(
        "nes",
        { action: "erase", all: true },
        { action: "erase", all: false },
      ),
      expected: {},
    },
    {
      name:
        "goes to the newest match, in the middle and with the match in sight",
      actions: search("needle", GO),
      expected: { search: "needle", found: 12, place: 14, shiftColumns: 48 },
    },
    {
      name: "goes to the one before, and to the left again",
      actions: search("needle", GO, { action: "next_match", by: -1 }),
      expected: { search: "needle", found: 3, place: 5 },
    },
    {
      name: "goes from the last to the first",
      actions: search("needle", GO, { action: "next_match", by: 1 }),
      expected: { search: "needle", found: 3, place: 5 },
    },
    {
      name: "tells capital letters apart where one is typed",
      actions: search("Needle", GO, { action: "next_match", by: 1 }),
      expected: { search: "Needle", found: 12, place: 14, shiftColumns: 48 },
    },
    {
      name: "begins with what is in sight",
      actions: [{ action: "oldest" }, ...search("needle", GO)],
      expected: { search: "needle", found: 3, place: 5 },
    },
    {
      name: "stays where it is if there is no match",
      actions: search("(.*", GO, { action: "next_match", by: 1 }),
      expected: { search: "(.*" },
    },
    {
      name: "searches again for what it did where nothing is typed",
      actions: [...search("a n", GO, { action: "follow" }), ...search("", GO)],
      expected: { search: "a n", found: 3, place: 5 },
    },
    {
      name: "searches no more, and stays there",
      actions: search("a n", GO, { action: "clear_search" }),
      expected: { place: 5 },
    },
    {
      name: "leaves commands to others",
      actions: [{ action: "command", command: "stop" }],
      expected: {},
    },
  ] as {
    name: string;
    actions: Action[];
    expected: Partial<ViewState>;
  }[]
) {
  Deno.test(`nextView() ${name}`, () => {
    const view = actions.reduce(
      (view, action) => nextView(view, action, CONTEXT),
      FIRST_VIEW,
    );

    assertEquals(view, { ...FIRST_VIEW, ...expected });
  });
}

Deno.test("rowOf() is that of the first service where there is no other", () => {
  assertEquals(rowOf({ selected: "two" }, NAMES), 1);
  assertEquals(rowOf({ selected: "gone" }, NAMES), 0);
});

Deno.test("nextView() selects nothing where there is nothing", () => {
  const context = { ...CONTEXT, names: [], lines: [], logRows: 0 };

  const view = nextView(FIRST_VIEW, { action: "select", by: 1 }, context);

  assertEquals(view, FIRST_VIEW);
});
