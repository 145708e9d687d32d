import { assertEquals, assertRejects } from "@std/assert";
import { connectBroker } from "../../broker/broker_list.ts";
import type { Entry } from "../../broker/entry.ts";
import { listServices } from "../../broker/list_services.ts";
import { registerService } from "../../broker/register_service.ts";
import { watchServices } from "../../broker/watch_services.ts";
import { BrokerService } from "../../proto/broker/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
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
