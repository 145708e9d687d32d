import { assert, assertEquals } from "@std/assert";
import {
  type Action,
  actionsOf,
  keysOf,
  promptActionsOf,
} from "../../../tasks/live_view/keys.ts";

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
    { name: "/", input: "/", expected: [{ action: "begin_search" }] },
    { name: "n", input: "n", expected: [{ action: "next_match", by: 1 }] },
    { name: "N", input: "N", expected: [{ action: "next_match", by: -1 }] },
    {
      name: "Esc",
      key: { escape: true, meta: true },
      expected: [{ action: "clear_search" }],
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
  const letters = keysOf({ attached: false }).flatMap(([keys]) =>
    keys.split(/,? /)
  )
    .filter((word) => /^[a-zA-Z?/]$/.test(word));

  assert(letters.length >= 10);
  for (const letter of letters) {
    assert(actionsOf(letter, {}).length === 1, letter);
  }
});

for (
  const { name, input = "", key = {}, expected } of [
    { name: "a letter", input: "q", expected: [{ action: "type", text: "q" }] },
    { name: "a space", input: " ", expected: [{ action: "type", text: " " }] },
    { name: "日", input: "日", expected: [{ action: "type", text: "日" }] },
    { name: "Enter", key: { return: true }, expected: [{ action: "search" }] },
    {
      name: "Enter among letters",
      input: "\r",
      expected: [{ action: "search" }],
    },
    {
      name: "Backspace",
      key: { backspace: true },
      expected: [{ action: "erase", all: false }],
    },
    {
      name: "Ctrl-U",
      input: "u",
      key: { ctrl: true },
      expected: [{ action: "erase", all: true }],
    },
    {
      name: "Esc",
      key: { escape: true, meta: true },
      expected: [{ action: "clear_search" }],
    },
    {
      name: "Ctrl-C",
      input: "c",
      key: { ctrl: true },
      expected: [{ action: "clear_search" }],
    },
    { name: "↑", key: { upArrow: true }, expected: NOTHING },
    { name: "Alt-S", input: "s", key: { meta: true }, expected: NOTHING },
  ] as { name: string; input?: string; key?: PressedKey; expected: Action[] }[]
) {
  Deno.test(`promptActionsOf() takes ${name} for a part of what is searched for`, () => {
    const prompt = { kind: "search", text: "" } as const;

    assertEquals(promptActionsOf(prompt, input, key), expected);
  });
}

Deno.test("promptActionsOf() takes only y for a yes, and Ctrl-C as ever", () => {
  const answer = (input: string, key: PressedKey = {}) =>
    promptActionsOf({ kind: "quit" }, input, key);

  for (const yes of ["y", "Y"]) {
    assertEquals(answer(yes), [{ action: "answer", yes: true }]);
  }
  for (const no of ["n", " ", "s"]) {
    assertEquals(answer(no), [{ action: "answer", yes: false }]);
  }
  assertEquals(answer("", { return: true }), [{
    action: "answer",
    yes: false,
  }]);
  assertEquals(answer("", { escape: true }), [{
    action: "answer",
    yes: false,
  }]);
  assertEquals(answer("q"), NOTHING);
  assertEquals(answer("c", { ctrl: true }), [{ action: "quit", by: "ctrl_c" }]);
});
