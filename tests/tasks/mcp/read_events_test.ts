import { assertEquals, assertRejects } from "@std/assert";
import type { EventRecord } from "../../../supervisor/events/event.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import type { Place } from "../../../tasks/mcp/place.ts";
import { readEvents } from "../../../tasks/mcp/read_events.ts";

const RECORDS = ["service_state", "config_reloaded", "service_state"].map(
  (type, at): EventRecord => ({
    sequence: at + 1,
    time: "2026-01-01T00:00:00.000Z",
    type,
    message: "",
  } as EventRecord),
);
const place = {
  config: "/c.yaml",
  events: () => Promise.resolve(RECORDS),
} as Place;

Deno.test("readEvents() that finds none names the types that there are", async () => {
  const { says } = await readEvents(place, { types: ["nope"] });

  assertEquals(says, [
    "No event is as wanted. Types that there are: config_reloaded, service_state.",
  ]);
});

Deno.test("readEvents() says which time cannot be read", async () => {
  await assertRejects(
    () => readEvents(place, { since: "yesterday" }),
    UsageError,
    "Cannot read since=yesterday: expected a duration such as 10m",
  );
});
