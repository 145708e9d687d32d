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
import { KEYS } from "./keys.ts";
import type { LogLine } from "./log_buffer.ts";
import { logWindow } from "./log_window.ts";
import { plainText } from "./plain_text.ts";
import { firstRowOf, layoutOf } from "./screen_layout.ts";
import {
  type Colour,
  cutLine,
  joinAlike,
  type Line,
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
}

/** Returns the lines of the screen: `rows` of them, none wider than `columns`. */
export function frameOf(input: FrameInput): Line[] {
  const { columns, rows, view } = input;
  const lines = view.screen === "help" ? helpScreen(input) : services(input);
  const shown = lines.slice(0, rows)
    .map((line) => joinAlike(cutLine(line, columns)));
  while (shown.length < rows) shown.push([]);
  return shown;
}

function services(input: FrameInput): Line[] {
  const { columns, rows, services, view, lines } = input;
  const layout = layoutOf(rows, services.length);
  const table = chooseColumns(services, columns - MARGIN);
  const selected = rowOf(view, services.map(({ name }) => name));
  const first = firstRowOf(selected, services.length, layout.tableRows);
  const shown = services.slice(first, first + layout.tableRows);
  const log = logWindow(lines, layout.logRows, view.place);
  return [
    ...(layout.title ? [titleLine(input)] : []),
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
      : `${below} more lines below, End follows`,
  ].join(" · ");
  const right: Line = [{ text: ` ${notes} ──`, dim: true }];
  return spread(left, right, columns, "─") ??
    spread(left, [], columns, "─") ?? left;
}

/** None that says something as the colour of a state. */
const NAME_COLOURS: readonly Colour[] = ["cyan", "magenta", "blue"];

function logLines(
  { columns, services, view }: FrameInput,
  shown: readonly LogLine[],
  rows: number,
): Line[] {
  const places = new Map(services.map(({ name }, place) => [name, place]));
  const widest = services.reduce(
    (width, { name }) => Math.max(width, widthOf(name)),
    0,
  );
  const nameWidth = Math.min(widest, Math.floor(columns / 3));
  const lines = shown.map(({ name, source, text }): Line => {
    const place = places.get(name);
    const colour = place === undefined
      ? "gray"
      : NAME_COLOURS[place % NAME_COLOURS.length]!;
    const prefix: Line = view.filter === "all"
      ? [{ text: fit(cutMiddle(name, nameWidth), nameWidth), colour }, {
        text: " │ ",
        dim: true,
      }]
      : [];
    const rest = skipColumns(text, view.shiftColumns);
    return [
      { text: INDENT },
      ...prefix,
      source === "event" ? { text: `• ${rest}`, bold: true } : { text: rest },
    ];
  });
  while (lines.length < rows) lines.push([]);
  return lines;
}

/** Hints by how much they are needed, then in the order they are shown. */
const HINTS: readonly { rank: number; key: string; does: string }[] = [
  { rank: 3, key: "↑↓", does: "select" },
  { rank: 7, key: "Enter", does: "its log only" },
  { rank: 4, key: "r", does: "restart" },
  { rank: 5, key: "s", does: "stop" },
  { rank: 6, key: "t", does: "start" },
  { rank: 8, key: "PgUp/PgDn", does: "scroll" },
  { rank: 2, key: "?", does: "help" },
  { rank: 1, key: "q", does: "quit" },
];

function footerLine({ columns, stopping, view }: FrameInput): Line {
  if (stopping) {
    return [{
      text: `${INDENT}Stopping everything. q again: kill what is left`,
      colour: "yellow",
      bold: true,
    }];
  }
  const hints = HINTS.map((hint) =>
    hint.key === "Enter" && view.filter === "selected"
      ? { ...hint, does: "log of all" }
      : hint
  );
  const widthOfHint = ({ key, does }: { key: string; does: string }) =>
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

function helpScreen({ columns }: FrameInput): Line[] {
  const width = Math.max(...KEYS.map(([keys]) => widthOf(keys)));
  const title: Line = [
    { text: `${INDENT}Keys`, bold: true },
    { text: "  ? goes back", dim: true },
  ];
  const gap = columns < 60 ? 1 : 3;
  return [
    title,
    ...KEYS.map(([keys, does]): Line => [
      { text: `${INDENT}${fit(keys, width)}${" ".repeat(gap)}`, bold: true },
      { text: does },
    ]),
  ];
}
