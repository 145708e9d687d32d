import { assertEquals } from "@std/assert";
import type { Action } from "../../../tasks/live_view/keys.ts";
import {
  FIRST_VIEW,
  nextView,
  rowOf,
  type ViewState,
} from "../../../tasks/live_view/view_state.ts";

const NAMES = ["one", "two", "three"];
const LINES = Array.from({ length: 20 }, (_, index) => ({ sequence: index }));
const CONTEXT = { names: NAMES, lines: LINES, logRows: 5 };

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
  const context = { names: [], lines: [], logRows: 0 };

  const view = nextView(FIRST_VIEW, { action: "select", by: 1 }, context);

  assertEquals(view, FIRST_VIEW);
});
