import { assertEquals, assertNotEquals } from "@std/assert";
import type { Entry } from "../../broker/entry.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import type { Update } from "../../broker/registry.ts";

function entry(service: string, instance: string, address = "h:1"): Entry {
  return { service, instance, address, version: "", metadata: {} };
}

/** A watch that is read one update at a time. */
function watcher(
  registry: ReturnType<typeof createMemoryRegistry>,
  service?: string,
) {
  const stop = new AbortController();
  const updates = registry.watch({ service, signal: stop.signal })
    [Symbol.asyncIterator]();
  return {
    async next(): Promise<Update> {
      return (await updates.next()).value;
    },
    async ended() {
      return (await updates.next()).done;
    },
    stop: () => stop.abort(),
  };
}

Deno.test("list() is in order of service and instance", async () => {
  const registry = createMemoryRegistry();
  await registry.add(entry("b", "1"));
  await registry.add(entry("a", "2"));
  await registry.add(entry("a", "1"));

  const { entries } = await registry.list();

  assertEquals(entries, [entry("a", "1"), entry("a", "2"), entry("b", "1")]);
});

Deno.test("list() of a service has its instances only", async () => {
  const registry = createMemoryRegistry();
  await registry.add(entry("a", "1"));
  await registry.add(entry("b", "1"));

  const { entries } = await registry.list("b");

  assertEquals(entries, [entry("b", "1")]);
});

Deno.test("list() of a service that nobody registered is empty", async () => {
  const { entries, revision } = await createMemoryRegistry().list("a");

  assertEquals({ entries, revision }, { entries: [], revision: 0 });
});

Deno.test("an entry is removed when its lease is disposed of", async () => {
  const registry = createMemoryRegistry();
  const lease = await registry.add(entry("a", "1"));

  await lease[Symbol.asyncDispose]();

  assertEquals((await registry.list()).entries, []);
  assertEquals((await registry.list()).revision, 2);
});

Deno.test("disposing of a lease twice changes nothing", async () => {
  const registry = createMemoryRegistry();
  const lease = await registry.add(entry("a", "1"));
  await lease[Symbol.asyncDispose]();

  await lease[Symbol.asyncDispose]();

  assertEquals((await registry.list()).revision, 2);
});

Deno.test("an entry takes the place of the older one with its name", async () => {
  const registry = createMemoryRegistry();
  const older = await registry.add(entry("a", "1", "h:1"));

  await registry.add(entry("a", "1", "h:2"));

  assertEquals((await registry.list()).entries, [entry("a", "1", "h:2")]);
  assertEquals(older.lost.aborted, true);
});

Deno.test("a lease that was lost does not remove the newer entry", async () => {
  const registry = createMemoryRegistry();
  const older = await registry.add(entry("a", "1", "h:1"));
  const newer = await registry.add(entry("a", "1", "h:2"));

  await older[Symbol.asyncDispose]();

  assertEquals((await registry.list()).entries, [entry("a", "1", "h:2")]);
  assertEquals(newer.lost.aborted, false);
});

Deno.test("two registries have different epochs", async () => {
  const one = await createMemoryRegistry().list();
  const other = await createMemoryRegistry().list();

  assertNotEquals(one.epoch, other.epoch);
});

Deno.test("watch() begins with a snapshot, then tells the changes after it", async () => {
  const registry = createMemoryRegistry({ epoch: "e" });
  const lease = await registry.add(entry("a", "1"));
  const watch = watcher(registry);

  const first = await watch.next();
  await registry.add(entry("b", "1"));
  await lease[Symbol.asyncDispose]();
  const second = await watch.next();

  assertEquals(first, {
    kind: "snapshot",
    epoch: "e",
    revision: 1,
    entries: [entry("a", "1")],
  });
  assertEquals(second, {
    kind: "changes",
    epoch: "e",
    revision: 3,
    changes: [
      { kind: "put", revision: 2, entry: entry("b", "1") },
      { kind: "removed", revision: 3, entry: entry("a", "1") },
    ],
  });
});

Deno.test("watch() of a service does not tell of others", async () => {
  const registry = createMemoryRegistry({ epoch: "e" });
  const watch = watcher(registry, "b");
  await watch.next();

  await registry.add(entry("a", "1"));
  await registry.add(entry("b", "1"));
  const update = await watch.next();

  assertEquals(update, {
    kind: "changes",
    epoch: "e",
    revision: 2,
    changes: [{ kind: "put", revision: 2, entry: entry("b", "1") }],
  });
});

Deno.test("watch() wakes a reader that waits", async () => {
  const registry = createMemoryRegistry();
  const watch = watcher(registry);
  await watch.next();
  const waiting = watch.next();

  await registry.add(entry("a", "1"));

  assertEquals((await waiting).kind, "changes");
});

Deno.test("watch() gives a reader that falls behind a snapshot", async () => {
  const registry = createMemoryRegistry({ epoch: "e", maxBacklog: 2 });
  const watch = watcher(registry);
  await watch.next();

  for (const name of ["1", "2", "3"]) await registry.add(entry("a", name));
  const update = await watch.next();
  await registry.add(entry("a", "4"));
  const after = await watch.next();

  assertEquals(update, {
    kind: "snapshot",
    epoch: "e",
    revision: 3,
    entries: [entry("a", "1"), entry("a", "2"), entry("a", "3")],
  });
  assertEquals(after, {
    kind: "changes",
    epoch: "e",
    revision: 4,
    changes: [{ kind: "put", revision: 4, entry: entry("a", "4") }],
  });
});

Deno.test("watch() ends when it is told to, also while a reader waits", async () => {
  const registry = createMemoryRegistry();
  const watch = watcher(registry);
  await watch.next();
  const ended = watch.ended();

  watch.stop();

  assertEquals(await ended, true);
});
