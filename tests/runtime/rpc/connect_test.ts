import { assert, assertEquals, assertRejects } from "@std/assert";
import { aborted } from "../../../runtime/program/abort.ts";
import { Fault, type FaultCode } from "../../../runtime/program/errors.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { duplex, serverStream, unary } from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import {
  connectEcho,
  EchoService,
  echoServices,
  serveEcho,
} from "../../fixtures/echo_service.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { freeAddress } from "../../support/free_ports.ts";

const { Say, Repeat, Converse } = EchoService;

Deno.test("connect() opens the connection before any call where it is told to", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

  const connection = connect(`127.0.0.1:${listener.addr.port}`, {
    eager: true,
  });

  (await listener.accept()).close();
  connection.close();
});

/** Every test of a call runs with and without the shield in between. */
for (const shield of [false, true]) {
  const title = shield ? " through the shield" : "";
  const options = { shield };

  Deno.test(`unary() returns the answer${title}`, async () => {
    await using server = await serveEcho({}, options);
    using echo = connectEcho(server.address);

    const { text, padding } = await echo.unary(Say, {
      text: "6 × 7",
      padding: new Uint8Array(4_000_000),
    });

    assertEquals([text, padding.length], ["6 × 7", 4_000_000]);
  });

  Deno.test(`serverStream() yields every message${title}`, async () => {
    await using server = await serveEcho({}, options);
    using echo = connectEcho(server.address);

    const words = await Array.fromAsync(
      echo.serverStream(Repeat, { text: "a", times: 1_000 }),
    );

    assertEquals(
      words.map(({ times }) => times),
      Array.from({ length: 1_000 }, (_, i) => i),
    );
  });

  Deno.test(`serverStream() writes the bytes that its handler makes, the same to two callers${title}`, async () => {
    const answer = Repeat.responseSerialize({ text: "once" });
    await using server = await serveEcho({
      Repeat: serverStream(async function* () {
        yield answer;
        yield answer;
      }, (bytes) => bytes),
    }, options);
    using echo = connectEcho(server.address);

    const [one, other] = await Promise.all(
      [1, 2].map(() => Array.fromAsync(echo.serverStream(Repeat, {}))),
    );

    assertEquals(one!.map(({ text }) => text), ["once", "once"]);
    assertEquals(other, one);
  });

  Deno.test(`serverStream() ends the call when its reader leaves${title}`, async () => {
    const left = Promise.withResolvers<void>();
    await using server = await serveEcho({
      Repeat: serverStream(async function* (_, { signal }) {
        yield {};
        await aborted(signal);
        left.resolve();
      }),
    }, options);
    using echo = connectEcho(server.address);

    for await (const _ of echo.serverStream(Repeat, {})) break;

    await left.promise;
  });

  Deno.test(`duplex() carries messages both ways, then both ends${title}`, async () => {
    await using server = await serveEcho({}, options);
    using echo = connectEcho(server.address);
    const { incoming, send, end } = echo.duplex(Converse);

    send({ text: "a" });
    const first = await incoming.next();
    for (let times = 0; times < 1_000; times++) send({ times });
    end();
    const others = await Array.fromAsync(incoming);

    assertEquals(first.value.text, "a");
    assertEquals(
      others.map(({ times }) => times),
      Array.from({ length: 1_000 }, (_, i) => i),
    );
  });

  Deno.test(`duplex() encodes a message before send() returns${title}`, async () => {
    const reused = { text: "" };
    await using server = await serveEcho({
      Converse: duplex(async ({ incoming, send }) => {
        for await (const { text } of incoming) {
          for (const end of ["!", "?"]) {
            reused.text = text + end;
            send(reused);
          }
        }
      }),
    }, options);
    using echo = connectEcho(server.address);
    const { incoming, send, end } = echo.duplex(Converse);

    const words = { text: "" };
    for (const text of ["a", "b", "c"]) {
      words.text = text;
      send(words);
    }
    end();

    const answers = await Array.fromAsync(incoming);
    assertEquals(
      answers.map(({ text }) => text),
      ["a!", "a?", "b!", "b?", "c!", "c?"],
    );
  });

  Deno.test(`a stream that opens and ends without a message is fine${title}`, async () => {
    await using server = await serveEcho({}, options);
    using echo = connectEcho(server.address);
    const { incoming, end } = echo.duplex(Converse);

    end();

    assertEquals(await Array.fromAsync(incoming), []);
  });

  Deno.test(`an abort ends the call on both sides${title}`, async () => {
    const opened = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    await using server = await serveEcho({
      Say: unary(async (_, { signal }) => {
        opened.resolve();
        await aborted(signal);
        gone.resolve();
        return {};
      }),
    }, options);
    using echo = connectEcho(server.address);
    const stop = new AbortController();

    const answer = echo.unary(Say, {}, { signal: stop.signal });
    await opened.promise;
    stop.abort();

    assertEquals(await codeOf(answer), "cancelled");
    await gone.promise;
  });
}

