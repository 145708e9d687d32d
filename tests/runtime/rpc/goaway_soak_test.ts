/**
 * Clients that come and go, on the Deno at hand: on some versions a client's
 * GOAWAY ends the server process (runtime/rpc/deno_version.ts), which has to be seen
 * here and not by a user.
 */

import { assertEquals } from "@std/assert";
import type { Connection } from "../../../runtime/rpc/connect.ts";
import { connectEcho, EchoService } from "../../fixtures/echo_service.ts";
import { spawnFixture } from "../../support/spawned.ts";

const { Say, Repeat, Converse } = EchoService;

const ROUNDS = 60;

/**
 * The defect is a use of freed memory, which mostly goes well. glibc is told to
 * overwrite what is freed: then the first few closes end the process.
 */
const env = {
  GLIBC_TUNABLES: "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
};

/** What a client has done, or is doing, when it closes its channel. */
const VISITS: ((client: Connection) => Promise<unknown>)[] = [
  async function asksOnce(client) {
    await client.unary(Say, {});
  },
  async function endsItsStream(client) {
    const { incoming, send, end } = client.duplex(Converse);
    for (let times = 0; times < 20; times++) send({ times });
    end();
    await Array.fromAsync(incoming);
  },
  async function leavesAmidAnswers(client) {
    for await (const _ of client.serverStream(Repeat, { times: 500 })) return;
  },
  async function abortsItsStream(client) {
    const stop = new AbortController();
    const { signal } = stop;
    const { incoming, send } = client.duplex(Converse, { signal });
    for (let times = 0; times < 20; times++) send({ times });
    for (let times = 0; times < 10; times++) await incoming.next();
    stop.abort();
  },
];

const SHIELDS = [
  { name: "as serve() chooses", args: [] },
  { name: "with the shield", args: ["--shield=yes"] },
];

for (const { name, args } of SHIELDS) {
  Deno.test(`a server outlives clients that close their channel, ${name}`, async () => {
    await using server = await spawnFixture("serves_echo.ts", { args, env });
    const died = server.status.then(async ({ code, signal }) => {
      const why = await server.stderr.rest();
      throw new Error(`The server ended with ${signal ?? code}: ${why}`);
    });

    for (let round = 0; round < ROUNDS; round++) {
      using client = connectAlone(server.firstLine);
      const visit = VISITS[round % VISITS.length]!;
      await Promise.race([visit(client), died]);
    }

    using client = connectAlone(server.firstLine);
    const { text } = await client.unary(Say, { text: "alive" });
    assertEquals(text, "alive");
  });
}

/** A client with its own connection, not that of the client before. */
function connectAlone(address: string) {
  return connectEcho(address, {
    channel: { "grpc.use_local_subchannel_pool": 1 },
  });
}
