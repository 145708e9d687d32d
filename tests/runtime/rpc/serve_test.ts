import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { aborted } from "../../../runtime/program/abort.ts";
import { Fault, UsageError } from "../../../runtime/program/errors.ts";
import {
  duplex,
  implement,
  type Implementation,
  serverStream,
  unary,
} from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import {
  connectEcho,
  EchoService,
  echoServices,
  serveEcho,
} from "../../fixtures/echo_service.ts";
import { createTestCa } from "../../support/certificates.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { withVariable } from "../../support/variables.ts";

const { Say, Repeat, Converse } = EchoService;
const onLinux = Deno.build.os === "linux";
/** Far longer than what is looked at takes on any machine. */
const NEVER_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A SETTINGS frame that sets nothing (RFC 9113, section 6.5). */
const NO_SETTINGS = Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0);

for (const shield of [false, true]) {
  const title = shield ? " with a shield" : "";

  for (const address of ["127.0.0.1:0", "localhost:0"]) {
    Deno.test(`serve() tells the port that ${address} became${title}`, async () => {
      await using server = await serveEcho({}, { address, shield });
      using echo = connectEcho(server.address);

      assert(/^(127\.0\.0\.1|localhost):[1-9]\d*$/.test(server.address));
      assertEquals((await echo.unary(Say, { text: "a" })).text, "a");
    });
  }

  Deno.test(`serve() serves on a unix socket, and removes it${title}`, async () => {
    await using folder = await tempFolder();
    const address = `unix:${folder.path}/echo.sock`;
    const server = await serveEcho({}, { address, shield });
    using echo = connectEcho(address);

    assertEquals(server.address, address);
    assertEquals((await echo.unary(Say, { text: "a" })).text, "a");

    await server.stop();
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });

  Deno.test(`serve() takes over the socket of a server that was killed${title}`, async () => {
    await using folder = await tempFolder();
    const address = `unix:${folder.path}/echo.sock`;
    await using killed = await spawnFixture("serves_echo.ts", {
      args: [`--address=${address}`],
    });
    killed.kill("SIGKILL");
    await killed.status;

    await using _server = await serveEcho({}, { address, shield });
    using echo = connectEcho(address);

    assertEquals((await echo.unary(Say, { text: "a" })).text, "a");
  });

  Deno.test(`serve() leaves the socket of a running server alone${title}`, async () => {
    await using folder = await tempFolder();
    const address = `unix:${folder.path}/echo.sock`;
    await using _first = await serveEcho({}, { address });

    const fault = await faultOf(serveEcho({}, { address, shield }));

    assertEquals(fault, [
      "unavailable",
      `Cannot serve on "${address}": another process listens there`,
    ]);
    using echo = connectEcho(address);
    assertEquals((await echo.unary(Say, { text: "a" })).text, "a");
  });

  Deno.test(`serve() does not remove a file that is no socket${title}`, async () => {
    await using folder = await tempFolder();
    const path = `${folder.path}/notes`;
    await Deno.writeTextFile(path, "mine");

    const fault = await faultOf(
      serveEcho({}, { address: `unix:${path}`, shield }),
    );

    assertEquals(fault, [
      "unavailable",
      `Cannot serve on "unix:${path}": the file there is not a socket`,
    ]);
    assertEquals(await Deno.readTextFile(path), "mine");
  });

  Deno.test({
    name: `serve() names the process that holds the address${title}`,
    ignore: !onLinux,
    async fn() {
      await using holder = await spawnFixture("serves_echo.ts");

      const fault = await faultOf(
        serveEcho({}, { address: holder.firstLine, shield }),
      );

      assertEquals(fault, [
        "unavailable",
        `Cannot serve on "${holder.firstLine}": process ${holder.pid} (deno) listens there`,
      ]);
    },
  });

  Deno.test(`serve() says why it cannot bind${title}`, async () => {
    const [code, message] = await faultOf(
      serveEcho({}, { address: "unix:/no/such/folder/a.sock", shield }),
    );

    assertEquals(code, "not_found");
    assertEquals(
      message,
      'Cannot serve on "unix:/no/such/folder/a.sock": "/no/such/folder" does not exist',
    );
  });

  Deno.test(`a handler knows its caller's address${title}`, async () => {
    await using server = await serveEcho({
      Say: unary((_, { peer }) => ({ text: peer })),
    }, { shield });
    using echo = connectEcho(server.address);

    const { text } = await echo.unary(Say, {});

    assert(/^127\.0\.0\.1:\d+$/.test(text), text);
  });

  Deno.test(`stop() ends streams by their signal, after what they still say${title}`, async () => {
    const server = await serveEcho({
      Repeat: serverStream(async function* (_, { signal }) {
        yield {};
        await aborted(signal);
        yield { text: "last" };
      }),
      Converse: duplex(async ({ send }, { signal }) => {
        send({ text: "open" });
        await aborted(signal);
        send({ text: "last" });
      }),
    }, { shield });
    using echo = connectEcho(server.address);
    const repeated = echo.serverStream(Repeat, {});
    const { incoming } = echo.duplex(Converse);
    await Promise.all([repeated.next(), incoming.next()]);

    // One that waited for the streams would take all of this time.
    await untilOver(server.stop(HOUR_MS));

    assertEquals((await repeated.next()).value.text, "last");
    const fault = await assertRejects(() => repeated.next(), Fault);
    assertEquals([fault.code, fault.message], [
      "unavailable",
      `Cannot reach echo at ${server.address}: the server is stopping`,
    ]);
    assertEquals((await incoming.next()).value.text, "last");
    assertEquals((await incoming.next()).done, true);
  });

  Deno.test(`stop() waits for a running call${title}`, async () => {
    const running = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const order: string[] = [];
    const server = await serveEcho({
      Say: unary(async () => {
        running.resolve();
        await answer.promise;
        order.push("answered");
        return { text: "late" };
      }),
    }, { shield });
    using echo = connectEcho(server.address);
    using other = connectEcho(server.address);
    const said = echo.unary(Say, {});
    await running.promise;

    const stopped = server.stop().then(() => order.push("stopped"));
    // Refused, or turned away by a server that closes: not served.
    await assertRejects(() => other.unary(Say, {}, { deadlineMs: 200 }), Fault);
    answer.resolve();

    assertEquals((await said).text, "late");
    await stopped;
    assertEquals(order, ["answered", "stopped"]);
  });

  Deno.test(`stop() cuts off a call that outlives the drain${title}`, async () => {
    const running = Promise.withResolvers<void>();
    const server = await serveEcho({
      Say: unary(() => {
        running.resolve();
        return new Promise<never>(() => {});
      }),
    }, { shield });
    using echo = connectEcho(server.address);
    const cutOff = assertRejects(
      () => echo.unary(Say, {}, { deadlineMs: HOUR_MS }),
      Fault,
    );
    await running.promise;

    await untilOver(server.stop(10));

    await untilOver(cutOff);
  });

  Deno.test(`stop() ends though a client is frozen, and reads nothing any more${title}`, async () => {
    const server = await serveEcho({}, { shield });
    const [hostname, port] = server.address.split(":") as [string, string];
    using client = await Deno.connect({ hostname, port: Number(port) });
    await client.write(
      new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    );
    await client.write(NO_SETTINGS);
    await client.read(new Uint8Array(9)); // the server knows the client by now

    await untilOver(server.stop(10));
  });

  Deno.test(`stop() may be called twice, and frees the address${title}`, async () => {
    const { address, stop } = await serveEcho({}, { shield });

    await Promise.all([stop(), stop()]);

    await using again = await serveEcho({}, { address, shield });
    assertEquals(again.address, address);
  });

  Deno.test(`a server process drains and exits with 0 on SIGTERM${title}`, async () => {
    await using server = await spawnFixture("serves_echo.ts", {
      args: [`--shield=${shield ? "yes" : "no"}`],
    });
    using echo = connectEcho(server.firstLine);
    await echo.unary(Say, {});

    server.kill("SIGTERM");

    const { code } = await untilOver(server.status);
    assertEquals(code, 0);
  });
}

