import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connectBroker } from "../../broker/broker_list.ts";
import type { Entry } from "../../broker/entry.ts";
import { listServices } from "../../broker/list_services.ts";
import { registerService } from "../../broker/register_service.ts";
import { watchServices } from "../../broker/watch_services.ts";
import { createMemoryRegistry } from "../../broker/memory_registry.ts";
import type { Registry } from "../../broker/registry.ts";
import { brokerService } from "../../broker/service.ts";
import { BROKER_SERVICE, BrokerService } from "../../proto/broker/contract.ts";
import { aborted } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { ENTRY, startBroker } from "../support/broker_here.ts";
import { freeAddress } from "../support/free_ports.ts";

Deno.test({
  name:
    "of several brokers the first that answers is asked, and the next when it dies",
  // Connections of clients are kept for the life of a process.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => {
    await using one = await startBroker();
    await using two = await startBroker();
    const brokers = `${freeAddress()},${one.address},${two.address}`;
    await one.register(ENTRY);
    const stop = new AbortController();
    const events = watchServices({ broker: brokers, signal: stop.signal });
    const seen: string[] = [];
    let known: string[] = [];
    const next = async () => {
      const { value } = await events.next();
      seen.push(value.kind);
      if (value.kind === "snapshot") {
        known = value.entries.map(({ instance }: Entry) => instance);
      } else if (value.kind === "put") known.push(value.entry.instance);
    };

    const listed = await listServices(brokers);
    await next();
    await next();
    const registered: string[] = [];
    const registering = registerService({ ...ENTRY, instance: "mine" }, {
      broker: brokers,
      signal: stop.signal,
      report: (line) => registered.push(line.split(" ")[0]!),
    });
    await next();
    await one.stop();
    // Either comes to the second first, who watches or who registers.
    while (known.join() !== "mine") await next();
    const after = await two.list();
    stop.abort();
    await registering;
    await events.return(undefined);

    assertEquals(listed, [ENTRY]);
    assertEquals(seen.slice(0, 3), ["away", "snapshot", "put"]);
    assertEquals(after.map(({ instance }) => instance), ["mine"]);
    assertEquals(registered, [
      "Waiting",
      "Registered",
      "Waiting",
      "Registered",
    ]);
  },
});

Deno.test("what a broker answers is an answer: no other is asked", async () => {
  await using one = await startBroker();
  await using two = await startBroker();
  await two.register(ENTRY);
  const brokers = connectBroker(`${one.address},${two.address}`);

  const fault = await assertRejects(
    () => brokers.unary(BrokerService.Resolve, { service: ENTRY.service }),
    Fault,
  );
  brokers.close();

  assertEquals(fault.code, "not_found");
});

/** A port that takes connections and never says a word, as a frozen process. */
function frozenBroker(): Disposable & { address: string } {
  // The system takes them; nobody reads what they say.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    [Symbol.dispose]: () => listener.close(),
  };
}

/** A broker that does what it should not. */
async function sickBroker(sickness: Partial<Registry>) {
  const registry = { ...createMemoryRegistry(), ...sickness };
  const { address, stop } = await serve({
    address: "127.0.0.1:0",
    services: { [BROKER_SERVICE]: brokerService(registry) },
  });
  return { address, [Symbol.asyncDispose]: () => stop(0) };
}

/** What one stream and one question to several brokers come to. */
async function ask(brokers: string, answerMs?: number) {
  const connection = connectBroker(
    brokers,
    answerMs === undefined ? {} : { answerMs },
  );
  const watch = async () => {
    const cancel = new AbortController();
    const updates = connection.serverStream(BrokerService.Watch, {
      service: "",
    }, { signal: cancel.signal });
    try {
      const { value } = await updates.next();
      return `${value.snapshot?.entries.length} known`;
    } finally {
      cancel.abort();
    }
  };
  const failures: string[] = [];
  let watched: string | undefined;
  // As whoever keeps a stream open does.
  while (watched === undefined && failures.length < 20) {
    watched = await watch().catch((fault: Fault) => {
      failures.push(fault.message);
      return undefined;
    });
  }
  const { entries } = await connection.unary(BrokerService.List, {});
  connection.close();
  return { failures, watched, listed: entries.length };
}

Deno.test("a broker that takes connections and says nothing is left for the next", async () => {
  using frozen = frozenBroker();
  await using live = await startBroker();
  await live.register(ENTRY);

  const asked = await ask(`${frozen.address},${live.address}`, 1_000);

  assertEquals([asked.watched, asked.listed], ["1 known", 1]);
  assertEquals(
    asked.failures[0],
    `Cannot reach the broker at ${frozen.address}: it has not answered within 1000 ms`,
  );
});

Deno.test("a broker that answers nobody who watches, or with a defect, is left for the next", async () => {
  await using silent = await sickBroker({
    // deno-lint-ignore require-yield
    async *watch({ signal }) {
      await aborted(signal);
    },
  });
  await using defective = await sickBroker({
    // deno-lint-ignore require-yield
    async *watch() {
      throw new Fault("internal", "Cannot watch: a defect");
    },
    list: () => Promise.reject(new Fault("internal", "Cannot list: a defect")),
  });
  await using live = await startBroker();
  await live.register(ENTRY);

  const asked = await ask(
    `${silent.address},${defective.address},${live.address}`,
    1_000,
  );
  const alone = await ask(`${defective.address},${live.address}`);

  assertEquals([asked.watched, asked.listed], ["1 known", 1]);
  assertMatch(asked.failures[0]!, /: it has not answered within 1000 ms$/);
  assertEquals([alone.watched, alone.listed], ["1 known", 1]);
});
