/**
 * The broker's methods over a real connection, within one process.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Metadata } from "@grpc/grpc-js";
import { BrokerService } from "../../proto/broker/contract.ts";
import type { Change__Output } from "../../proto/types/broker/v1/Change.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { ENTRY, startBroker } from "../support/broker_here.ts";

/** The fault that ends a stream. */
function faultOf(stream: AsyncIterator<unknown>): Promise<Fault> {
  return assertRejects(() => stream.next(), Fault);
}

Deno.test("Register answers with the epoch, the revision and the instance", async () => {
  await using broker = await startBroker();

  const { answers } = await broker.register(ENTRY, {
    ...ENTRY,
    instance: "two",
  });

  assertEquals(answers, [
    { epoch: "e", revision: 1, instance: "one" },
    { epoch: "e", revision: 2, instance: "two" },
  ]);
});

Deno.test("Register keeps every field of an entry", async () => {
  await using broker = await startBroker();

  await broker.register(ENTRY);

  assertEquals(await broker.list(), [ENTRY]);
});

Deno.test("Register sets since when an entry is held, whatever the caller says, and a newer one keeps it", async () => {
  let clock = 7;
  await using broker = await startBroker({}, { now: () => clock++ });

  await broker.register(
    { ...ENTRY, registeredMs: 99 },
    { ...ENTRY, instance: "two" },
    { ...ENTRY, version: "2.0.0", registeredMs: 99 },
  );

  assertEquals(
    (await broker.list()).map(({ instance, version, registeredMs }) => [
      instance,
      version,
      registeredMs,
    ]),
    [["one", "2.0.0", 7], ["two", "1.0.0", 8]],
  );
});

Deno.test("ListWatchers tells who watches what, and by which name, until they leave", async () => {
  await using broker = await startBroker();
  const list = async () => {
    const { watchers, total } = await broker.unary(
      BrokerService.ListWatchers,
      {},
    );
    return {
      watchers: watchers.map(({ service, name }) => [service, name]),
      isFrom: watchers.every(({ address }) => address.startsWith("127.0.0.1:")),
      total,
    };
  };
  const watch = async (service: string, name?: string) => {
    const cancel = new AbortController();
    const metadata = new Metadata();
    if (name !== undefined) metadata.set("denizen-service", name);
    const updates = broker.serverStream(
      BrokerService.Watch,
      { service },
      { metadata, signal: cancel.signal },
    );
    await updates.next();
    return { updates, cancel };
  };

  const none = await list();
  const first = await watch("", "client-2");
  await watch("a.B");
  await watch("a.B", "x".repeat(129));
  const three = await list();
  first.cancel.abort();
  await assertRejects(() => first.updates.next());
  let left = await list();
  while (left.total === 3) left = await list();

  assertEquals(none, { watchers: [], isFrom: true, total: 0 });
  assertEquals(three, {
    watchers: [["", "client-2"], ["a.B", ""], ["a.B", ""]],
    isFrom: true,
    total: 3,
  });
  assertEquals(left.watchers, [["a.B", ""], ["a.B", ""]]);
});

Deno.test("Register removes the entries before it confirms the end of the stream", async () => {
  await using broker = await startBroker();
  const stream = await broker.register(ENTRY, { ...ENTRY, instance: "two" });

  stream.end();
  const { done } = await stream.incoming.next();

  assertEquals(done, true);
  assertEquals(await broker.list(), []);
});

Deno.test("Register removes the entries of a caller that goes away", async () => {
  await using broker = await startBroker();
  const watch = broker.serverStream(BrokerService.Watch, { service: "" });
  const stream = await broker.register(ENTRY);
  await watch.next(); // the snapshot, with or without the entry

  stream.cancel();
  let removed;
  while (!removed) {
    const { value } = await watch.next();
    removed = value.changes?.changes.at(-1)?.removed;
  }

  assertEquals(removed, ENTRY);
  assertEquals(await broker.list(), []);
});

Deno.test("Register takes a newer entry on the same stream in place of the older", async () => {
  await using broker = await startBroker();
  const newer = { ...ENTRY, metadata: { load: "high" } };

  const stream = await broker.register(ENTRY, newer);

  assertEquals(await broker.list(), [newer]);
  stream.end();
  assertEquals((await stream.incoming.next()).done, true);
  assertEquals(await broker.list(), []);
});

