import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type FrameInput,
  frameOf,
  hiddenHelpRows,
} from "../../../tasks/live_view/frame.ts";
import type { LogLine } from "../../../tasks/live_view/log_buffer.ts";
import type { Line } from "../../../tasks/live_view/styled_line.ts";
import { FIRST_VIEW } from "../../../tasks/live_view/view_state.ts";
import { widthOf } from "../../../runtime/program/text_width.ts";
import { SERVICES } from "./services.ts";

const LINES: LogLine[] = [
  { sequence: 1, name: "broker", source: "event", text: "started, pid 4211" },
  { sequence: 2, name: "broker", source: "stderr", text: "Serving" },
  {
    sequence: 3,
    name: "calculator-client",
    source: "stdout",
    text: "12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)",
  },
];

const INPUT: FrameInput = {
  columns: 100,
  rows: 12,
  title: "config.yaml",
  runningMs: 13_000,
  services: SERVICES,
  view: { ...FIRST_VIEW, selected: "calculator-server" },
  lines: LINES,
  stopping: false,
  attached: false,
};

const textOf = (line: Line) => line.map(({ text }) => text).join("").trimEnd();

for (
  const { name, input, expected } of [
    {
      name: "everything on a wide screen",
      input: {},
      expected: `\
  Denizen  config.yaml                                1 backing_off, 1 running, 1 healthy  up 13 s
  NAME               STATE        RESTARTS      PID  UPTIME     CPU     MEMORY  ADDRESS
  broker             healthy             0     4211    12 s    0.5%   76.3 MiB  127.0.0.1:50051
▸ calculator-server  backing_off         3  exited with code 3: oh no
  calculator-client  running             0     4213     0 s       -          -  -
── log of all services ──────────────────────────────────────────────────────────────── following ──
  broker            │ • started, pid 4211
  broker            │ Serving
  calculator-client │ 12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)


  ↑↓ select  Enter its log only  r restart  s stop  t start  / search  ? help  q quit`,
    },
    {
      name: "what matters most on a narrow one",
      input: { columns: 40, rows: 10 },
      expected: `\
  1 backing_off, 1 running, 1 healthy
  NAME               STATE        UPTIME
  broker             healthy        12 s
▸ calculator-server  backing_off  exite…
  calculator-client  running         0 s
── log of all services ──── following ──
  broker        │ • started, pid 4211
  broker        │ Serving
  calcul…client │ 12 x 3 = 36 (0.8 ms, …
  ↑↓ select  r restart  ? help  q quit`,
    },
    {
      name: "the address of the dashboard",
      input: {
        columns: 70,
        rows: 11,
        services: SERVICES.slice(0, 1),
        lines: [],
        dashboard: "http://127.0.0.1:4646/login?token=abc",
      },
      expected: `\
  Denizen  config.yaml                            1 healthy  up 13 s
  dashboard  http://127.0.0.1:4646/login?token=abc
  NAME      STATE        RESTARTS      PID  UPTIME     CPU     MEMORY
▸ broker    healthy             0     4211    12 s    0.5%   76.3 MiB
── log of all services ────────────────────────────────── following ──





  ↑↓ select  r restart  s stop  t start  / search  ? help  q quit`,
    },
    {
      name: "how to get the address where there is no room for it",
      input: {
        columns: 40,
        rows: 10,
        services: SERVICES.slice(0, 1),
        lines: [],
        dashboard: "http://127.0.0.1:4646/login?token=abc",
      },
      expected: `\
  Denizen           1 healthy  up 13 s
  dashboard  by deno task dashboard
  NAME      STATE        UPTIME
▸ broker    healthy        12 s
── log of all services ──── following ──




  ↑↓ select  r restart  ? help  q quit`,
    },
    {
      name: "the log of one service, held still",
      input: {
        columns: 60,
        rows: 8,
        services: SERVICES.slice(0, 1),
        view: { ...FIRST_VIEW, filter: "selected" as const, place: 2 },
        lines: LINES.slice(0, 2),
      },
      expected: `\
  Denizen  config.yaml                  1 healthy  up 13 s
  NAME      STATE        RESTARTS  UPTIME     CPU     MEMORY
▸ broker    healthy             0    12 s    0.5%   76.3 MiB
── log of broker ────────────────────── held, End follows ──
  • started, pid 4211
  Serving

  ↑↓ select  r restart  s stop  t start  ? help  q quit`,
    },
    {
      name: "the selected service alone in one row",
      input: { columns: 60, rows: 1 },
      expected: "▸ calculator-server  backing_off         3  exited with cod…",
    },
    {
      name: "that everything is being stopped",
      input: { columns: 60, rows: 4, stopping: true },
      expected: `\
▸ calculator-server  backing_off         3  exited with cod…
  broker            │ Serving
  calculator-client │ 12 x 3 = 36 (0.8 ms, 127.0.0.1:5555)
  Stopping everything. q again: kill what is left`,
    },
    {
      name: "a question, with how many would be stopped",
      input: {
        columns: 40,
        rows: 5,
        view: { ...FIRST_VIEW, prompt: { kind: "quit" as const } },
      },
      expected: `\
▸ broker             healthy        12 s
── log of all services ─────────────────
  broker        │ Serving
  calcul…client │ 12 x 3 = 36 (0.8 ms, …
  Stop 2 services and quit? y/N`,
    },
    {
      name: "what is searched for as it is typed, also where there is no room",
      input: {
        columns: 40,
        rows: 2,
        view: {
          ...FIRST_VIEW,
          prompt: { kind: "search" as const, text: "server" },
        },
      },
      expected: `\
▸ broker             healthy        12 s
  /server█  no match  Enter go`,
    },
    {
      name: "which match it has gone to, and what is left of it",
      input: {
        columns: 60,
        rows: 8,
        services: SERVICES.slice(0, 1),
        view: { ...FIRST_VIEW, search: "se", found: 2, shiftColumns: 1 },
        lines: LINES.slice(0, 2),
        attached: true,
      },
      expected: `\
  Denizen  config.yaml                  1 healthy  up 13 s
  NAME      STATE        RESTARTS  UPTIME     CPU     MEMORY
▸ broker    healthy             0    12 s    0.5%   76.3 MiB
── log of all services ──────── from column 2 · following ──
  broker │ • tarted, pid 4211
▸ broker │ erving

  /se  1 of 1  n next  N before  Esc clear  q detach`,
    },
  ]
) {
  Deno.test(`frameOf() shows ${name}`, () => {
    const frame = frameOf({ ...INPUT, ...input });

    assertEquals(frame.map(textOf).join("\n"), expected);
  });
}

