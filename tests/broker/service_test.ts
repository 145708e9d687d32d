/**
 * The broker's methods over a real connection, within one process.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Entry } from "../../broker/entry.ts";
import {
  createMemoryRegistry,
  type MemoryRegistryOptions,
} from "../../broker/memory_registry.ts";
import { brokerService } from "../../broker/service.ts";
import { BROKER_SERVICE, BrokerService } from "../../proto/broker/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { serve } from "../../runtime/rpc/serve.ts";

const ENTRY: Entry = {
  service: "calculator.v1.CalculatorService",
  instance: "one",
  address: "127.0.0.1:5555",
  version: "1.0.0",
  metadata: { language: "typescript" },
};

/** A broker in this process, and a connection to it. */
async function startBroker(options: MemoryRegistryOptions = {}) {
  const registry = createMemoryRegistry({ epoch: "e", ...options });
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [BROKER_SERVICE]: brokerService(registry) },
  });
  const connection = connect(served.address, { name: "the broker" });
  return {
    registry,
    stop: served.stop,
    ...connection,
    /** Opens a registration and waits until it stands. */
    async register(...entries: Entry[]) {
      const cancel = new AbortController();
      const stream = connection.duplex(BrokerService.Register, {
        signal: cancel.signal,
      });
      const answers = [];
      for (const entry of entries) {
        stream.send({ entry });
        answers.push((await stream.incoming.next()).value);
      }
      return { ...stream, answers, cancel: () => cancel.abort() };
    },
    list: async () => (await connection.unary(BrokerService.List, {})).entries,
    async [Symbol.asyncDispose]() {
      connection.close();
      await served.stop(100);
    },
  };
}

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

Deno.test("Register tells the older stream when another registers the same instance", async () => {
  await using broker = await startBroker();
  const newer = { ...ENTRY, address: "127.0.0.1:5556" };
  const older = await broker.register(ENTRY);

  await broker.register(newer);
  const fault = await faultOf(older.incoming);

  assertEquals(fault.code, "aborted");
  assertEquals(
    fault.message,
    'Cannot keep service "calculator.v1.CalculatorService" instance "one" at 127.0.0.1:5555 registered: the same instance has been registered anew',
  );
  assertEquals(await broker.list(), [newer]);
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
    snapshot: { entries: [ENTRY] },
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

Deno.test("Watch sends a snapshot in place of more changes than it keeps", async () => {
  await using broker = await startBroker({ maxBacklog: 2 });
  const watch = broker.serverStream(BrokerService.Watch, { service: "" });
  await watch.next();

  // All at once, so that the watcher cannot read in between.
  await Promise.all(
    ["1", "2", "3", "4"].map((instance) =>
      broker.registry.add({ ...ENTRY, instance })
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
