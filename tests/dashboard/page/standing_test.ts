import { assertEquals, assertMatch } from "@std/assert";
import { isStale, standingOf } from "../../../dashboard/page/standing.ts";

Deno.test("standingOf() tells of the nearest trouble", () => {
  const hello = { supervised: true, command: "denizen" };
  const up = { up: true, notes: [] };

  assertEquals([
    standingOf("connecting", undefined, undefined).word,
    standingOf("gone", hello, { ...up, up: false }).word,
    standingOf("signed_out", hello, up).word,
    standingOf("live", hello, { ...up, up: false, reason: "It ended." }),
    standingOf("live", hello, { ...up, notes: ["Lines are lost."] }),
    standingOf("live", { ...hello, supervised: false }, undefined).sentence,
    standingOf("live", hello, up),
  ], [
    "Connecting",
    "Dashboard gone",
    "Signed out",
    { tone: "bad", word: "Supervisor gone", sentence: "It ended." },
    { tone: "warn", word: "Live", sentence: "Lines are lost." },
    "without a supervisor",
    { tone: "good", word: "Live" },
  ]);
});

Deno.test("standingOf() says what starts a dashboard that is gone", () => {
  const sentence = (supervised: boolean) =>
    standingOf("gone", { supervised, command: "denizen" }, undefined).sentence;

  assertMatch(sentence(true)!, /"denizen supervise" starts it\.$/);
  assertMatch(sentence(false)!, /"denizen dashboard" starts it\.$/);
});

Deno.test("isStale() where the dashboard or the supervisor is gone, and not while the page reconnects", () => {
  const services = (up: boolean) => ({
    supervisor: { up, notes: [] },
    services: [],
    descriptions: [],
    usage: {},
  });

  assertEquals([
    isStale({ connection: "live", services: services(true) }),
    isStale({ connection: "connecting", services: services(true) }),
    isStale({ connection: "live" }),
    isStale({ connection: "gone", services: services(true) }),
    isStale({ connection: "live", services: services(false) }),
  ], [false, false, false, true, true]);
});
