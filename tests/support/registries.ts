/**
 * Every kind of registry, so that each is held to the same.
 *
 * @module
 */

import type { TableOptions } from "../../broker/entry_table.ts";
import { createEtcdRegistry } from "../../broker/etcd_registry.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import type { Part, Registry, Update } from "../../broker/registry.ts";
import { testWhere } from "./built_clients.ts";
import { type Etcd, NO_ETCD, startEtcd } from "./etcd.ts";

/** A registry of a test, in which nothing is registered yet. */
export interface TestedRegistry extends Registry, AsyncDisposable {
  /** Its revision counts from here on. */
  readonly first: number;
}

/** One kind. */
interface Kind {
  name: "memory" | "etcd";
  /** Why there is none here. */
  reason: string | undefined;
  make(options: TableOptions): Promise<TestedRegistry>;
}

/** The etcd of all tests of one file, and of no other. */
let etcd: Etcd | undefined;
let prefixes = 0;

const KINDS: Kind[] = [
  {
    name: "memory",
    reason: undefined,
    make: (options) =>
      Promise.resolve({
        ...createMemoryRegistry(options),
        first: 0,
        async [Symbol.asyncDispose]() {},
      }),
  },
  {
    name: "etcd",
    reason: NO_ETCD,
    async make(options) {
      const { address, clear } = etcd!;
      const prefix = `test/${prefixes++}`;
      const registry = createEtcdRegistry(
        { members: [address], prefix },
        options,
      );
      await registry.ready;
      const { revision } = await registry.list();
      return {
        ...registry,
        first: revision,
        async [Symbol.asyncDispose]() {
          await registry.close();
          // What would go with the lease would be a change in the next test.
          await clear(`${prefix}/`);
        },
      };
    },
  },
];

/** Makes the registry of a test; to be disposed of. */
export type MakeRegistry = (options?: TableOptions) => Promise<TestedRegistry>;

/** Declares the same test for each kind of registry. */
export function testRegistries(
  name: string,
  run: (make: MakeRegistry, kind: Kind["name"]) => Promise<void>,
): void {
  for (const { name: kind, reason, make } of KINDS) {
    testWhere(
      `${kind}: ${name}`,
      reason,
      () => run((options = {}) => make(options), kind),
    );
  }
}

/** Has an etcd for the tests of this file. */
export function useEtcd(): void {
  if (NO_ETCD !== undefined) return;
  Deno.test.beforeAll(async () => {
    etcd = await startEtcd();
  });
  Deno.test.afterAll(async () => await etcd![Symbol.asyncDispose]());
}

/** As the first registry of an epoch "e" would have told it. */
export function counted<Told extends Update | Part>(
  { first }: Pick<TestedRegistry, "first">,
  told: Told,
): Told {
  const revision = told.revision - first;
  if (!("changes" in told)) return { ...told, epoch: "e", revision };
  const changes = told.changes.map((change) => ({
    ...change,
    revision: change.revision - first,
  }));
  return { ...told, epoch: "e", revision, changes };
}

/** A watch that is read one update at a time, with revisions from 0 on. */
export function watcher(registry: TestedRegistry, service?: string) {
  const stop = new AbortController();
  const updates = registry.watch({ service, signal: stop.signal })
    [Symbol.asyncIterator]();
  return {
    async next() {
      const { value } = await updates.next();
      return counted(registry, value);
    },
    async ended() {
      return (await updates.next()).done;
    },
    stop: () => stop.abort(),
  };
}
