import { assert, assertEquals } from "@std/assert";
import { type Action, actionsOf, KEYS } from "../../../tasks/live_view/keys.ts";

type PressedKey = Parameters<typeof actionsOf>[1];

const NOTHING: Action[] = [];

for (
  const { name, input = "", key = {}, expected } of [
    {
      name: "↑",
      key: { upArrow: true },
      expected: [{ action: "select", by: -1 }],
    },
    {
      name: "↓",
      key: { downArrow: true },
      expected: [{ action: "select", by: 1 }],
    },
    {
      name: "Shift ↑",
      key: { upArrow: true, shift: true },
      expected: [{ action: "scroll", lines: -1 }],
    },
    {
      name: "PgUp",
      key: { pageUp: true },
      expected: [{ action: "page", pages: -1 }],
    },
    {
      name: "Space",
      input: " ",
      expected: [{ action: "page", pages: 1 }],
    },
    { name: "Home", key: { home: true }, expected: [{ action: "oldest" }] },
    { name: "End", key: { end: true }, expected: [{ action: "follow" }] },
    { name: "f", input: "f", expected: [{ action: "toggle_follow" }] },
    {
      name: "→",
      key: { rightArrow: true },
      expected: [{ action: "shift", columns: 20 }],
    },
    {
      name: "Enter",
      input: "\r",
      key: { return: true },
      expected: [{ action: "toggle_filter" }],
    },
    { name: "a", input: "a", expected: [{ action: "show_all" }] },
    {
      name: "r",
      input: "r",
      expected: [{ action: "command", command: "restart" }],
    },
    { name: "q", input: "q", expected: [{ action: "quit", by: "q" }] },
    {
      name: "Ctrl-C",
      input: "c",
      key: { ctrl: true },
      expected: [{ action: "quit", by: "ctrl_c" }],
    },
    {
      name: "Ctrl-L",
      input: "l",
      key: { ctrl: true },
      expected: [{ action: "redraw" }],
    },
    { name: "Ctrl-R", input: "r", key: { ctrl: true }, expected: NOTHING },
    { name: "Alt-S", input: "s", key: { meta: true }, expected: NOTHING },
    { name: "x", input: "x", expected: NOTHING },
    {
      name: "a name of Object",
      input: "constructor",
      expected: actionsOf("constructor", {}),
    },
    {
      name: "several letters at once",
      input: "a?\r",
      expected: [
        { action: "show_all" },
        { action: "toggle_help" },
        { action: "toggle_filter" },
      ],
    },
    {
      name: "a key that is let go",
      input: "q",
      key: { eventType: "release" },
      expected: NOTHING,
    },
  ] as { name: string; input?: string; key?: PressedKey; expected: Action[] }[]
) {
  Deno.test(`actionsOf() knows ${name}`, () => {
    assertEquals(actionsOf(input, key), expected);
  });
}

Deno.test("every letter in the help does something", () => {
  const letters = KEYS.flatMap(([keys]) => keys.split(/,? /))
    .filter((word) => /^[a-zA-Z?]$/.test(word));

  assert(letters.length >= 10);
  for (const letter of letters) {
    assert(actionsOf(letter, {}).length === 1, letter);
  }
});
