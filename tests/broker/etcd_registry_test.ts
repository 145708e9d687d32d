/**
 * What only a registry in etcd does: several beside each other, an etcd that
 * comes and goes, and entries of other programs. registry_test.ts has the rest.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Entry } from "../../broker/entry.ts";
import {
  createEtcdRegistry,
  type EtcdRegistry,
  type EtcdRegistryOptions,
} from "../../broker/etcd_registry.ts";
import type { Change, Lease, Registry, Update } from "../../broker/registry.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { eventually, inTime } from "../support/eventually.ts";
import { startEtcd, startMembers, testEtcd } from "../support/etcd.ts";
import { freeAddress } from "../support/free_ports.ts";
import { tcpProxy } from "../support/tcp_proxy.ts";

const ENTRY: Entry = {
  service: "a.B",
  instance: "h:1",
  address: "h:1",
  version: "1",
  metadata: {},
};

/** Opens a registry that knows what is registered. */
async function open(
  members: string[],
  options: EtcdRegistryOptions = {},
): Promise<EtcdRegistry & { lines: string[] } & AsyncDisposable> {
  const lines: string[] = [];
  const registry = createEtcdRegistry({ members, prefix: "services" }, {
    // One that is over would be a line more, and a machine may pause.
    leaseSeconds: 60,
    report: (line) => lines.push(line),
    ...options,
  });
  await inTime("the registry is ready", registry.ready);
  return { ...registry, lines, [Symbol.asyncDispose]: registry.close };
}

/** The changes that a registry tells, one at a time; of its snapshots nothing. */
async function changesOf(registry: Registry) {
  const stop = new AbortController();
  const updates = registry.watch({ signal: stop.signal })
    [Symbol.asyncIterator]();
  await updates.next();
  const pending: Change[] = [];
  const next = async (): Promise<string> => {
    while (pending.length === 0) {
      const { value }: { value: Update } = await updates.next();
      if (value.kind === "changes") pending.push(...value.changes);
    }
    const { kind, entry } = pending.shift()!;
    return `${kind} ${entry.service} ${entry.instance}`;
  };
  return {
    next: () => inTime("another change", next()),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await updates.next();
    },
  };
}

async function instances(registry: Registry): Promise<string[]> {
  return (await registry.list()).entries.map(({ instance }) => instance);
}

function known(registry: Registry, wanted: string[]): Promise<void> {
  return eventually(
    `only ${wanted} are known`,
    async () => (await instances(registry)).join() === wanted.join(),
  );
}

/** Registers, and tries again while etcd is away, as a service does. */
async function added(registry: Registry, entry: Entry): Promise<Lease> {
  let lease: Lease | undefined;
  await eventually(`${entry.instance} is registered`, async () => {
    try {
      lease = await registry.add(entry, "me");
      return true;
    } catch (fault) {
      if (fault instanceof Fault && fault.code === "unavailable") return false;
      throw fault;
    }
  });
  return lease!;
}

testEtcd(
  "two brokers on one etcd give the same answers, and each tells what comes to the other",
  async () => {
    await using etcd = await startEtcd();
    await using one = await open([etcd.address]);
    await using changes = await changesOf(one);
    const lease = await one.add(ENTRY, "me");
    await using two = await open([etcd.address]);

    const other = await two.add({ ...ENTRY, instance: "h:2" }, "you");
    const told = [await changes.next(), await changes.next()];
    const answers = [await one.list(), await two.list()];
    await lease[Symbol.asyncDispose]();
    await known(two, ["h:2"]);
    await other[Symbol.asyncDispose]();

    assertEquals(told, ["put a.B h:1", "put a.B h:2"]);
    assertEquals(answers[0], answers[1]);
    assertEquals(answers[0]!.entries.length, 2);
    assertEquals([await changes.next(), await changes.next()], [
      "removed a.B h:1",
      "removed a.B h:2",
    ]);
  },
);

testEtcd(
  "an instance is refused at another broker, unless it has gone there: then it is that one's",
  async () => {
    await using etcd = await startEtcd();
    await using one = await open([etcd.address]);
    await using two = await open([etcd.address]);
    await using changes = await changesOf(two);
    const former = await one.add(ENTRY, "10.0.0.1:7");
    const told = [await changes.next()];

    const fault = await assertRejects(
      () => two.add({ ...ENTRY, address: "h:2" }, "10.0.0.2:7"),
      Fault,
    );
    const lease = await two.add(ENTRY, "10.0.0.1:8");
    await former[Symbol.asyncDispose]();

    assertEquals(fault.code, "already_exists");
    assertMatch(
      fault.message,
      /^Cannot register service "a\.B" instance "h:1" at h:2: 10\.0\.0\.1:7 holds the instance for h:1 since \S+Z; /,
    );
    assertEquals(await instances(two), ["h:1"]);
    told.push(await changes.next());
    assertEquals(told, ["put a.B h:1", "put a.B h:1"]);
    await lease[Symbol.asyncDispose]();
    assertEquals(await instances(two), []);
  },
);

