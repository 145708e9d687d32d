/**
 * What the live view looks like: the lines of one screen.
 *
 * A pure function of what there is to show. So a test can ask of any screen,
 * however small, whether everything fits. screen.tsx hands the lines to Ink.
 *
 * @module
 */

import type {
  MeasuredSnapshot,
  Status,
} from "../../supervisor/service/snapshot.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { quantity } from "../../runtime/program/numbers.ts";
import {
  cutMiddle,
  fit,
  skipColumns,
  widthOf,
} from "../../runtime/program/text_width.ts";
import {
  chooseColumns,
  formatUptime,
  GAP,
  type SizedColumn,
} from "./columns.ts";
import { keysOf, type Prompt } from "./keys.ts";
import type { LogLine } from "./log_buffer.ts";
import { logWindow } from "./log_window.ts";
import { plainText } from "./plain_text.ts";
import { firstRowOf, layoutOf } from "./screen_layout.ts";
import {
  describeMatches,
  type Matcher,
  matcherOf,
  matchesIn,
  piecesOf,
} from "./search.ts";
import {
  type Colour,
  cutLine,
  joinAlike,
  type Line,
  type Span,
  spread,
  widthOfLine,
} from "./styled_line.ts";
import { rowOf, type ViewState } from "./view_state.ts";

/** Everything that is on the screen. */
export interface FrameInput {
  columns: number;
  rows: number;
  /** What is run, for the title. */
  title: string;
  runningMs: number;
  services: readonly MeasuredSnapshot[];
  view: ViewState;
  /** The lines of the log, filtered. */
  lines: readonly LogLine[];
  /** True once everything is being stopped. */
  stopping: boolean;
  /** The supervisor is another process, which goes on without us. */
  attached: boolean;
  /** The address that opens the dashboard, once. @default {there is none} */
  dashboard?: string | undefined;
}

/** Returns the lines of the screen: `rows` of them, none wider than `columns`. */
export function frameOf(input: FrameInput): Line[] {
  const { columns, rows, view } = input;
  const lines = view.screen === "help" ? helpScreen(input) : services(input);
  const shown = lines.slice(0, rows)
    .map((line) => joinAlike(cutLine(line, columns)));
  while (shown.length < rows) shown.push([]);
  // What is asked has a place on any screen.
  const isHidden = view.prompt && !layoutOf(rows, input.services.length).footer;
  return isHidden
    ? [...shown.slice(0, -1), cutLine(footerLine(input), columns)]
    : shown;
}

function services(input: FrameInput): Line[] {
  const { columns, rows, services, view, lines, dashboard } = input;
  const layout = layoutOf(rows, services.length, dashboard !== undefined);
  const table = chooseColumns(services, columns - MARGIN);
  const selected = rowOf(view, services.map(({ name }) => name));
  const first = firstRowOf(selected, services.length, layout.tableRows);
  const shown = services.slice(first, first + layout.tableRows);
  const log = logWindow(lines, layout.logRows, view.place);
  return [
    ...(layout.title ? [titleLine(input)] : []),
    ...(layout.dashboard && dashboard !== undefined
      ? [dashboardLine(dashboard, columns)]
      : []),
    ...(layout.header ? [headerLine(table)] : []),
    ...shown.map((service, index) =>
      serviceLine(service, table, columns, first + index === selected)
    ),
    ...(layout.separator
      ? [separatorLine(
        input,
        services[selected]?.name,
        services.length - shown.length,
        log.below,
      )]
      : []),
    ...logLines(input, log.shown, layout.logRows),
    ...(layout.footer ? [footerLine(input)] : []),
  ];
}

/** Columns left of everything, for the mark of the selected service. */
const MARGIN = 2;
const INDENT = " ".repeat(MARGIN);