const CODES: FaultCode[] = [
  "invalid",
  "not_found",
  "already_exists",
  "failed_precondition",
  "exhausted",
  "aborted",
];

Deno.test("a handler's Fault arrives with its code and message", async () => {
  await using server = await serveEcho({
    Say: unary(({ text }) => {
      throw new Fault(text as FaultCode, `Cannot say "${text}": 50 % of ü`);
    }),
  });
  using echo = connectEcho(server.address);

  for (const code of CODES) {
    const fault = await assertRejects(
      () => echo.unary(Say, { text: code }),
      Fault,
    );
    assertEquals(
      [fault.code, fault.message],
      [code, `Cannot say "${code}": 50 % of ü`],
    );
  }
});

Deno.test("a Fault in a stream arrives after the messages before it", async () => {
  const refuse = () => new Fault("exhausted", "Cannot go on: it is enough");
  await using server = await serveEcho({
    Repeat: serverStream(async function* () {
      yield { text: "a" };
      throw refuse();
    }),
    Converse: duplex(async ({ incoming, send }) => {
      send((await incoming.next()).value);
      throw refuse();
    }),
  });
  using echo = connectEcho(server.address);
  const { incoming, send } = echo.duplex(Converse);
  send({ text: "a" });

  for (const stream of [echo.serverStream(Repeat, {}), incoming]) {
    assertEquals((await stream.next()).value.text, "a");
    const fault = await assertRejects(() => stream.next(), Fault);
    assertEquals(
      [fault.code, fault.message],
      ["exhausted", "Cannot go on: it is enough"],
    );
  }
});

Deno.test("a handler reads `cancelled` when its caller is gone", async () => {
  const ended = Promise.withResolvers<unknown>();
  await using server = await serveEcho({
    Converse: duplex(async ({ incoming, send }) => {
      send({});
      await Array.fromAsync(incoming).catch(ended.resolve);
    }),
  });
  using echo = connectEcho(server.address);
  const stop = new AbortController();
  const { incoming } = echo.duplex(Converse, { signal: stop.signal });
  await incoming.next();

  stop.abort();

  const fault = await ended.promise;
  assert(fault instanceof Fault);
  assertEquals(fault.code, "cancelled");
  assertEquals(await codeOf(incoming.next()), "cancelled");
});

Deno.test("an error that is not a Fault arrives as internal, without detail, and is logged", async () => {
  await using server = await spawnFixture("throws_defects.ts");
  using echo = connectEcho(server.firstLine);

  const fault = await assertRejects(() => echo.unary(Say, {}), Fault);
  const streamed = await assertRejects(
    () => echo.duplex(Converse).incoming.next(),
    Fault,
  );

  for (const { code, message } of [fault, streamed]) {
    assertEquals([code, message], ["internal", "Internal error"]);
  }
  await server.stderr.find(
    /Defect while serving \/echo.v1.EchoService\/Say: TypeError: secret/,
  );
});

Deno.test("a message that cannot be encoded is thrown at its sender", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const stop = new AbortController();
  const { send, incoming } = echo.duplex(Converse, { signal: stop.signal });
  const broken = { ...Converse, requestSerialize: refuseToEncode };

  const fault = await assertRejects(() => echo.unary(broken, {}), Fault);
  assertEquals(fault.code, "invalid");

  // The stream goes on.
  send({ text: "a" });
  assertEquals((await incoming.next()).value.text, "a");
  stop.abort();
  assertEquals(await codeOf(incoming.next()), "cancelled");
});

/**
 * Calls with longer and longer deadlines, until a call has come to the server
 * before its own was over.
 */
async function untilServed(
  call: (deadlineMs: number) => Promise<void>,
  isServed: () => boolean,
): Promise<void> {
  for (let deadlineMs = 50; !isServed(); deadlineMs *= 2) {
    await call(deadlineMs);
  }
}

Deno.test("unary() ends at its deadline, on the server too", async () => {
  const gone = Promise.withResolvers<void>();
  let served = false;
  await using server = await serveEcho({
    Say: unary(async (_, { signal }) => {
      served = true;
      await aborted(signal);
      gone.resolve();
      return {};
    }),
  });
  using echo = connectEcho(server.address);

  await untilServed(async (deadlineMs) => {
    const { code, message } = await assertRejects(
      () => echo.unary(Say, {}, { deadlineMs }),
      Fault,
    );

    assertEquals(code, "timed_out");
    assert(
      message.startsWith(
        `Cannot reach echo at ${server.address}: Deadline exceeded after `,
      ),
      message,
    );
  }, () => served);
  await gone.promise;
});