testEtcd(
  "a live holder whose place another broker, or a program, had for the same address gets it back once it is free",
  async () => {
    await using etcd = await startEtcd();
    await using one = await open([etcd.address]);
    await using two = await open([etcd.address]);
    await using changes = await changesOf(two);
    const holder = await one.add(ENTRY, "me");
    const told = [await changes.next()];

    const other = await two.add(ENTRY, "you");
    await eventually("it gives way", () => one.lines.length === 1);
    told.push(await changes.next());
    await other[Symbol.asyncDispose]();
    // What comes and goes may be told at once.
    await eventually("it is back", () => one.lines.length === 2);
    await etcd.put("services/a.B/h:1", '{"Addr":"h:1"}');
    await eventually("it gives way", () => one.lines.length === 3);
    const meanwhile = Object.values(await etcd.read("services/"));
    await etcd.clear("services/");
    await eventually("it is back", () => one.lines.length === 4);
    await known(two, ["h:1"]);
    await holder[Symbol.asyncDispose]();
    await known(two, []);

    assertEquals(told, ["put a.B h:1", "put a.B h:1"]);
    assertEquals(meanwhile, ['{"Addr":"h:1"}']);
    const what = '"a.B" at h:1';
    assertEquals(one.lines.map((line) => line.replace(what, "It")), [
      "It is registered with another broker now",
      "It is registered with this broker again",
      "It is registered with another broker now",
      "It is registered with this broker again",
    ]);
  },
);

testEtcd(
  "a holder whose program has come back by another stream loses its place to that one, and is told",
  async () => {
    await using etcd = await startEtcd();
    await using one = await open([etcd.address]);
    await using two = await open([etcd.address]);
    const former = await one.add(ENTRY, "10.0.0.1:7");
    await two.add(ENTRY, "10.0.0.1:8");
    await eventually("it gives way", () => one.lines.length === 1);

    await one.add(ENTRY, "10.0.0.1:9");
    const fault = await former.lost;
    await former[Symbol.asyncDispose]();
    await eventually("it gives way", () => two.lines.length === 1);

    assertEquals(fault.code, "already_exists");
    assertMatch(fault.message, /: 10\.0\.0\.1:9 holds the instance for h:1 /);
    assertEquals(await instances(two), ["h:1"]);
  },
);

testEtcd(
  "what a broker has registered outlives it as long as its lease lasts",
  async () => {
    await using etcd = await startEtcd();
    await using two = await open([etcd.address]);
    await using changes = await changesOf(two);
    const stays = await open([etcd.address]);
    const goes = await open([etcd.address], { leaseSeconds: 1 });
    const one = await stays.add(ENTRY, "me");
    const other = await goes.add({ ...ENTRY, instance: "h:2" }, "me");
    const put = [await changes.next(), await changes.next()];

    await stays.close();
    await goes.close();
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();

    assertEquals(put, ["put a.B h:1", "put a.B h:2"]);
    await known(two, ["h:1"]);
  },
);

testEtcd(
  "entries are kept where Go's etcd resolver looks, and those of Go are found",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address]);
    await registry.add(ENTRY, "me");
    const stored = await etcd.read("services/a.B/");

    await etcd.put(
      "services/go.S/h:9",
      '{"Op":0,"Addr":"h:9","Metadata":null}',
    );
    await known(registry, ["h:1", "h:9"]);
    await etcd.put("services/go.S/h:9", "no entry any more");
    await known(registry, ["h:1"]);
    const fault = await assertRejects(
      () => registry.add({ ...ENTRY, service: "go.S", instance: "h:9" }, "me"),
      Fault,
    );

    const { Addr, Op } = JSON.parse(stored["services/a.B/h:1"] ?? "{}");
    assertEquals([Op, Addr], [0, "h:1"]);
    assertEquals(registry.lines, [
      'Passing over "services/go.S/h:9" in etcd: it is not {"Op":0,"Addr":"host:port"}',
    ]);
    assertEquals(fault.code, "already_exists");
  },
);