function titleLine(
  { columns, title, services, runningMs }: FrameInput,
): Line {
  const counts = countStates(services).flatMap(([status, count]): Line => [
    { text: ", ", dim: true },
    { text: `${count} ${status}`, colour: COLOUR_OF[status] },
  ]).slice(1);
  const uptime: Line = [{
    text: `  up ${formatUptime(runningMs)}  `,
    dim: true,
  }];
  const name: Line = [{ text: `${INDENT}Denizen`, bold: true }];
  const config: Line = [{ text: `  ${title}`, dim: true }];
  return spread([...name, ...config], [...counts, ...uptime], columns) ??
    spread(name, [...counts, ...uptime], columns) ??
    spread(name, [{ text: INDENT }, ...counts], columns) ??
    [{ text: INDENT }, ...counts];
}

/** Has the address whole, or says how to get it: a part of it opens nothing. */
function dashboardLine(address: string, columns: number): Line {
  const label = { text: `${INDENT}dashboard  `, dim: true };
  const line: Line = [label, { text: address }];
  return widthOfLine(line) <= columns
    ? line
    : [label, { text: `by ${commandFor("dashboard")}`, dim: true }];
}

/** The states that services are in, those first that need somebody. */
function countStates(
  services: readonly MeasuredSnapshot[],
): [Status, number][] {
  return STATUSES
    .map((status): [Status, number] => [
      status,
      services.filter((service) => service.status === status).length,
    ])
    .filter(([, count]) => count > 0);
}

const COLOUR_OF: Record<Status, Colour> = {
  failed: "red",
  unhealthy: "red",
  "backing_off": "red",
  stopping: "yellow",
  starting: "yellow",
  pending: "yellow",
  exited: "gray",
  scheduled: "green",
  running: "green",
  healthy: "green",
};

const STATUSES = Object.keys(COLOUR_OF) as Status[];

function headerLine(table: readonly SizedColumn[]): Line {
  const titles = table.map(({ title, width, align }) =>
    fit(title, width, align)
  );
  return [{
    text: INDENT + titles.join(" ".repeat(GAP)),
    dim: true,
  }];
}

function serviceLine(
  service: MeasuredSnapshot,
  table: readonly SizedColumn[],
  columns: number,
  selected: boolean,
): Line {
  const { status, detail } = service;
  const told = detail === ""
    ? table
    : table.filter((column) => !column.givesWay);
  const line: Line = [
    { text: selected ? "▸ " : INDENT },
    ...told.flatMap(({ title, width, align, cell }, index): Line => [
      { text: index === 0 ? "" : " ".repeat(GAP) },
      {
        text: fit(
          title === "NAME" ? cutMiddle(cell(service), width) : cell(service),
          width,
          align,
        ),
        ...(title === "STATE" ? { colour: COLOUR_OF[status] } : {}),
      },
    ]),
    ...(detail === "" ? [] : [{ text: " ".repeat(GAP) + plainText(detail) }]),
  ];
  if (!selected) return line;
  const rest = " ".repeat(Math.max(0, columns - widthOfLine(line)));
  return [...cutLine(line, columns), { text: rest }]
    .map((span) => ({ ...span, inverse: true, bold: true }));
}

function separatorLine(
  { columns, view }: FrameInput,
  selected: string | undefined,
  hiddenServices: number,
  below: number,
): Line {
  const whose = view.filter === "all" ? "all services" : selected ?? "";
  const left: Line = [
    { text: "── log of ", dim: true },
    { text: whose, bold: true },
    { text: " ", dim: true },
  ];
  const notes = [
    ...(hiddenServices > 0 ? [`${hiddenServices} more services`] : []),
    ...(view.shiftColumns > 0 ? [`from column ${view.shiftColumns + 1}`] : []),
    view.place === undefined
      ? "following"
      : below === 0
      ? "held, End follows"
      : `${below} more ${below === 1 ? "line" : "lines"} below, End follows`,
  ].join(" · ");
  const right: Line = [{ text: ` ${notes} ──`, dim: true }];
  return spread(left, right, columns, "─") ??
    spread(left, [], columns, "─") ?? left;
}

/** What of the log is searched for, also while it is typed. */
function searchedFor({ prompt, search }: ViewState): string {
  return prompt?.kind === "search" ? prompt.text || search : search;
}

