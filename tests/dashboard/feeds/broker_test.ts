import { assertEquals } from "@std/assert";
import type { Entry, WatchEvent } from "../../../broker/client.ts";
import { createBrokerFeed } from "../../../dashboard/feeds/broker.ts";
import { createRing } from "../../../dashboard/feeds/ring.ts";
import type { RegistryMessage } from "../../../dashboard/wire.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { abortOnDispose, pause } from "../../../runtime/program/abort.ts";
import { startBroker } from "../../support/broker_here.ts";
import { eventually } from "../../support/eventually.ts";

function entry(instance: string, registeredMs = 5): Entry {
  return {
    service: "a.B",
    instance,
    address: `127.0.0.1:${instance}`,
    version: "1",
    metadata: {},
    registeredMs,
  };
}

/** What a page reads of a message of the ring. */
function readOf(bytes: Uint8Array): RegistryMessage {
  const text = new TextDecoder().decode(bytes);
  return JSON.parse(/^data: (.*)$/m.exec(text)![1]!);
}

Deno.test("the feed of a broker joins what comes together, and tells it with owners", async () => {
  const ring = createRing();
  const feed = createBrokerFeed({
    broker: "127.0.0.1:1",
    ring,
    ownerOf: (address) => address === "127.0.0.1:2" ? "two" : undefined,
    everyMs: 1,
    lookMs: 1,
    async *follow(_broker, signal): AsyncGenerator<WatchEvent> {
      yield {
        kind: "snapshot",
        epoch: "e",
        revision: 1,
        entries: [entry("1", 0)],
      };
      yield { kind: "put", revision: 2, entry: entry("2") };
      yield { kind: "put", revision: 3, entry: entry("3") };
      yield { kind: "removed", revision: 4, entry: entry("3") };
      while (!signal.aborted) await ring.changed();
    },
    askWatchers: () => () =>
      Promise.resolve([
        { service: "", name: "client", address: "x:1", sinceMs: 9 },
      ]),
  });
  using over = abortOnDispose();
  using _looker = feed.registry.watch!("");

  const running = feed.run(over.signal);
  let last: RegistryMessage | undefined;
  while (!last?.watchers.length) {
    await ring.changed();
    const [newest] = [...ring.after(ring.last - 1)!];
    last = readOf(newest!.bytes);
  }
  over[Symbol.dispose]();
  ring.publish("registry", last);
  await running;

  const { registeredMs: _, ...first } = entry("1");
  assertEquals(last, {
    kind: "snapshot",
    broker: { address: "127.0.0.1:1", up: true, epoch: "e" },
    entries: [first, { ...entry("2"), owner: "two" }],
    total: 2,
    watchers: [{ service: "", name: "client", address: "x:1", sinceMs: 9 }],
  });
  // Four changes and a look, and not as many messages.
  assertEquals(ring.last <= 3, true);
});

Deno.test("the feed of a broker says when that is away, and tells nobody who does not look", async () => {
  const ring = createRing();
  ring.publish("runs", { kind: "runs", runs: [] });
  const done = Promise.withResolvers<void>();
  const feed = createBrokerFeed({
    broker: "127.0.0.1:1",
    ring,
    ownerOf: () => undefined,
    everyMs: 1,
    async *follow(): AsyncGenerator<WatchEvent> {
      yield {
        kind: "snapshot",
        epoch: "e",
        revision: 1,
        entries: [entry("1")],
      };
      yield { kind: "away", fault: new Fault("unavailable", "it is gone") };
      await done.promise;
    },
    askWatchers: () => () => Promise.resolve(undefined),
  });
  using over = abortOnDispose();

  const running = feed.run(over.signal);
  while (feed.registry.isWholeSince!(1, "")) {
    await new Promise((resolve) => setTimeout(resolve));
  }
  const { broker, entries } = feed.registry.snapshot("");
  done.resolve();
  over[Symbol.dispose]();
  await running;

  assertEquals(broker, {
    address: "127.0.0.1:1",
    up: false,
    epoch: "e",
    reason: "it is gone",
  });
  assertEquals(entries.length, 1);
  assertEquals(ring.last, 1);
  assertEquals([1, 2].map((at) => feed.registry.isWholeSince!(at, "")), [
    false,
    true,
  ]);
});

Deno.test("the feed of a broker asks who follows as soon as somebody looks", async () => {
  const ring = createRing();
  const feed = createBrokerFeed({
    broker: "127.0.0.1:1",
    ring,
    ownerOf: () => undefined,
    everyMs: 1,
    lookMs: 3_600_000,
    async *follow(_broker, signal): AsyncGenerator<WatchEvent> {
      yield { kind: "snapshot", epoch: "e", revision: 1, entries: [] };
      while (!signal.aborted) await ring.changed();
    },
    askWatchers: () => () =>
      Promise.resolve([
        { service: "", name: "client", address: "x:1", sinceMs: 9 },
      ]),
  });
  using over = abortOnDispose();

  const running = feed.run(over.signal);
  await pause(10);
  using _looker = feed.registry.watch!("");
  await eventually(
    "it has asked",
    () => feed.registry.snapshot("").watchers.length > 0,
  );
  over[Symbol.dispose]();
  ring.publish("runs", { kind: "runs", runs: [] });
  await running;
});

Deno.test("the feed of a real broker shows a registration, and itself among the watchers", async () => {
  await using broker = await startBroker();
  const stream = await broker.register(entry("9", 0));
  const ring = createRing();
  const feed = createBrokerFeed({
    broker: broker.address,
    ring,
    ownerOf: () => undefined,
    everyMs: 1,
    lookMs: 1,
  });
  using over = abortOnDispose();
  using _looker = feed.registry.watch!("");

  const running = feed.run(over.signal);
  while (feed.registry.snapshot("").watchers.length === 0) {
    await ring.changed();
  }
  const { entries, watchers } = feed.registry.snapshot("");
  stream.end();
  over[Symbol.dispose]();
  await running;

  assertEquals(entries, [entry("9", 1_000)] as typeof entries);
  assertEquals(watchers.map(({ service, name }) => [service, name]), [[
    "",
    "",
  ]]);
});

Deno.test("without a broker the feed says so", async () => {
  const feed = createBrokerFeed({
    broker: undefined,
    ring: createRing(),
    ownerOf: () => undefined,
  });

  await feed.run(new AbortController().signal);

  assertEquals(feed.registry.snapshot(""), {
    kind: "snapshot",
    broker: { address: "", up: false, reason: "no broker is asked" },
    entries: [],
    total: 0,
    watchers: [],
  });
});
