import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Duplex } from "node:stream";
import { serve } from "../../../runtime/rpc/serve.ts";
import { listenOnUnix } from "../../../runtime/rpc/unix_listener.ts";
import { unixSocketOf } from "../../../runtime/rpc/unix_socket.ts";
import {
  connectEcho,
  EchoService,
  echoServices,
} from "../../fixtures/echo_service.ts";
import { endsWell } from "../../support/programs.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** More than a connection keeps for a peer that does not read. */
const MANY_BYTES = 4 * 1024 * 1024;
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

const hasStrace = endsWell("strace", ["-f", "-o", "/dev/null", "true"]);

Deno.test({
  name: hasStrace
    ? "a unix connection closes its descriptor once, at the server and the client"
    : "a unix connection closes its descriptor once (skipped: needs strace, and that it may trace)",
  ignore: !hasStrace,
  async fn() {
    await using folder = await tempFolder();
    const trace = `${folder.path}/trace`;
    await using program = spawn("strace", [
      ...["-f", "-o", trace, "-e", "trace=close"],
      Deno.execPath(),
      ...["run", "--quiet", "--cached-only", "--allow-all"],
      "tests/fixtures/opens_unix_connections.ts",
      `${folder.path}/echo.sock`,
    ]);

    const { code } = await program.status;

    assertEquals(await program.stderr.rest(), "");
    assertEquals([code, await program.stdout.rest()], [0, "6"]);
    const closes = await Deno.readTextFile(trace);
    assertMatch(closes, /close\(\d+\) += 0/);
    assertEquals(closes.match(/^.*close\(\d+\).*EBADF.*$/gm), null);
  },
});

Deno.test("a unix connection carries many bytes in order, and ends after the last", async () => {
  const sent = Uint8Array.from({ length: MANY_BYTES }, (_, at) => at % 251);
  await using pair = await connected((socket) => {
    socket.pipe(socket);
  });
  const { client } = pair;

  client.end(sent);
  const received = await bytesOf(client);

  assertEquals(received.length, sent.length);
  assert(received.every((byte, at) => byte === at % 251));
});

Deno.test("a unix connection whose peer does not read holds its writer up", async () => {
  const taken = Promise.withResolvers<Duplex>();
  await using pair = await connected((socket) => taken.resolve(socket.pause()));
  const { client } = pair;
  const server = await taken.promise;

  const isWritten = new Promise<void>((resolve) =>
    client.write(new Uint8Array(MANY_BYTES), () => resolve())
  );
  const hasRoom = client.write(Uint8Array.of(1));
  const wasWritten = await Promise.race([
    isWritten.then(() => true),
    new Promise<boolean>((resolve) =>
      server.once("readable", () => resolve(false))
    ),
  ]);
  server.resume();
  await isWritten;

  assertEquals([hasRoom, wasWritten], [false, false]);
});

Deno.test("the end of a unix connection is heard at the other side", async () => {
  const closed = Promise.withResolvers<void>();
  await using pair = await connected((socket) => {
    socket.resume().once("close", () => closed.resolve());
    socket.on("error", () => {});
  });

  pair.client.destroy();

  await closed.promise;
});

Deno.test("stop() ends though a client of a unix socket is frozen in the midst of an answer", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/echo.sock`;
  const server = await serve({
    address: `unix:${path}`,
    services: echoServices(),
  });
  using frozen = await Deno.connect({ transport: "unix", path });
  await frozen.write(PREFACE);
  await frozen.write(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0)); // SETTINGS
  await frozen.read(new Uint8Array(9)); // the server knows the client by now
  using echo = connectEcho(server.address);
  assertEquals((await echo.unary(EchoService.Say, { text: "a" })).text, "a");

  await server.stop(10);

  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("a client says which unix socket nobody serves on", async () => {
  await using folder = await tempFolder();
  using echo = connectEcho(`unix:${folder.path}/none.sock`);

  const said = await echo.unary(EchoService.Say, {}).catch(String);

  assertEquals(
    said,
    `Fault: Cannot reach echo at unix:${folder.path}/none.sock: connect ENOENT ${folder.path}/none.sock`,
  );
});

/** A client, and what listens, until the end of the block. */
async function connected(
  take: (socket: Duplex) => void,
): Promise<{ client: Duplex } & AsyncDisposable> {
  const folder = await tempFolder();
  const path = `${folder.path}/a.sock`;
  const front = listenOnUnix(path, take);
  const client = unixSocketOf(await Deno.connect({ transport: "unix", path }));
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      front.endConnections();
      await front.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function bytesOf(stream: Duplex): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}