/** Returns the columns that are left for what a line of the log says. */
export function logColumnsOf(
  { columns, services, view }: Pick<
    FrameInput,
    "columns" | "services" | "view"
  >,
): number {
  const prefix = view.filter === "all"
    ? nameWidthOf(columns, services) + BORDER.length
    : 0;
  // Those that are cut off, and the mark of events.
  return Math.max(1, columns - MARGIN - prefix - 3);
}

/** Between a service's name and what it says. */
const BORDER = " │ ";

function nameWidthOf(
  columns: number,
  services: FrameInput["services"],
): number {
  const widest = services.reduce(
    (width, { name }) => Math.max(width, widthOf(name)),
    0,
  );
  return Math.min(widest, Math.floor(columns / 3));
}

/** None that says something as the colour of a state. */
const NAME_COLOURS: readonly Colour[] = ["cyan", "magenta", "blue"];

function logLines(
  { columns, services, view }: FrameInput,
  shown: readonly LogLine[],
  rows: number,
): Line[] {
  const places = new Map(services.map(({ name }, place) => [name, place]));
  const nameWidth = nameWidthOf(columns, services);
  const matcher = matcherOf(searchedFor(view));
  const lines = shown.map(({ name, source, text, sequence }): Line => {
    const place = places.get(name);
    const colour = place === undefined
      ? "gray"
      : NAME_COLOURS[place % NAME_COLOURS.length]!;
    const prefix: Line = view.filter === "all"
      ? [{ text: fit(cutMiddle(name, nameWidth), nameWidth), colour }, {
        text: BORDER,
        dim: true,
      }]
      : [];
    const isFound = sequence === view.found;
    const style = source === "event" || isFound ? { bold: true } : {};
    return [
      { text: isFound ? "▸ " : INDENT },
      ...prefix,
      ...source === "event" ? [{ text: "• ", ...style }] : [],
      ...markedText(text, matcher, view.shiftColumns)
        .map((span) => ({ ...span, ...style })),
    ];
  });
  while (lines.length < rows) lines.push([]);
  return lines;
}

/** Cuts a line to what is seen of it, with the matches marked. */
function markedText(
  text: string,
  matcher: Matcher | undefined,
  shiftColumns: number,
): Span[] {
  let left = shiftColumns;
  return piecesOf(text, matcher).flatMap(({ text, isMatch }) => {
    const width = left > 0 ? widthOf(text) : 0;
    const rest = skipColumns(text, left);
    left = Math.max(0, left - width);
    if (rest === "") return [];
    return isMatch
      ? [{ text: rest, inverse: true, colour: "yellow" }]
      : [{ text: rest }];
  });
}

/** What a key does, in the last line. */
interface Hint {
  /** Those with a low number stay longest. */
  rank: number;
  key: string;
  does: string;
}

/** In the order they are shown. */
const HINTS: readonly Hint[] = [
  { rank: 3, key: "↑↓", does: "select" },
  { rank: 8, key: "Enter", does: "its log only" },
  { rank: 4, key: "r", does: "restart" },
  { rank: 5, key: "s", does: "stop" },
  { rank: 6, key: "t", does: "start" },
  { rank: 9, key: "PgUp/PgDn", does: "scroll" },
  { rank: 7, key: "/", does: "search" },
  { rank: 2, key: "?", does: "help" },
];
const QUIT: Hint = { rank: 1, key: "q", does: "quit" };
const DETACH: Hint = { rank: 1, key: "q", does: "detach" };

const TYPING_HINTS: readonly Hint[] = [
  { rank: 1, key: "Enter", does: "go" },
  { rank: 2, key: "Esc", does: "clear" },
];
const SEARCH_HINTS: readonly Hint[] = [
  { rank: 1, key: "n", does: "next" },
  { rank: 2, key: "N", does: "before" },
  { rank: 3, key: "Esc", does: "clear" },
];

