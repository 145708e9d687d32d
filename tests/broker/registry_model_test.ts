/**
 * Holds the registry against a model: a map of the entries, and its history by
 * revision. Whatever is added, removed and read in whatever order, a watcher
 * that has read up to a revision knows exactly what there was at it.
 */

import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { byName, type Entry, entryBytes } from "../../broker/entry.ts";
import type { Lease } from "../../broker/registry.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  counted,
  type TestedRegistry,
  testRegistries,
  useEtcd,
} from "../support/registries.ts";

useEtcd();

/** How many orders are tried: each call of etcd is one of another process. */
const RUNS = { memory: 300, etcd: 10 };
const SERVICES = ["a", "b"] as const;
const MAX_BACKLOG = 3;
/** Two entries at once: most snapshots come in parts. */
const PART_BYTES = 2 * entryBytes({
  service: "a",
  instance: "1",
  address: "h:1",
  version: "",
  metadata: {},
});

type Step =
  | { step: "add"; service: string; instance: string; address: string }
  | { step: "replace"; lease: number; address: string }
  | { step: "remove"; lease: number }
  | { step: "watch"; service: string | undefined }
  | { step: "read"; watcher: number };

const service = fc.constantFrom(...SERVICES);
const address = fc.constantFrom("h:1", "h:2");

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      step: fc.constant("add" as const),
      service,
      instance: fc.constantFrom("1", "2", "3"),
      address,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant("replace" as const),
      lease: fc.nat(20),
      address,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant("remove" as const),
      lease: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant("watch" as const),
      service: fc.option(service, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      step: fc.constant("read" as const),
      watcher: fc.nat(5),
    }),
  },
);

const STEPS = fc.array(step, { minLength: 10, maxLength: 80, size: "max" });

/** The entries, and what they were at each revision. */
function createModel() {
  const entries = new Map<string, { entry: Entry; lease: Lease }>();
  const history: Entry[][] = [[]];
  const changedAt: Record<string, number> = {};
  const record = (service: string) => {
    history.push([...entries.values()].map(({ entry }) => entry).sort(byName));
    changedAt[service] = history.length - 1;
  };
  return {
    holds: ({ service, instance }: Entry) =>
      entries.has(`${service} ${instance}`),
    /** What a lease holds; undefined once it has been disposed of. */
    heldBy: (lease: Lease) =>
      [...entries.values()].find((held) => held.lease === lease)?.entry,
    put(entry: Entry, lease: Lease) {
      entries.set(`${entry.service} ${entry.instance}`, { entry, lease });
      record(entry.service);
    },
    remove(lease: Lease) {
      for (const [key, held] of entries) {
        if (held.lease !== lease) continue;
        entries.delete(key);
        record(held.entry.service);
      }
    },
    /** What there was of a service, or of all, at a revision. */
    at: (revision: number, service?: string) =>
      history[revision]!.filter((entry) =>
        service === undefined || entry.service === service
      ),
    /** The last revision that concerns a watcher of the service. */
    lastFor: (service?: string) =>
      service === undefined ? history.length - 1 : changedAt[service] ?? 0,
  };
}

/** A watcher that rebuilds what there is from what it reads. */
function createReader(registry: TestedRegistry, service: string | undefined) {
  const stop = new AbortController();
  const updates = registry.watch({ service, signal: stop.signal })
    [Symbol.asyncIterator]();
  const known = new Map<string, Entry>();
  let parts: Entry[] = [];
  let seen = -1;
  return {
    service,
    get seen() {
      return seen;
    },
    entries: () => [...known.values()].sort(byName),
    async read() {
      const update = counted(registry, (await updates.next()).value);
      if (update.kind === "snapshot") {
        parts.push(...update.entries);
        if (update.more) return;
        known.clear();
        for (const each of parts) {
          known.set(`${each.service} ${each.instance}`, each);
        }
        parts = [];
      } else {
        assertEquals(update.changes.length <= MAX_BACKLOG, true);
        for (const { kind, revision, entry } of update.changes) {
          assertEquals(revision > seen, true);
          seen = revision;
          const key = `${entry.service} ${entry.instance}`;
          if (kind === "put") known.set(key, entry);
          else known.delete(key);
        }
      }
      seen = update.revision;
    },
    async stop() {
      stop.abort();
      await updates.next();
    },
  };
}

/** Every entry, page after page. */
async function readAll(registry: TestedRegistry) {
  const entries: Entry[] = [];
  while (true) {
    const page = counted(
      registry,
      await registry.list({ after: entries.at(-1) }),
    );
    entries.push(...page.entries);
    if (!page.more) return { entries, revision: page.revision };
  }
}

testRegistries(
  "a registry and its watchers agree with the model, in any order of events",
  async (make, kind) => {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        await using registry = await make({
          maxBacklog: MAX_BACKLOG,
          partBytes: PART_BYTES,
        });
        const model = createModel();
        const leases: Lease[] = [];
        const readers: ReturnType<typeof createReader>[] = [];
        const readIfAny = async (reader: ReturnType<typeof createReader>) => {
          if (reader.seen >= model.lastFor(reader.service)) return false;
          await reader.read();
          if (reader.seen >= 0) {
            assertEquals(
              reader.entries(),
              model.at(reader.seen, reader.service),
            );
          }
          return true;
        };

        for (const each of steps) {
          switch (each.step) {
            case "add": {
              const { service, instance, address } = each;
              const entry = {
                service,
                instance,
                address,
                version: "",
                metadata: {},
              };
              const adding = registry.add(entry, "me");
              if (model.holds(entry)) {
                await assertRejects(() => adding, Fault);
                break;
              }
              const lease = await adding;
              model.put(entry, lease);
              leases.push(lease);
              break;
            }
            case "replace": {
              const lease = leases[each.lease];
              const held = lease && model.heldBy(lease);
              if (!held) break;
              const entry = { ...held, address: each.address };
              await lease.replace(entry);
              model.put(entry, lease);
              break;
            }
            case "remove": {
              const lease = leases[each.lease];
              if (!lease) break;
              model.remove(lease);
              await lease[Symbol.asyncDispose]();
              break;
            }
            case "watch":
              readers.push(createReader(registry, each.service));
              break;
            case "read": {
              const reader = readers[each.watcher];
              if (reader) await readIfAny(reader);
              break;
            }
          }
          const { entries, revision } = await readAll(registry);
          assertEquals(entries, model.at(revision));
          assertEquals(revision, model.lastFor());
        }

        for (const reader of readers) {
          while (await readIfAny(reader));
          assertEquals(
            reader.entries(),
            model.at(model.lastFor(), reader.service),
          );
          await reader.stop();
        }
      }),
      { numRuns: RUNS[kind] },
    );
  },
);
