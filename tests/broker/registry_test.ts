/**
 * What every registry does, wherever it keeps what it knows.
 */

import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { type Entry, entryBytes } from "../../broker/entry.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import type { Part, Update } from "../../broker/registry.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  counted,
  testRegistries,
  useEtcd,
  watcher,
} from "../support/registries.ts";

function entry(service: string, instance: string, address = "h:1"): Entry {
  return { service, instance, address, version: "", metadata: {} };
}

useEtcd();

testRegistries("list() is in order of service and instance", async (make) => {
  await using registry = await make();
  await registry.add(entry("b", "1"), "me");
  await registry.add(entry("a", "2"), "me");
  await registry.add(entry("a", "1"), "me");

  const { entries } = await registry.list();

  assertEquals(entries, [entry("a", "1"), entry("a", "2"), entry("b", "1")]);
});

testRegistries("list() of a service has its instances only", async (make) => {
  await using registry = await make();
  await registry.add(entry("a", "1"), "me");
  await registry.add(entry("b", "1"), "me");

  const { entries } = await registry.list({ service: "b" });

  assertEquals(entries, [entry("b", "1")]);
});

testRegistries(
  "list() of a service that nobody registered is empty",
  async (make) => {
    await using registry = await make();

    const { entries, revision } = counted(
      registry,
      await registry.list({ service: "a" }),
    );

    assertEquals({ entries, revision }, { entries: [], revision: 0 });
  },
);

testRegistries(
  "an entry is removed when its lease is disposed of",
  async (make) => {
    await using registry = await make();
    const lease = await registry.add(entry("a", "1"), "me");

    await lease[Symbol.asyncDispose]();

    assertEquals((await registry.list()).entries, []);
    assertEquals(counted(registry, await registry.list()).revision, 2);
  },
);

testRegistries("disposing of a lease twice changes nothing", async (make) => {
  await using registry = await make();
  const lease = await registry.add(entry("a", "1"), "me");
  await lease[Symbol.asyncDispose]();

  await lease[Symbol.asyncDispose]();

  assertEquals(counted(registry, await registry.list()).revision, 2);
});

testRegistries(
  "add() leaves a place to its holder, and says who that is and since when",
  async (make) => {
    await using registry = await make();
    await registry.add(entry("a", "1", "h:1"), "10.0.0.1:7");

    const fault = await assertRejects(
      () => registry.add(entry("a", "1", "h:2"), "10.0.0.2:7"),
      Fault,
    );

    assertEquals(fault.code, "already_exists");
    assertMatch(
      fault.message,
      /^Cannot register service "a" instance "1" at h:2: 10\.0\.0\.1:7 holds the instance for h:1 since 20\d\d-\S+Z; stop that one, or take another instance name$/,
    );
    assertEquals((await registry.list()).entries, [entry("a", "1", "h:1")]);
    assertEquals(counted(registry, await registry.list()).revision, 1);
  },
);

testRegistries(
  "a place is free once its lease is disposed of, and a lease removes only its own",
  async (make) => {
    await using registry = await make();
    const older = await registry.add(entry("a", "1", "h:1"), "me");
    await older[Symbol.asyncDispose]();
    await registry.add(entry("a", "1", "h:2"), "you");

    await older[Symbol.asyncDispose]();

    assertEquals((await registry.list()).entries, [entry("a", "1", "h:2")]);
  },
);

testRegistries(
  "a holder replaces its own entry, and its lease then removes that",
  async (make) => {
    await using registry = await make();
    const lease = await registry.add(entry("a", "1", "h:1"), "me");

    const { revision } = await lease.replace(entry("a", "1", "h:2"));

    assertEquals(revision - registry.first, 2);
    assertEquals((await registry.list()).entries, [entry("a", "1", "h:2")]);
    await lease[Symbol.asyncDispose]();
    assertEquals((await registry.list()).entries, []);
  },
);

const BYTES = entryBytes(entry("a", "1"));
/** Quotas that nothing here reaches. */
const AMPLE = {
  entries: 100,
  bytes: 100_000,
  backlogBytes: 100_000,
  watchers: 100,
};

for (
  const [quotas, limit] of [
    [{ ...AMPLE, entries: 2 }, /holds 2 entries at most$/],
    [
      { ...AMPLE, bytes: 2 * BYTES },
      new RegExp(`holds ${2 * BYTES} bytes of entries at most$`),
    ],
  ] as const
) {
  testRegistries(
    `add() refuses what is beyond a quota: ${limit.source}`,
    async (make) => {
      await using registry = await make({ quotas });
      const first = await registry.add(entry("a", "1"), "me");
      await registry.add(entry("a", "2"), "me");

      const fault = await assertRejects(
        () => registry.add(entry("a", "3"), "me"),
        Fault,
      );
      await first.replace(entry("a", "1", "h:2"));
      await first[Symbol.asyncDispose]();
      await registry.add(entry("a", "3"), "me");

      assertEquals(fault.code, "exhausted");
      assertMatch(fault.message, limit);
      assertEquals((await registry.list()).entries.length, 2);
    },
  );
}

testRegistries(
  "an entry of many short pairs counts for what they take in memory",
  async (make) => {
    await using registry = await make({ quotas: { ...AMPLE, bytes: 2_000 } });
    const pairs = { a: "", b: "", c: "", d: "" };

    const fault = await assertRejects(
      () => registry.add({ ...entry("a", "1"), metadata: pairs }, "me"),
      Fault,
    );

    assertEquals(fault.code, "exhausted");
  },
);

