import { assertEquals } from "@std/assert";
import {
  typesOf,
  wantedEvents,
} from "../../../../dashboard/page/events/filter.ts";
import type { EventRecord } from "../../../../dashboard/wire.ts";

const EVENTS: EventRecord[] = [
  event(1, "supervisor_started", undefined, "pid 7"),
  event(2, "service_state", "web", "exit code 1"),
  event(3, "service_state", "web-2", "healthcheck passed"),
  event(4, "service_note", "web-admin", ""),
];

Deno.test("wantedEvents() has the newest first, of the services and kinds chosen", () => {
  const of = (services: string[], types: string[], words = "") =>
    wantedEvents(EVENTS, { services, types, words })
      .map(({ sequence }) => sequence);

  assertEquals(of([], []), [4, 3, 2, 1]);
  assertEquals(of(["web"], []), [3, 2]);
  assertEquals(of([], ["service note"]), [4]);
  assertEquals(of([], [], "EXIT web"), [2]);
});

Deno.test("typesOf() has each kind once, also one that is only chosen", () => {
  assertEquals(typesOf(EVENTS, ["a kind"]), [
    "a kind",
    "service note",
    "service state",
    "supervisor started",
  ]);
});

function event(
  sequence: number,
  type: string,
  service: string | undefined,
  message: string,
): EventRecord {
  return {
    sequence,
    timeMs: sequence,
    type,
    message,
    ...(service === undefined ? {} : { service }),
  };
}