for (const tls of [true, false]) {
  Deno.test(`serve() says that an address is another machine's, ${tls ? "with" : "without"} TLS`, async () => {
    await using folder = await tempFolder();
    const files = await (await createTestCa(folder.path)).issue("a");
    const fault = await assertRejects(
      () =>
        serve({
          address: "192.0.2.1:5000",
          services: {},
          insecure: true,
          tls: tls && files,
        }),
      Fault,
      'Cannot serve on "192.0.2.1:5000": 192.0.2.1 is no address of this machine; listen on one that it has, or on 0.0.0.0 for all',
    );
    assertInstanceOf(fault.cause, UsageError);
  });
}

for (const address of ["0.0.0.0:0", "[::]:0", "192.0.2.1:5000"]) {
  Deno.test(`serve() refuses ${address} without leave, and names a flag only where there is one`, async () => {
    const refused =
      `Cannot serve on "${address}": other machines can reach it; give it a certificate (--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*)`;

    assertEquals(await faultOf(serveEcho({}, { address, expose: false })), [
      "invalid",
      `${refused}, or add --expose to go without`,
    ]);
    assertEquals(await faultOf(serveEcho({}, { address, insecure: false })), [
      "invalid",
      `${refused}, or add --insecure to go without`,
    ]);
    assertEquals(await faultOf(serveEcho({}, { address })), [
      "invalid",
      `${refused}, or an address of this machine, as in 127.0.0.1:5555`,
    ]);
  });
}