Deno.test("duplex() ends at its deadline, on the server too", async () => {
  const gone = Promise.withResolvers<void>();
  let served = false;
  await using server = await serveEcho({
    Converse: duplex(async (_, { signal }) => {
      served = true;
      await aborted(signal);
      gone.resolve();
    }),
  });
  using echo = connectEcho(server.address);

  await untilServed(async (deadlineMs) => {
    const { incoming } = echo.duplex(Converse, { deadlineMs });

    assertEquals(await codeOf(incoming.next()), "timed_out");
  }, () => served);
  await gone.promise;
});

Deno.test("a call to where nobody listens fails at once", async () => {
  const address = freeAddress();
  using echo = connectEcho(address);

  const fault = await assertRejects(() => echo.unary(Say, {}), Fault);

  assertEquals(fault.code, "unavailable");
  assertEquals(
    fault.message,
    `Cannot reach echo at ${address}: connect ECONNREFUSED ${address}`,
  );
  assertEquals(
    await codeOf(echo.duplex(Converse).incoming.next()),
    "unavailable",
  );
});

Deno.test("waitForReady waits for the server to come up", async () => {
  const address = freeAddress();
  using echo = connectEcho(address);
  assertEquals(await codeOf(echo.unary(Say, {})), "unavailable");

  const answer = echo.unary(Say, { text: "a" }, { waitForReady: true });
  await using _server = await serveEcho({}, { address });

  assertEquals((await answer).text, "a");
});

Deno.test("waitForReady ends at the deadline", async () => {
  using echo = connectEcho(freeAddress());

  const answer = echo.unary(Say, {}, { waitForReady: true, deadlineMs: 50 });

  assertEquals(await codeOf(answer), "timed_out");
});

Deno.test("a signal that has aborted before lets no call begin", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const signal = AbortSignal.abort();

  assertEquals(await codeOf(echo.unary(Say, {}, { signal })), "cancelled");
  for (
    const stream of [
      echo.serverStream(Repeat, { times: 1 }, { signal }),
      echo.duplex(Converse, { signal }).incoming,
    ]
  ) {
    assertEquals(await codeOf(stream.next()), "cancelled");
  }
});

Deno.test("a call that has ended no longer listens to its signal", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };

  await echo.unary(Say, {}, { signal });
  await Array.fromAsync(echo.serverStream(Repeat, {}, { signal }));

  assertEquals(listeners, 0);
});

Deno.test("onPeer tells the address that answered", async () => {
  await using server = await serveEcho();
  using echo = connectEcho(server.address);
  const peers: string[] = [];

  await echo.unary(Say, {}, { onPeer: (address) => peers.push(address) });

  assertEquals(peers, [server.address]);
});

Deno.test("a server killed by SIGKILL fails its streams with `unavailable`", async () => {
  await using server = await spawnFixture("serves_echo.ts");
  using echo = connectEcho(server.firstLine);
  const { incoming, send } = echo.duplex(Converse);
  send({ text: "a" });
  await incoming.next();

  server.kill("SIGKILL");

  const fault = await assertRejects(() => incoming.next(), Fault);
  assertEquals(fault.code, "unavailable");
});

Deno.test("a client killed by SIGKILL ends its calls on the server", async () => {
  const ended = Promise.withResolvers<unknown>();
  await using server = await serveEcho({
    Converse: duplex(async ({ incoming, send }, { signal }) => {
      for (;;) {
        try {
          send((await incoming.next()).value);
        } catch (error) {
          await aborted(signal);
          return ended.resolve(error);
        }
      }
    }),
  });
  await using client = await spawnFixture("holds_echo_stream.ts", {
    args: [server.address],
  });

  client.kill("SIGKILL");

  const fault = await ended.promise;
  assert(fault instanceof Fault);
  assertEquals(fault.code, "cancelled");
});

Deno.test("a connection finds a server again that was started anew", async () => {
  const first = await serve({
    address: "127.0.0.1:0",
    services: echoServices(),
  });
  const { address } = first;
  using echo = connectEcho(address);
  await echo.unary(Say, {});
  await first.stop();
  assertEquals(await codeOf(echo.unary(Say, {})), "unavailable");

  await using _second = await serveEcho({}, { address });

  assertEquals(
    (await echo.unary(Say, { text: "a" }, { waitForReady: true })).text,
    "a",
  );
});

async function codeOf(answer: Promise<unknown>): Promise<FaultCode> {
  return (await assertRejects(() => answer, Fault)).code;
}

function refuseToEncode(): Buffer {
  throw new TypeError("Cannot encode");
}
