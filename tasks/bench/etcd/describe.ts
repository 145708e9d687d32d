/**
 * Shows what was measured while brokers, a server and etcd were killed.
 *
 * @module
 */

import { grouped, quantity } from "../../../runtime/program/numbers.ts";
import { formatTable } from "../../terminal/table.ts";
import {
  type EventName,
  EVENTS,
  type OutageFigures,
  TARGETS,
} from "./figures.ts";

/** Shows the figures as tables. */
export function describe(figures: OutageFigures): string {
  const { version, callsPerSecond, awayMs, events, linesWhileAway } = figures;
  const names: Record<EventName, string> = {
    undisturbed: "nothing",
    brokerKilled: "kill -9 of the broker in use",
    brokerFrozen: "kill -STOP of the broker in use",
    serverKilled: "kill -9 of a server",
    etcdAway: `etcd is away for ${awayMs / 1_000} s`,
    etcdBack: "etcd is started again",
    etcdEmpty: "etcd is started without what it had",
  };
  const calls = formatTable([
    [
      "WHAT HAPPENED",
      "ANSWERED",
      "FAILED",
      "LONGEST GAP",
      "SLOWEST CALL",
      "CLIENT PAUSED",
      "RIGHT AGAIN AFTER",
      "NOT REGISTERED",
    ],
    ...EVENTS.map((name) => {
      const each = events[name];
      const { answered, failed, longestGapMs, slowestMs } = each;
      return [
        names[name],
        grouped(answered),
        grouped(failed),
        ms(longestGapMs),
        ms(slowestMs),
        ms(each.pausedMs),
        ms(each.rightAfterMs),
        ms(each.missedMs),
      ];
    }),
    [
      "target, at most",
      "",
      String(TARGETS.failed),
      ms(TARGETS.longestGapMs),
      "",
      "",
      ms(TARGETS.rightAfterMs),
      ms(TARGETS.missedMs),
    ],
  ], { right: (column) => column > 0 });
  const lines = formatTable([
    ["PRINTED WHILE ETCD WAS AWAY", "LINES", "THE FIRST"],
    ...Object.entries(linesWhileAway).sort().map(([name, printed]) => [
      name,
      String(printed.length),
      printed[0] ?? "",
    ]),
    ["target, at most", String(TARGETS.linesWhileAway), ""],
  ]);
  return [
    `etcd ${version}, two brokers, three servers, ${
      quantity(callsPerSecond, "call")
    } a second`,
    "",
    calls,
    lines,
  ].join("\n");
}

function ms(value: number | undefined): string {
  return value === undefined ? "" : `${grouped(Math.round(value))} ms`;
}