testRegistries(
  "watchers that do not read fall behind together, and what is read makes room",
  async (make) => {
    await using registry = await make({
      quotas: { ...AMPLE, backlogBytes: 3 * BYTES },
    });
    const [one, two] = [watcher(registry), watcher(registry)];
    const readBoth =
      async () => [(await one.next()).kind, (await two.next()).kind];
    await readBoth();

    await registry.add(entry("a", "1"), "me");
    const fitting = await readBoth();
    await registry.add(entry("a", "2"), "me");
    await registry.add(entry("a", "3"), "me");
    const late = await readBoth();
    await registry.add(entry("a", "4"), "me");
    const again = await readBoth();

    assertEquals(fitting, ["changes", "changes"]);
    assertEquals(late, ["changes", "snapshot"]);
    assertEquals(again, ["changes", "changes"]);
  },
);

testRegistries(
  "watch() refuses what is beyond its quota, until another ends",
  async (make) => {
    await using registry = await make({
      quotas: { ...AMPLE, watchers: 1 },
    });
    const first = watcher(registry);
    await first.next();

    const fault = await assertRejects(() => watcher(registry).next(), Fault);
    first.stop();
    await first.ended();
    const { kind } = await watcher(registry).next();

    assertEquals(fault.code, "exhausted");
    assertMatch(fault.message, /has 1 watchers, which is its limit$/);
    assertEquals(kind, "snapshot");
  },
);

testRegistries(
  "what is read at once is bounded in bytes: pages, snapshots and changes",
  async (make) => {
    await using registry = await make({ partBytes: 2 * BYTES });
    const watch = watcher(registry);
    await watch.next();
    for (const name of ["1", "2", "3"]) {
      await registry.add(entry("a", name), "me");
    }

    const page = await registry.list();
    const rest = await registry.list({ after: page.entries.at(-1)! });
    const one = await registry.list({ limit: 1 });
    const changes = [await watch.next(), await watch.next()];
    const other = watcher(registry);
    const first = await other.next();
    await registry.add(entry("a", "0"), "me");
    const second = await other.next();
    const after = await other.next();

    const names = (update: Update | Part) =>
      "changes" in update
        ? update.changes.map((change) => change.entry.instance)
        : update.entries.map(({ instance }) => instance);
    assertEquals([names(page), page.more], [["1", "2"], true]);
    assertEquals([names(rest), rest.more], [["3"], false]);
    assertEquals([names(one), one.more], [["1"], true]);
    assertEquals(changes.map(names), [["1"], ["2"]]);
    // Both parts are of one moment, and what happened between them comes after.
    assertEquals([names(first), first.revision], [["1", "2"], 3]);
    assertEquals([names(second), second.revision], [["3"], 3]);
    assertEquals([names(after), after.revision], [["0"], 4]);
  },
);

Deno.test("two registries in memory have different epochs", async () => {
  const one = await createMemoryRegistry().list();
  const other = await createMemoryRegistry().list();

  assertNotEquals(one.epoch, other.epoch);
});

testRegistries(
  "watch() begins with a snapshot, then tells the changes after it",
  async (make) => {
    await using registry = await make();
    const lease = await registry.add(entry("a", "1"), "me");
    const watch = watcher(registry);

    const first = await watch.next();
    await registry.add(entry("b", "1"), "me");
    await lease[Symbol.asyncDispose]();
    const second = await watch.next();

    assertEquals(first, {
      kind: "snapshot",
      epoch: "e",
      revision: 1,
      entries: [entry("a", "1")],
      more: false,
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
  },
);

testRegistries("watch() of a service does not tell of others", async (make) => {
  await using registry = await make();
  const watch = watcher(registry, "b");
  await watch.next();

  await registry.add(entry("a", "1"), "me");
  await registry.add(entry("b", "1"), "me");
  const update = await watch.next();

  assertEquals(update, {
    kind: "changes",
    epoch: "e",
    revision: 2,
    changes: [{ kind: "put", revision: 2, entry: entry("b", "1") }],
  });
});

testRegistries("watch() wakes a reader that waits", async (make) => {
  await using registry = await make();
  const watch = watcher(registry);
  await watch.next();
  const waiting = watch.next();

  await registry.add(entry("a", "1"), "me");

  assertEquals((await waiting).kind, "changes");
});

testRegistries(
  "watch() gives a reader that falls behind a snapshot",
  async (make) => {
    await using registry = await make({ maxBacklog: 2 });
    const watch = watcher(registry);
    await watch.next();

    for (const name of ["1", "2", "3"]) {
      await registry.add(entry("a", name), "me");
    }
    const update = await watch.next();
    await registry.add(entry("a", "4"), "me");
    const after = await watch.next();

    assertEquals(update, {
      kind: "snapshot",
      epoch: "e",
      revision: 3,
      entries: [entry("a", "1"), entry("a", "2"), entry("a", "3")],
      more: false,
    });
    assertEquals(after, {
      kind: "changes",
      epoch: "e",
      revision: 4,
      changes: [{ kind: "put", revision: 4, entry: entry("a", "4") }],
    });
  },
);

testRegistries(
  "watch() ends when it is told to, also while a reader waits",
  async (make) => {
    await using registry = await make();
    const watch = watcher(registry);
    await watch.next();
    const ended = watch.ended();

    watch.stop();

    assertEquals(await ended, true);
  },
);