testEtcd(
  "while etcd is away what was known is told, nobody registers, and two lines say so; then all is put in order",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address]);
    await registry.add(ENTRY, "me");
    const gone = await registry.add({ ...ENTRY, instance: "h:2" }, "me");
    await using changes = await changesOf(registry);

    await etcd.kill();
    await eventually("it is noticed", () => registry.lines.length > 0);
    await gone[Symbol.asyncDispose]();
    const meanwhile = await instances(registry);
    const fault = await assertRejects(
      () => registry.add({ ...ENTRY, instance: "h:3" }, "me"),
      Fault,
    );
    await etcd.start();

    assertEquals(await changes.next(), "removed a.B h:2");
    await registry.add({ ...ENTRY, instance: "h:3" }, "me");
    assertEquals(meanwhile, ["h:1", "h:2"]);
    assertEquals(fault.code, "unavailable");
    assertEquals(
      fault.message,
      `Cannot register service "a.B" instance "h:3" at h:1: the broker has lost etcd at ${etcd.address}, and waits for it`,
    );
    assertEquals(await instances(registry), ["h:1", "h:3"]);
    assertEquals(registry.lines.length, 2);
    assertMatch(
      registry.lines[0]!,
      /^Cannot reach etcd at \S+: .*; the broker answers from what it knew, and registers nobody until etcd is back$/,
    );
    assertEquals(registry.lines[1], `etcd is back at ${etcd.address}`);
  },
);

testEtcd(
  "an etcd that comes back without what it had is given the live holders anew",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address]);
    await registry.add(ENTRY, "me");
    await registry.add({ ...ENTRY, instance: "h:2" }, "me");

    await etcd.kill();
    await etcd.start({ empty: true });

    await eventually(
      "both are in etcd",
      async () => Object.keys(await etcd.read("services/")).length === 2,
    );
    await known(registry, ["h:1", "h:2"]);
    const lease = await added(registry, { ...ENTRY, instance: "h:3" });
    await lease[Symbol.asyncDispose]();
    assertEquals(await instances(registry), ["h:1", "h:2"]);
  },
);

testEtcd(
  "a broker whose lease is lost registers its live holders anew, and so it does where a key is removed by hand",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address], { leaseSeconds: 8 });
    await using changes = await changesOf(registry);
    const lease = await registry.add(ENTRY, "me");
    const told = [await changes.next()];
    // Who learns of the loss by the lease itself may see both at once.
    const putAgain = async () => {
      const next = await changes.next();
      told.push(next === "removed a.B h:1" ? await changes.next() : next);
      await eventually(
        "it is in etcd",
        async () => Object.keys(await etcd.read("services/")).length === 1,
      );
    };

    await etcd.revokeLeases();
    await putAgain();
    await etcd.clear("services/");
    await putAgain();
    await lease[Symbol.asyncDispose]();

    assertEquals(told, Array(3).fill("put a.B h:1"));
    assertEquals(await changes.next(), "removed a.B h:1");
  },
);

testEtcd(
  "a broker that was cut off for longer than its lease registers its live holders anew, and learns what others have put there meanwhile",
  async () => {
    await using etcd = await startEtcd();
    await using proxy = tcpProxy(etcd.address);
    await using registry = await open([proxy.address], { leaseSeconds: 1 });
    await registry.add(ENTRY, "me");
    const gone = await registry.add({ ...ENTRY, instance: "h:2" }, "me");
    await etcd.put("services/go.S/h:8", '{"Addr":"h:8"}');
    await known(registry, ["h:1", "h:2", "h:8"]);

    await proxy.close();
    await eventually(
      "its lease is over",
      async () => Object.keys(await etcd.read("services/a.B/")).length === 0,
    );
    await gone[Symbol.asyncDispose]();
    await etcd.put("services/go.S/h:9", '{"Addr":"h:9"}');
    proxy.open();

    await known(registry, ["h:1", "h:8", "h:9"]);
    await eventually(
      "only who is there is in etcd",
      async () =>
        Object.keys(await etcd.read("services/a.B/")).join() ===
          "services/a.B/h:1",
    );
  },
);

testEtcd(
  "what etcd has forgotten of its changes is made up for: everything is read anew, and told as a whole",
  async () => {
    await using etcd = await startEtcd();
    await using proxy = tcpProxy(etcd.address);
    await using registry = await open([proxy.address]);
    await registry.add(ENTRY, "me");
    await etcd.put("services/go.S/h:8", '{"Addr":"h:8"}');
    await known(registry, ["h:1", "h:8"]);
    const stop = new AbortController();
    const updates = registry.watch({ signal: stop.signal });
    await updates[Symbol.asyncIterator]().next();

    await proxy.close();
    await eventually("it is noticed", () => registry.lines.length > 0);
    await etcd.clear("services/go.S/h:8");
    await etcd.put("services/go.S/h:9", '{"Addr":"h:9"}');
    await etcd.compact();
    proxy.open();
    const { value } = await inTime(
      "an update",
      updates[Symbol.asyncIterator]().next(),
    );
    await registry.add({ ...ENTRY, instance: "h:2" }, "me");
    const all = await instances(registry);
    stop.abort();

    const { kind, entries }: Update & { kind: "snapshot" } = value;
    assertEquals(
      [kind, ...entries.map(({ instance }) => instance)],
      ["snapshot", "h:1", "h:9"],
    );
    assertEquals(all, ["h:1", "h:2", "h:9"]);
    assertEquals(registry.lines.length, 2, registry.lines.join("\n"));
  },
);