Deno.test("Register leaves an instance to its holder until that ends, and tells once who is refused", async () => {
  const told: string[] = [];
  await using broker = await startBroker({}, {
    report: (line) => told.push(line),
  });
  const newer = { ...ENTRY, address: "127.0.0.1:5556" };
  const holder = await broker.register(ENTRY);
  const refused = async () => {
    const stream = await broker.register();
    stream.send({ entry: newer });
    return await faultOf(stream.incoming);
  };

  const fault = await refused();
  await refused();

  assertEquals(fault.code, "already_exists");
  assertMatch(
    fault.message,
    /^Cannot register service "calculator\.v1\.CalculatorService" instance "one" at 127\.0\.0\.1:5556: 127\.0\.0\.1:\d+ holds the instance for 127\.0\.0\.1:5555 since \S+Z; /,
  );
  assertEquals(await broker.list(), [ENTRY]);
  assertEquals(told.length, 1);
  assertMatch(told[0]!, /^Refused 127\.0\.0\.1:\d+: Cannot register service/);
  holder.end();
  await holder.incoming.next();
  await broker.register(newer);
  assertEquals(await broker.list(), [newer]);
});

Deno.test("Register refuses more than a stream may hold, and takes changes of what it holds", async () => {
  await using broker = await startBroker({}, { quotas: { streamEntries: 2 } });
  const two = { ...ENTRY, instance: "two" };
  const stream = await broker.register(ENTRY, two, { ...two, version: "2" });

  stream.send({ entry: { ...ENTRY, instance: "three" } });
  const fault = await faultOf(stream.incoming);

  assertEquals(fault.code, "exhausted");
  assertMatch(fault.message, /a stream holds 2 entries at most$/);
  assertEquals(await broker.list(), []);
});

Deno.test("Register refuses a wrong entry, and removes what the stream had registered", async () => {
  await using broker = await startBroker();
  const stream = await broker.register(ENTRY);

  stream.send({ entry: { ...ENTRY, instance: "two", address: "nowhere" } });
  const fault = await faultOf(stream.incoming);

  assertEquals(fault.code, "invalid");
  assertEquals(
    fault.message,
    'Cannot register service "calculator.v1.CalculatorService": address must be host:port or unix:/path: current value is "nowhere"',
  );
  assertEquals(await broker.list(), []);
});

Deno.test("Register takes a caller of its own version or an older one, and refuses a newer one in words", async () => {
  const told: string[] = [];
  await using broker = await startBroker({}, {
    report: (line) => told.push(line.replace(/^Refused \S+: /, "")),
  });
  const stream = await broker.register(ENTRY);

  for (const protocol of [0, 1]) {
    stream.send({ entry: ENTRY, protocol });
    assertEquals((await stream.incoming.next()).value?.instance, "one");
  }
  stream.send({ entry: { ...ENTRY, instance: "two" }, protocol: 2 });
  const fault = await faultOf(stream.incoming);

  assertEquals(fault.code, "failed_precondition");
  assertEquals(
    fault.message.replace(/^.*: it/, "it"),
    "it speaks version 2 of the broker's contract, and this broker knows version 1; update the broker",
  );
  assertEquals(told, [fault.message]);
});

Deno.test("Register refuses a registration without an entry", async () => {
  await using broker = await startBroker();
  const stream = await broker.register();

  stream.send({});
  const fault = await faultOf(stream.incoming);

  assertEquals(fault.code, "invalid");
});

Deno.test("Register ends as unavailable when the broker stops", async () => {
  await using broker = await startBroker();
  const stream = await broker.register(ENTRY);

  const stopped = broker.stop();
  const fault = await faultOf(stream.incoming);
  await stopped;

  assertEquals(fault.code, "unavailable");
});

Deno.test("Resolve finds the instances of a service", async () => {
  await using broker = await startBroker();
  await broker.register({ ...ENTRY, instance: "two" }, ENTRY, {
    ...ENTRY,
    service: "other",
  });

  const resolved = await broker.unary(BrokerService.Resolve, {
    service: ENTRY.service,
  });

  assertEquals(resolved, {
    epoch: "e",
    revision: 3,
    entries: [ENTRY, { ...ENTRY, instance: "two" }],
    nextPageToken: "",
  });
});

Deno.test("Resolve says what is registered when the service is not", async () => {
  await using broker = await startBroker();
  await broker.register(ENTRY, { ...ENTRY, instance: "two" }, {
    ...ENTRY,
    service: "pipeline",
  });

  const fault = await assertRejects(
    () => broker.unary(BrokerService.Resolve, { service: "calculater" }),
    Fault,
  );

  assertEquals(fault.code, "not_found");
  assertEquals(
    fault.message,
    'Cannot resolve service "calculater": registered services are calculator.v1.CalculatorService, pipeline',
  );
});

Deno.test("Resolve says so when nothing is registered", async () => {
  await using broker = await startBroker();

  const fault = await assertRejects(
    () => broker.unary(BrokerService.Resolve, { service: "calculator" }),
    Fault,
  );

  assertEquals(
    fault.message,
    'Cannot resolve service "calculator": registered services are none',
  );
});