function footerLine(input: FrameInput): Line {
  const { columns, stopping, attached, view } = input;
  const { prompt, search } = view;
  if (prompt?.kind === "search") return searchLine(input, prompt);
  if (stopping) {
    return [{
      text: `${INDENT}${
        attached
          ? "Everything is being stopped"
          : "Stopping everything. q again: kill what is left"
      }`,
      colour: "yellow",
      bold: true,
    }];
  }
  if (prompt?.kind === "quit") return questionLine(input);
  const last = attached ? DETACH : QUIT;
  if (search !== "") {
    const head = headOfSearch(input, search, "");
    const hints = [...SEARCH_HINTS, { ...last, rank: 4 }];
    return [...head, ...hintLine(hints, columns - widthOfLine(head))];
  }
  const hints = HINTS.map((hint) =>
    hint.key === "Enter" && view.filter === "selected"
      ? { ...hint, does: "log of all" }
      : hint
  );
  return hintLine([...hints, last], columns);
}

/** Asks whether everything is to be stopped. */
function questionLine({ services }: FrameInput): Line {
  const running = services.filter(({ pid }) => pid !== undefined).length;
  const what = running === 0
    ? "Quit"
    : `Stop ${quantity(running, "service")} and quit`;
  return [{
    text: `${INDENT}${what}? y/N`,
    colour: "yellow",
    bold: true,
  }];
}

function searchLine(
  input: FrameInput,
  { text }: Extract<Prompt, { kind: "search" }>,
): Line {
  const head = headOfSearch(input, text, "█");
  return [
    ...head,
    ...hintLine(TYPING_HINTS, input.columns - widthOfLine(head)),
  ];
}

/** What is searched for, and which of the matches is looked at. */
function headOfSearch(
  { columns, lines, view }: FrameInput,
  text: string,
  cursor: string,
): Line {
  const matches = matchesIn(lines, matcherOf(text));
  const count = text === ""
    ? ""
    : `  ${describeMatches(lines, matches, view.found)}`;
  // The end is what is being typed.
  const room = columns - MARGIN - 1 - widthOf(cursor) - count.length;
  const typed = skipColumns(text, widthOf(text) - Math.max(8, room));
  return [
    { text: `${INDENT}/`, bold: true },
    { text: typed, bold: true },
    { text: cursor },
    { text: count, ...(matches.length === 0 ? { colour: "red" } : {}) },
  ];
}

/** Shows the hints that fit. */
function hintLine(hints: readonly Hint[], columns: number): Line {
  const widthOfHint = ({ key, does }: Hint) =>
    MARGIN + widthOf(key) + 1 + does.length;
  let left = columns;
  const fitting = new Set<string>();
  for (const hint of hints.toSorted((one, other) => one.rank - other.rank)) {
    left -= widthOfHint(hint);
    if (left < 0) break;
    fitting.add(hint.key);
  }
  const shown = hints.filter(({ key }) => fitting.has(key));
  return shown.flatMap(({ key, does }): Line => [
    { text: INDENT + key, bold: true },
    { text: ` ${does}`, dim: true },
  ]);
}

/** Returns the rows of the help that a screen has no room for. */
export function hiddenHelpRows(
  { columns, rows, attached }: Pick<
    FrameInput,
    "columns" | "rows" | "attached"
  >,
): number {
  return Math.max(0, helpLines(columns, attached).length + 1 - rows);
}

function helpScreen(input: FrameInput): Line[] {
  const { columns, view, attached } = input;
  const hidden = hiddenHelpRows(input);
  const title: Line = [
    { text: `${INDENT}Keys`, bold: true },
    {
      text: hidden > 0 ? "  ? goes back, ↑↓ shows more" : "  ? goes back",
      dim: true,
    },
  ];
  const lines = helpLines(columns, attached);
  return [title, ...lines.slice(Math.min(view.helpRow, hidden))];
}

/** Columns from which on a key and what it does have room in one line. */
const WIDE_HELP = 66;

function helpLines(columns: number, attached: boolean): Line[] {
  const keys = keysOf({ attached });
  if (columns < WIDE_HELP) {
    return keys.flatMap(([keys, does]): Line[] => [
      [{ text: `${INDENT}${keys}`, bold: true }],
      [{ text: `${INDENT}${INDENT}${does}` }],
    ]);
  }
  const width = Math.max(...keys.map(([keys]) => widthOf(keys)));
  return keys.map(([keys, does]): Line => [
    { text: `${INDENT}${fit(keys, width)}   `, bold: true },
    { text: does },
  ]);
}
