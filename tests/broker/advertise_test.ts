import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import type { Entry } from "../../broker/entry.ts";
import {
  type RegisterOptions,
  registerService,
} from "../../broker/register_service.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { ENTRY, startBroker } from "../support/broker_here.ts";
import { withVariable } from "../support/variables.ts";

/** What a broker lists for an entry that is registered so. */
async function listed(entry: Entry, options: Partial<RegisterOptions>) {
  await using broker = await startBroker();
  const registered = Promise.withResolvers<void>();
  const stop = new AbortController();
  const ended = registerService(entry, {
    broker: broker.address,
    signal: stop.signal,
    onRegistered: registered.resolve,
    report: () => {},
    ...options,
  });
  await Promise.race([registered.promise, ended]);
  const [found] = await broker.list();
  stop.abort();
  await ended;
  return { address: found?.address, instance: found?.instance };
}

Deno.test("registerService() has others call where a service says, and not where it listens", async () => {
  const entry = { ...ENTRY, address: "0.0.0.0:5555", instance: "0.0.0.0:5555" };

  assertEquals(await listed(entry, { advertise: "10.0.0.5" }), {
    address: "10.0.0.5:5555",
    instance: "10.0.0.5:5555",
  });
  assertEquals(
    await listed({ ...entry, instance: "one" }, { advertise: "calc:443" }),
    { address: "calc:443", instance: "one" },
  );
});

Deno.test("registerService() has others call where the environment says, unless it is told", async () => {
  using _variable = withVariable("DENIZEN_ADVERTISE", "calc");
  const entry = { ...ENTRY, address: "0.0.0.0:5555", instance: "one" };

  assertEquals((await listed(entry, {})).address, "calc:5555");
  assertEquals(
    (await listed(entry, { advertise: "10.0.0.5" })).address,
    "10.0.0.5:5555",
  );
});

Deno.test("registerService() refuses at once to register all addresses of a machine, and says what names one", async () => {
  for (const address of ["0.0.0.0:5555", "[::]:5555"]) {
    const fault = await assertRejects(
      () =>
        registerService({ ...ENTRY, address }, {
          broker: "127.0.0.1:1", // Nobody is asked.
          signal: new AbortController().signal,
        }),
      Fault,
      "as in --advertise=10.0.0.5 (advertise of registerService(), advertise: in config.yaml, or DENIZEN_ADVERTISE)",
    );
    // A program ends with exit code 2 then.
    assertInstanceOf(fault.cause, UsageError);
  }
});

Deno.test("registerService() refuses to advertise what nobody can call", async () => {
  await assertRejects(
    () => listed(ENTRY, { advertise: "0.0.0.0" }),
    Fault,
    'nobody can call "0.0.0.0", which it advertises: it must be one that callers can dial',
  );
  await assertRejects(
    () =>
      listed({ ...ENTRY, address: "unix:/run/a.sock" }, {
        advertise: "10.0.0.5",
      }),
    Fault,
    "it needs a port",
  );
});