Deno.test("frameOf() shows every key in the help", () => {
  const view = { ...FIRST_VIEW, screen: "help" as const };

  const frame = frameOf({ ...INPUT, rows: 30, view });

  assert(
    frame.some((line) => /q +ask, then stop everything/.test(textOf(line))),
  );
});

Deno.test("frameOf() fills the screen exactly, whatever its size", () => {
  const names = fc.string({ unit: "grapheme", minLength: 1 });
  const service = fc.record({
    name: names,
    service: names,
    status: fc.constantFrom("healthy" as const, "failed" as const),
    restarts: fc.nat(),
    detail: fc.string({ unit: "grapheme" }),
    address: fc.string(),
  });
  const inputs = fc.record({
    columns: fc.integer({ min: 1, max: 120 }),
    rows: fc.integer({ min: 1, max: 40 }),
    title: fc.string(),
    runningMs: fc.nat(),
    services: fc.array(service, { maxLength: 60 }),
    stopping: fc.boolean(),
    view: fc.record({
      selected: names,
      filter: fc.constantFrom("all" as const, "selected" as const),
      place: fc.option(fc.nat(50), { nil: undefined }),
      shiftColumns: fc.nat(50),
      screen: fc.constantFrom("services" as const, "help" as const),
      helpRow: fc.nat(5),
      prompt: fc.constantFrom(
        undefined,
        { kind: "quit" as const },
        { kind: "search" as const, text: "日本語 and so on" },
      ),
      search: fc.string({ unit: "grapheme" }),
      found: fc.option(fc.nat(50), { nil: undefined }),
    }),
    attached: fc.boolean(),
    lines: fc.array(
      fc.record({
        name: names,
        source: fc.constantFrom("stdout" as const, "event" as const),
        text: fc.string({ unit: "grapheme" }),
      }),
    ).map((lines) => lines.map((line, sequence) => ({ sequence, ...line }))),
  });
  fc.assert(fc.property(inputs, (input) => {
    const frame = frameOf(input);
    assertEquals(frame.length, input.rows);
    for (const line of frame) {
      const width = line.reduce((sum, { text }) => sum + widthOf(text), 0);
      assert(width <= input.columns, JSON.stringify(line));
    }
  }));
});

Deno.test("frameOf() marks what was found, however far the log is moved", () => {
  const line = { sequence: 1, name: "broker", source: "stdout" as const };
  const marks = (text: string, shiftColumns: number) => {
    const frame = frameOf({
      ...INPUT,
      services: SERVICES.slice(0, 1),
      lines: [{ ...line, text }],
      view: { ...FIRST_VIEW, search: "b日", shiftColumns },
    });
    return frame.flat().filter(({ colour }) => colour === "yellow")
      .map(({ text, inverse }) => inverse ? text : `${text}?`);
  };

  assertEquals(marks("日ab日 b日c", 0), ["b日", "b日"]);
  assertEquals(marks("日ab日 b日c", 4), ["日", "b日"]);
  assertEquals(marks("日ab日 b日c", 7), ["b日"]);
  assertEquals(marks("日ab日 b日c", 30), []);
});

Deno.test("frameOf() has room for the help on a small screen, part by part", () => {
  const small = { ...INPUT, columns: 40, rows: 15 };
  const hidden = hiddenHelpRows(small);
  const helpAt = (helpRow: number) =>
    frameOf({ ...small, view: { ...FIRST_VIEW, screen: "help", helpRow } })
      .map(textOf);

  assert(hidden > 0);
  assertEquals(helpAt(0).slice(0, 2), [
    "  Keys  ? goes back, ↑↓ shows more",
    "  q",
  ]);
  assertEquals(helpAt(hidden).slice(-2), ["  ?", "    show this, or leave it"]);
  assertEquals(helpAt(hidden + 9), helpAt(hidden));
  assert(![...helpAt(0), ...helpAt(hidden)].some((line) => line.endsWith("…")));
});
