/**
 * Broker and calculator servers as processes, which are killed, frozen and
 * started again.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { BrokerService } from "../../proto/broker/contract.ts";
import { CALCULATOR_SERVICE } from "../../proto/calculator/contract.ts";
import type { Change__Output } from "../../proto/types/broker/v1/Change.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { HealthService } from "../../runtime/rpc/health.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  sandbox,
  startBroker,
  startCalculator,
  startRegistered,
} from "../support/calculator_system.ts";
import { spawnScript } from "../support/spawned.ts";
import { freeAddress } from "../support/free_ports.ts";

const test = testsAtOnce("the broker as a process");

/** A connection to the broker that is closed at the end of the block. */
function ask(broker: string) {
  const connection = connect(broker, { name: "the broker" });
  const watch = () =>
    connection.serverStream(BrokerService.Watch, { service: "" });
  return {
    ...connection,
    /** Begins to watch; past the snapshot, it is up to date. */
    async watch() {
      const updates = watch();
      await updates.next();
      return {
        /** The next change of this kind. */
        async next(what: "put" | "removed"): Promise<Change__Output> {
          while (true) {
            const { value, done } = await updates.next();
            if (done) throw new Error(`The watch ended before a ${what}`);
            const changes: Change__Output[] = value.changes?.changes ?? [];
            const found = changes.find((change) => change.what === what);
            if (found) return found;
          }
        },
      };
    },
    async addresses(): Promise<string[]> {
      const { entries } = await connection.unary(BrokerService.List, {});
      return entries.map(({ address }) => address);
    },
    [Symbol.dispose]: connection.close,
  };
}

test("a server registers with its address, version and language", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  using client = ask(broker.address);

  const { entries } = await client.unary(BrokerService.List, {});

  const [{ registeredMs = 0 } = {}] = entries;
  assertEquals(Math.abs(Date.now() - registeredMs) < 3_600_000, true);
  assertEquals(entries, [{
    service: CALCULATOR_SERVICE,
    instance: server.address,
    address: server.address,
    version: "1.0.0",
    metadata: { language: "typescript" },
    registeredMs,
  }]);
});

test("broker and server are healthy, as a whole and by service", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);

  for (
    const [address, service] of [
      [broker.address, ""],
      [broker.address, "broker.v1.BrokerService"],
      [server.address, ""],
      [server.address, CALCULATOR_SERVICE],
    ] as const
  ) {
    assertEquals(await healthOf(address, service), "SERVING");
  }
});

async function healthOf(address: string, service = ""): Promise<string> {
  using client = ask(address);
  return (await client.unary(HealthService.Check, { service })).status;
}

test("a server that is killed is gone from the broker by its end, and not for want of answers as one that is frozen", async () => {
  await using broker = await startBroker();
  await using frozen = await startRegistered(broker.address);
  await using server = await startRegistered(broker.address);
  using client = ask(broker.address);
  const watch = await client.watch();

  frozen.kill("SIGSTOP");
  server.kill("SIGKILL");
  const first = await watch.next("removed");
  const second = await watch.next("removed");

  assertEquals([first, second].map(({ removed }) => removed?.address), [
    server.address,
    frozen.address,
  ]);
  assertEquals(await client.addresses(), []);
});

test("servers register again with a broker that was killed and restarted", async () => {
  await using broker = await startBroker();
  await using one = await startRegistered(broker.address);
  await using two = await startRegistered(broker.address);

  broker.kill("SIGKILL");
  await broker.status;
  await Promise.all(
    [one, two].map((server) => server.stderr.find(/^Waiting to register/)),
  );
  await using _restarted = await startBroker(broker.address);
  await Promise.all(
    [one, two].map((server) => server.stderr.find(/^Registered .* again$/)),
  );

  using client = ask(broker.address);
  assertEquals(
    (await client.addresses()).sort(),
    [one.address, two.address].sort(),
  );
});

test("a server registers again when the broker is stopped and restarted", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);

  broker.kill("SIGTERM");
  const { code } = await broker.status;
  await using _restarted = await startBroker(broker.address);
  const line = await server.stderr.find(/^Registered .* again$/);

  assertEquals(code, 0);
  assertMatch(line, /calculator\.v1\.CalculatorService/);
});

test("a server that starts before the broker says so once, registers later, and is healthy from then on", async () => {
  await using broker = await startBroker();
  broker.kill("SIGKILL");
  await broker.status;
  await using server = spawnScript("calculator/server.ts", {
    args: ["--address=127.0.0.1:0", `--broker=${broker.address}`],
    permissions: sandbox("127.0.0.1:0", broker.address),
  });

  const serving = await server.stderr.find(/^Serving on/);
  const address = serving.slice("Serving on ".length);
  await server.stderr.find(/^Waiting to register .* Cannot reach the broker/);
  assertEquals(await healthOf(address), "NOT_SERVING");
  await using _started = await startBroker(broker.address);
  const next = await server.stderr.next();

  assertMatch(next ?? "", /^Registered .* again$/);
  assertEquals(await healthOf(address), "SERVING");
});