Deno.test("serve() exposes where it is asked to", async () => {
  await using server = await serveEcho({}, {
    address: "0.0.0.0:0",
    expose: true,
  });
  using echo = connectEcho(server.address.replace("0.0.0.0", "127.0.0.1"));

  assertEquals((await echo.unary(Say, { text: "a" })).text, "a");
});

Deno.test("serve() needs no flag in a network that its environment trusts", async () => {
  using _network = withVariable("DENIZEN_INSECURE", "true");

  const served = await serve({ address: "0.0.0.0:0", services: {} });
  await served.stop(0);

  assert(/^0\.0\.0\.0:\d+$/.test(served.address), served.address);
});

Deno.test("serve() refuses an address that is none", async () => {
  const [code] = await faultOf(serveEcho({}, { address: "5000" }));

  assertEquals(code, "invalid");
});

Deno.test("one server serves several services", async () => {
  const other = implement(
    { Say: { ...Say, path: "/echo.v1.OtherService/Say" } },
    { Say: unary(() => ({ text: "other" })) },
  ) as Implementation;
  await using server = await serveEcho({}, {
    services: { ...echoServices(), "echo.v1.OtherService": other },
  });
  using echo = connectEcho(server.address);

  const answers = await Promise.all([
    echo.unary(Say, { text: "a" }),
    echo.unary({ ...Say, path: "/echo.v1.OtherService/Say" }, {}),
  ]);

  assertEquals(answers.map(({ text }) => text), ["a", "other"]);
});

Deno.test("implement() refuses a handler that streams where its method does not", () => {
  const error = assertThrows(() =>
    implement(EchoService, {
      Say: serverStream(async function* () {}),
      Repeat: unary(() => ({})),
      Converse: unary(() => ({})),
    }), TypeError);

  assertEquals(
    error.message,
    `Cannot implement method "Say": the handler's streams differ from the contract's`,
  );
});

Deno.test("a server that failed to bind leaves nothing behind", async () => {
  await using holder = await serveEcho();
  await faultOf(serve({ address: holder.address, services: echoServices() }));

  using echo = connectEcho(holder.address);
  assertEquals((await echo.unary(Say, { text: "a" })).text, "a");
});

async function faultOf(serving: Promise<unknown>): Promise<[string, string]> {
  const { code, message } = await assertRejects(() => serving, Fault);
  return [code, message];
}

/** Waits for what is over soon or never. @throws {Error} If it is never over. */
async function untilOver<T>(promise: Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => limit.reject(new Error(`Not over after ${NEVER_MS} ms`)),
    NEVER_MS,
  );
  try {
    return await Promise.race([promise, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function tempFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "denizen-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
