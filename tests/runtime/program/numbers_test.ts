import { assertEquals } from "@std/assert";
import { quantity } from "../../../runtime/program/numbers.ts";

Deno.test("quantity() has one event, and no or many events", () => {
  assertEquals([0, 1, 2, 1_234].map((count) => quantity(count, "event")), [
    "0 events",
    "1 event",
    "2 events",
    "1,234 events",
  ]);
});