test("a server that is told to stop leaves the broker and exits with 0", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  using client = ask(broker.address);

  server.kill("SIGTERM");
  const { code } = await server.status;

  assertEquals(code, 0);
  assertEquals(await client.addresses(), []);
});

test("a live holder keeps its instance, a frozen one loses it before its clients give it up, and none ends over it", async () => {
  await using broker = await startBroker();
  const args = ["--instance=one"];
  await using older = await startRegistered(broker.address, { args });
  using client = ask(broker.address);
  const watch = await client.watch();

  await using newer = await startCalculator(broker.address, { args });
  const waiting = await newer.stderr.next();
  const refused = await broker.stderr.find(/^Refused/);
  const held = await client.addresses();
  // Its clients wait for 10 s, and a machine that is slow is so for all of them.
  using user = ask(older.address);
  const health = user.serverStream(HealthService.Watch, { service: "" });
  await health.next();
  older.kill("SIGSTOP");
  const givenUp = health.next().then(() => "answered", () => "was given up");
  const { put } = await Promise.race([
    watch.next("put"),
    givenUp.then((how) => {
      throw new Error(`The frozen server ${how} before its place was taken`);
    }),
  ]);
  older.kill("SIGCONT");
  const lost = await older.stderr.find(/^Waiting to register .* holds/);
  newer.kill("SIGKILL");
  await older.stderr.find(/^Registered .* again$/);

  const what = `"${CALCULATOR_SERVICE}" instance "one" at`;
  const why =
    `127\\.0\\.0\\.1:\\d+ holds the instance for ${older.address} since \\S+Z; stop that one, or take another instance name$`;
  assertMatch(
    waiting ?? "",
    new RegExp(`^Waiting to register ${what} ${newer.address}: ${why}`),
  );
  assertMatch(
    refused,
    new RegExp(
      `^Refused 127\\.0\\.0\\.1:\\d+: Cannot register service ${what} ${newer.address}: ${why}`,
    ),
  );
  assertEquals(held, [older.address]);
  assertEquals(put?.address, newer.address);
  assertMatch(lost, new RegExp(`for ${newer.address} since`));
  assertEquals(await client.addresses(), [older.address]);
});

test("a server that was killed or stopped, and starts again at its address, registers at once", async () => {
  await using broker = await startBroker();
  const address = freeAddress();
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    await using before = await startRegistered(broker.address, { address });
    before.kill(signal);
    await before.status;

    await using again = await startCalculator(broker.address, { address });

    assertEquals(
      await again.stderr.next(),
      `Registered "${CALCULATOR_SERVICE}" at ${address}`,
    );
  }
});

test("the broker logs who comes and who goes", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);

  const came = await broker.stderr.next();
  server.kill("SIGKILL");
  const went = await broker.stderr.next();

  const what = `"${CALCULATOR_SERVICE}" at ${server.address}`;
  assertEquals([came, went], [`Registered ${what}`, `Removed ${what}`]);
});

for (
  const [signal, wanted] of [["SIGTERM", 0], ["SIGINT", 130]] as const
) {
  test(`the broker exits with ${wanted} on ${signal}, also while it is watched`, async () => {
    await using broker = await startBroker();
    using client = ask(broker.address);
    await client.watch();

    broker.kill(signal);
    const { code } = await broker.status;

    assertEquals(code, wanted);
  });
}

for (
  const [args, wanted, message] of [
    [["--adress=127.0.0.1:1"], 2, /did you mean "--address"/],
    [["--address=nowhere"], 2, /expected host:port/],
    [["--address=0.0.0.0:0"], 2, /or add --insecure to go without$/m],
  ] as const
) {
  test(`the broker refuses ${args.join(" ")}`, async () => {
    await using broker = spawnScript("broker/main.ts", {
      args: [...args],
      permissions: sandbox("127.0.0.1:0"),
    });

    const { code } = await broker.status;

    assertEquals(code, wanted);
    assertMatch(await broker.stderr.rest(), message);
  });
}

test("a second broker on the same address says who holds it", async () => {
  await using broker = await startBroker();
  await using second = spawnScript("broker/main.ts", {
    args: [`--address=${broker.address}`],
  });

  const { code } = await second.status;

  assertEquals(code, 1);
  assertMatch(
    await second.stderr.rest(),
    new RegExp(`process ${broker.pid} \\(deno\\) listens there`),
  );
});