for (const method of ["Resolve", "Watch"] as const) {
  Deno.test(`${method} refuses a name that no service can have`, async () => {
    await using broker = await startBroker();

    const fault = await assertRejects(
      () =>
        method === "Resolve"
          ? broker.unary(BrokerService.Resolve, { service: "a b" })
          : broker.serverStream(BrokerService.Watch, { service: "a b" }).next(),
      Fault,
    );

    assertEquals(fault.code, "invalid");
  });
}

Deno.test("Watch begins with a snapshot, then tells each change", async () => {
  await using broker = await startBroker();
  await broker.register(ENTRY);
  const watch = broker.serverStream(BrokerService.Watch, { service: "" });

  const first = (await watch.next()).value;
  const stream = await broker.register({ ...ENTRY, instance: "two" });
  const second = (await watch.next()).value;
  stream.end();
  const third = (await watch.next()).value;

  assertEquals(first, {
    epoch: "e",
    revision: 1,
    snapshot: { entries: [ENTRY], more: false },
    news: "snapshot",
  });
  assertEquals(second, {
    epoch: "e",
    revision: 2,
    changes: {
      changes: [{
        revision: 2,
        put: { ...ENTRY, instance: "two" },
        what: "put",
      }],
    },
    news: "changes",
  });
  assertEquals(third.changes.changes, [{
    revision: 3,
    removed: { ...ENTRY, instance: "two" },
    what: "removed",
  }]);
});

Deno.test("Watch of one service does not tell of others", async () => {
  await using broker = await startBroker();
  const watch = broker.serverStream(BrokerService.Watch, { service: "other" });
  await watch.next();

  await broker.register(ENTRY, { ...ENTRY, service: "other" });
  const update = (await watch.next()).value;

  assertEquals(update.revision, 2);
  assertEquals(update.changes.changes.length, 1);
});

Deno.test("Watch makes the bytes of a change once for all who are told it", async () => {
  const { Watch } = BrokerService;
  const { responseSerialize } = Watch;
  let encodedChanges = 0;
  Watch.responseSerialize = (update) => {
    if (update.changes) encodedChanges++;
    return responseSerialize(update);
  };
  try {
    await using broker = await startBroker();
    const watches = ["", "", ENTRY.service, ENTRY.service].map((service) =>
      broker.serverStream(Watch, { service })
    );
    for (const watch of watches) await watch.next();
    const nextOfAll = async () => {
      const updates = watches.map(async (watch) => (await watch.next()).value);
      return (await Promise.all(updates)).map(({ revision, changes }) => [
        revision,
        ...changes.changes.map(({ put }: Change__Output) => put?.instance),
      ]);
    };

    await broker.register(ENTRY);
    const told = await nextOfAll();

    assertEquals(told, Array(watches.length).fill([1, "one"]));
    assertEquals(encodedChanges, 1);

    // All at once, so that nobody can read in between.
    const other = { ...ENTRY, service: "other", instance: "three" };
    await Promise.all(
      [{ ...ENTRY, instance: "two" }, other].map((entry) =>
        broker.registry.add(entry, "me")
      ),
    );
    const toldTogether = await nextOfAll();

    const [ofAll, ofOne] = [[3, "two", "three"], [2, "two"]];
    assertEquals(toldTogether, [ofAll, ofAll, ofOne, ofOne]);
    assertEquals(encodedChanges, 3);
  } finally {
    Watch.responseSerialize = responseSerialize;
  }
});

Deno.test("Watch sends a snapshot in place of more changes than it keeps", async () => {
  await using broker = await startBroker({ maxBacklog: 2 });
  const watch = broker.serverStream(BrokerService.Watch, { service: "" });
  await watch.next();

  // All at once, so that the watcher cannot read in between.
  await Promise.all(
    ["1", "2", "3", "4"].map((instance) =>
      broker.registry.add({ ...ENTRY, instance }, "me")
    ),
  );
  const update = (await watch.next()).value;

  assertEquals(update.news, "snapshot");
  assertEquals(update.revision, 4);
  assertEquals(update.snapshot.entries.length, 4);
});

Deno.test("Watch ends as unavailable when the broker stops, and not as done", async () => {
  await using broker = await startBroker();
  const watch = broker.serverStream(BrokerService.Watch, { service: "" });
  await watch.next();

  const stopped = broker.stop();
  const { code, message } = await assertRejects(() => watch.next(), Fault);
  await stopped;

  assertEquals(code, "unavailable");
  assertMatch(message, /the server is stopping$/);
});
