/**
 * Clients and servers that are given several brokers, in every language: they use
 * one that answers, and go on with the next when it is killed or freezes.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { listServices } from "../../broker/client.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  checkAnswer,
  CPP_CLIENT,
  CPP_SANITIZED_CLIENT,
  killed,
  RUST_CLIENT,
  RUST_SERVER,
  startBuilt,
  startRustServer,
  testBuilt,
} from "../support/built_clients.ts";
import {
  type Server,
  startBroker,
  startCalculator,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { eventually } from "../support/eventually.ts";
import { freeAddress } from "../support/free_ports.ts";
import type { Lines, Spawned } from "../support/spawned.ts";

const test = testsAtOnce("programs with several brokers");

/** Starts a client with these brokers. */
type StartClient = (brokers: string, args: string[]) => Spawned;

/** Programs that need the same to be there. */
interface Group {
  name: string;
  /** What has to be built. */
  programs: readonly string[];
  startServer: (brokers: string) => Promise<Server>;
  clients: readonly StartClient[];
}

const NATIVE = [RUST_CLIENT, CPP_CLIENT, CPP_SANITIZED_CLIENT];

const GROUPS: readonly Group[] = [{
  name: "in TypeScript",
  programs: [],
  startServer: startCalculator,
  // It does not know beforehand whom it will call.
  clients: [(brokers, args) => startClient(brokers, ["127.0.0.1"], args)],
}, {
  name: "in Rust and C++",
  programs: [RUST_SERVER, ...NATIVE],
  startServer: startRustServer,
  clients: NATIVE.map((program): StartClient => (brokers, args) =>
    startBuilt(program, brokers, args)
  ),
}];

for (const { name, programs, startServer, clients } of GROUPS) {
  testBuilt(
    `programs ${name} go on with the next of several brokers: after one that is away, when one is killed, and when one freezes`,
    programs,
    async () => {
      await using running = new AsyncDisposableStack();
      await using one = await startBroker();
      await using two = await startBroker();
      await using three = await startBroker();
      const brokers = [freeAddress(), one.address, two.address, three.address];
      await using server = await startServer(brokers.join());
      await using first = await startRegistered(one.address);
      await using second = await startRegistered(two.address);
      const asking = clients.map((start) =>
        running.use(start(brokers.join(), ["--interval=20ms"]))
      );
      const allAnsweredBy = (server: Server) =>
        Promise.all(asking.map(({ stdout }) => answeredBy(stdout, server)));

      await isRegistered(server, one);
      await allAnsweredBy(first);
      await killed(one);
      await isRegistered(server, two);
      await allAnsweredBy(second);
      // What is known to the third, and nowhere else.
      await using third = await startRegistered(three.address);
      two.kill("SIGSTOP");
      await isRegistered(server, three);
      await allAnsweredBy(third);

      // One that begins with what is frozen.
      const fresh = clients.map((start) =>
        running.use(start(brokers.slice(2).join(), ["--once"]))
      );
      for (const client of fresh) assertEquals((await client.status).code, 0);

      for (const client of asking) {
        client.kill("SIGTERM");
        assertEquals((await client.status).code, 0);
        assertEquals(await client.stderr.rest(), "");
      }
      server.kill("SIGTERM");
      assertEquals((await server.status).code, 0);
      assertMatch(
        await server.stderr.rest(),
        /^Waiting to register .* Cannot reach the broker at /m,
      );
      assertEquals(
        (await listServices(three.address)).map(({ address }) => address),
        [third.address],
      );
    },
    test,
  );

  testBuilt(
    `clients ${name} say once that none of several brokers answers`,
    programs,
    async () => {
      const brokers = [freeAddress(), freeAddress()];
      for (const start of clients) {
        await using client = start(brokers.join(), []);
        const waiting = await client.stderr.next() ?? "";

        client.kill("SIGTERM");
        const { code } = await client.status;

        assertMatch(waiting, /^Waiting for a calculator server: Cannot reach /);
        assert(brokers.some((broker) => waiting.includes(broker)), waiting);
        assertEquals(await client.stderr.rest(), "");
        assertEquals(code, 0);
      }
    },
    test,
  );
}

/** Waits until a broker knows a server. */
async function isRegistered(server: Server, broker: Server): Promise<void> {
  await eventually(`registered with ${broker.address}`, async () => {
    const entries = await listServices(broker.address);
    return entries.some(({ address }) => address === server.address);
  });
}

/** Reads answers, all of them right, until one comes from this server. */
async function answeredBy(output: Lines, server: Server): Promise<void> {
  while (checkAnswer(await output.next()) !== server.address);
}
