/** What a server has said before it fails, as its caller gets it. */

import { assertEquals, assertRejects } from "@std/assert";
import { Client, credentials, status } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { loadService } from "../../../proto/contract.ts";
import { pause } from "../../../runtime/program/abort.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect, type Connection } from "../../../runtime/rpc/connect.ts";
import {
  clientStream,
  duplex,
  implement,
  serverStream,
} from "../../../runtime/rpc/handlers.ts";
import { failAfterMessages } from "../../../runtime/rpc/late_failure.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import { startedCallOf } from "../../../runtime/rpc/started_call.ts";
import { eventually } from "../../support/eventually.ts";
import { tempFolder } from "../../support/temp_folder.ts";

interface Ask {
  count: number;
  /** How many bytes each of the answers has besides its number. */
  bytes: number;
}
interface Said {
  at: number;
  padding: Uint8Array;
}

const NAME = "say.v1.Say";
const Say = loadService<{
  Many: MethodDefinition<Ask, Said, Ask, Said>;
  Talk: MethodDefinition<Ask, Said, Ask, Said>;
  Sum: MethodDefinition<Ask, Said, Ask, Said>;
}>(
  NAME,
  `
  syntax = "proto3";
  package say.v1;
  service Say {
    rpc Many(Ask) returns (stream Said);
    rpc Talk(stream Ask) returns (stream Said);
    rpc Sum(stream Ask) returns (Said);
  }
  message Ask { int32 count = 1; int32 bytes = 2; }
  message Said { int32 at = 1; bytes padding = 2; }`,
);

const FULL = new Fault("exhausted", "Cannot say more: it is enough");

function* answers({ count, bytes }: Ask): Generator<Said> {
  for (let at = 0; at < count; at++) {
    yield { at, padding: new Uint8Array(bytes) };
  }
}

const SERVICES = {
  [NAME]: implement(Say, {
    Many: serverStream(async function* (ask) {
      await Promise.resolve();
      yield* answers(ask);
      throw FULL;
    }),
    Talk: duplex(async ({ incoming, send }) => {
      for await (const ask of incoming) {
        for (const answer of answers(ask)) send(answer);
        throw FULL;
      }
    }),
    Sum: clientStream(async (asks) => {
      for await (const _ of asks) break;
      throw FULL;
    }),
  }),
};

/** Calls the service by TCP or a unix socket. */
async function withSay(
  transport: "tcp" | "unix",
  act: (say: Connection, address: string) => Promise<void>,
): Promise<void> {
  await using folder = await tempFolder();
  const served = await serve({
    address: transport === "tcp"
      ? "127.0.0.1:0"
      : `unix:${folder.path}/say.sock`,
    services: SERVICES,
  });
  const say = connect(served.address);
  try {
    await act(say, served.address);
  } finally {
    say.close();
    await served.stop();
  }
}

/** Counts what comes in order, and returns how it ended. */
async function readAll(
  messages: AsyncIterable<Said>,
  between: (at: number) => Promise<void> | undefined = () => undefined,
): Promise<[number, string]> {
  let count = 0;
  try {
    for await (const { at } of messages) {
      assertEquals(at, count++);
      await between(at);
    }
    return [count, "ok"];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [count, error.code];
  }
}

/** Asks one thing in a stream in both directions. */
function talk(say: Connection, ask: Ask): AsyncIterable<Said> {
  const { incoming, send } = say.duplex(Say.Talk);
  send(ask);
  return incoming;
}

/** Few, some more than are read at once, and many more than are held. */
const ASKED: Ask[] = [
  { count: 0, bytes: 0 },
  { count: 1, bytes: 0 },
  { count: 3, bytes: 0 },
  { count: 100, bytes: 0 },
  { count: 2_000, bytes: 0 },
  { count: 40, bytes: 100_000 },
];

for (const transport of ["tcp", "unix"] as const) {
  Deno.test(`what was said before a failure arrives, by ${transport}`, () =>
    withSay(transport, async (say) => {
      for (const ask of ASKED) {
        for (
          const messages of [say.serverStream(Say.Many, ask), talk(say, ask)]
        ) {
          assertEquals(await readAll(messages), [ask.count, "exhausted"]);
        }
      }
    }));

  Deno.test(`a slow reader gets what was said before a failure, by ${transport}`, () =>
    withSay(transport, async (say) => {
      // The first pause lets everything come that comes unasked.
      const slow = (at: number) =>
        at % 500 === 0 ? pause(20) : at % 7 === 0 ? pause(0) : undefined;
      for (const ask of ASKED.slice(3)) {
        for (
          const messages of [say.serverStream(Say.Many, ask), talk(say, ask)]
        ) {
          assertEquals(await readAll(messages, slow), [
            ask.count,
            "exhausted",
          ]);
        }
      }
    }));
}

Deno.test("a failure that nothing was said before arrives at once, in a client stream too", () =>
  withSay("tcp", async (say) => {
    const asks = [{ count: 1, bytes: 0 }, { count: 2, bytes: 0 }];

    const fault = await assertRejects(
      () => say.clientStream(Say.Sum, asks),
      Fault,
      "Cannot say more: it is enough",
    );

    assertEquals(fault.code, "exhausted");
  }));

Deno.test("a reader may leave or abort while a failure waits for it to read", () =>
  withSay("tcp", async (say) => {
    const ask = { count: 2_000, bytes: 0 };
    for await (const { at } of say.serverStream(Say.Many, ask)) {
      if (at === 1) await pause(20);
      if (at === 2) break;
    }
    const stop = new AbortController();
    const { signal } = stop;

    const [count, code] = await readAll(
      say.serverStream(Say.Many, ask, { signal }),
      (at) => {
        if (at === 1) return pause(20).then(() => stop.abort());
      },
    );

    assertEquals(code, "cancelled");
    assertEquals(count < ask.count, true);
    assertEquals(
      await readAll(say.serverStream(Say.Many, { count: 1, bytes: 0 })),
      [
        1,
        "exhausted",
      ],
    );
  }));

Deno.test("a deadline ends a stream whose failure waits for a reader", () =>
  withSay("tcp", async (say) => {
    const ask = { count: 2_000, bytes: 0 };

    const [count, code] = await readAll(
      say.serverStream(Say.Many, ask, { deadlineMs: 100 }),
      (at) => at === 1 ? pause(150) : undefined,
    );

    assertEquals(code, "timed_out");
    assertEquals(count < ask.count, true);
  }));

Deno.test("a failure that waits for a reader is told where the connection breaks", () =>
  withSay("tcp", async (_say, address) => {
    const client = new Client(address, credentials.createInsecure());
    const { path, requestSerialize, responseDeserialize } = Say.Many;
    const call = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { count: 30, bytes: 0 },
    );
    failAfterMessages(call);
    const failed = new Promise<{ code?: status }>((resolve) =>
      call.on("error", resolve)
    );
    await new Promise((resolve) => call.once("data", resolve));
    call.pause();
    const { http2Stream } = await untilFailed(call);

    http2Stream.destroy();
    call.resume();

    assertEquals((await failed).code, status.RESOURCE_EXHAUSTED);
    client.close();
  }));

/** What grpc-js does not offer: a call's end, once it is here, and its stream. */
interface Ended {
  finalStatus: object | null;
  http2Stream: { destroy(): void };
}

/** Waits until the status of a call is here, whatever is not read yet. */
async function untilFailed(call: object): Promise<Ended> {
  const inner = startedCallOf(call)?.inner as Ended;
  await eventually("the failure is here", () => inner.finalStatus !== null);
  return inner;
}