testEtcd(
  "of three members each may die, whichever leads: nobody is missed, and who comes is registered",
  async () => {
    await using members = await startMembers(3);
    const addresses = members.map(({ address }) => address);
    await using registry = await open(addresses);
    await using changes = await changesOf(registry);
    await registry.add({ ...ENTRY, instance: "first" }, "me");
    const told = [await changes.next()];

    for (const [at, member] of members.entries()) {
      await member.kill();
      const entry = { ...ENTRY, instance: `came-${at}` };
      // Until there is another leader nobody is registered: the same tries again.
      await eventually(
        `${entry.instance} is registered`,
        () =>
          registry.add(entry, "me").then(() => true, (fault: Fault) => {
            if (fault.code !== "unavailable") throw fault;
            return false;
          }),
      );
      told.push(await changes.next());
      await member.start();
    }

    assertEquals(told, [
      "put a.B first",
      "put a.B came-0",
      "put a.B came-1",
      "put a.B came-2",
    ]);
    // Of the one that is in use, of one that lost its leader, and back again.
    const most = 3 * members.length;
    assertEquals(
      registry.lines.length <= most,
      true,
      registry.lines.join("\n"),
    );
  },
);

testEtcd(
  "a holder whose place another program takes loses it, and is told who has it",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address]);
    const { lost } = await registry.add(ENTRY, "me");

    await etcd.put("services/a.B/h:1", '{"Op":0,"Addr":"h:7","Metadata":null}');
    const fault = await lost;

    assertEquals(fault.code, "already_exists");
    assertMatch(
      fault.message,
      /: another program holds the instance for h:7; stop that one/,
    );
  },
);

testEtcd(
  "a member that does not answer is left for the next, and one line says so",
  async () => {
    await using etcd = await startEtcd();
    await using proxy = tcpProxy(etcd.address);
    await using registry = await open([
      freeAddress(),
      proxy.address,
      etcd.address,
    ]);
    await registry.add(ENTRY, "me");

    await proxy.close();
    await eventually("it goes on", () => registry.lines.length > 1);
    await etcd.put("services/go.S/h:9", '{"Addr":"h:9"}');
    await known(registry, ["h:1", "h:9"]);

    assertEquals(registry.lines.length, 2, registry.lines.join("\n"));
    assertMatch(
      registry.lines[0]!,
      new RegExp(`^Cannot reach etcd at .*; going on with ${proxy.address}$`),
    );
    assertMatch(
      registry.lines[1]!,
      new RegExp(`^Cannot reach etcd at .*; going on with ${etcd.address}$`),
    );
  },
);

testEtcd(
  "an etcd that does not answer although it is connected is noticed",
  async () => {
    await using etcd = await startEtcd();
    await using registry = await open([etcd.address], { leaseSeconds: 8 });
    // It is watched by then.
    await registry.add(ENTRY, "me");

    etcd.freeze(true);
    await eventually("it is noticed", () => registry.lines.length > 0);
    etcd.freeze(false);
    await eventually("it is back", () => registry.lines.length > 1);

    assertMatch(
      registry.lines[0]!,
      /^Cannot reach etcd at .*: it has not answered/,
    );
  },
);

Deno.test("a broker that has never reached etcd says so in words", async () => {
  const member = freeAddress();
  const lines: string[] = [];
  const registry = createEtcdRegistry({ members: [member], prefix: "s" }, {
    report: (line) => lines.push(line),
  });

  const faults = [
    await assertRejects(() => registry.list(), Fault),
    await assertRejects(() => registry.add(ENTRY, "me"), Fault),
    await assertRejects(async () => {
      const { signal } = new AbortController();
      for await (const _ of registry.watch({ signal })) break;
    }, Fault),
  ];
  await eventually("a line says so", () => lines.length > 0);
  await registry.close();

  assertEquals(faults.map(({ code }) => code), Array(3).fill("unavailable"));
  assertEquals(
    faults[0]!.message,
    `Cannot tell what is registered: the broker has not reached etcd at ${member} yet`,
  );
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /^Cannot reach etcd at .*; the broker waits for it$/);
});
