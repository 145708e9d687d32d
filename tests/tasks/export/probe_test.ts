import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import {
  type AskedProbe,
  probeArgs,
  probeFlags,
  type ProbeTimes,
} from "../../../tasks/export/probe/probe_file.ts";
import { certificates } from "../../../tasks/certificates.ts";
import { endHere } from "../../support/command_here.ts";
import { freeAddress } from "../../support/free_ports.ts";
import { spawn, type Spawned, spawnFixture } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const ONCE: ProbeTimes = { timeoutMs: 5_000 };

/** Runs the program with no more than its own rights. */
function ask(probe: AskedProbe, times = ONCE): Spawned {
  return spawn(Deno.execPath(), [
    "run",
    ...probeFlags(probe),
    join(PROJECT, "tasks/export/probe/health_probe.ts"),
    ...probeArgs(probe, times),
  ]);
}

async function answerOf(probe: AskedProbe): Promise<[number, string]> {
  await using asked = ask(probe);
  const { code } = await asked.status;
  return [code, await asked.stderr.rest()];
}

Deno.test("the exported probe asks a gRPC server for its health, with the rights of one address", async () => {
  await using server = await spawnFixture("serves_echo.ts");
  const address = server.firstLine;

  const [code, said] = await answerOf({ kind: "grpc", address });

  assertEquals([code, said], [0, ""]);
});

Deno.test("the exported probe shows a certificate to a server that wants one", async () => {
  await using folder = await tempFolder();
  await endHere(() =>
    certificates([`--output=${folder.path}`, "server", "probe"])
  );
  const files = (name: string) => ({
    ca: folder.file("ca.pem"),
    cert: folder.file(`${name}.pem`),
    key: folder.file(`${name}-key.pem`),
  });
  const { ca, cert, key } = files("server");
  await using server = await spawnFixture("serves_echo.ts", {
    env: { DENIZEN_TLS_CA: ca, DENIZEN_TLS_CERT: cert, DENIZEN_TLS_KEY: key },
  });
  const address = server.firstLine;

  const [shown, saidThen] = await answerOf({
    kind: "grpc",
    address,
    tls: files("probe"),
  });
  const [hidden] = await answerOf({ kind: "grpc", address });

  assertEquals([shown, saidThen], [0, ""]);
  assertEquals(hidden, 1);
});

Deno.test("the exported probe waits until somebody answers", async () => {
  const address = freeAddress();

  await using asked = ask({ kind: "tcp", address }, {
    ...ONCE,
    untilHealthy: { everyMs: 10 },
  });
  const first = await asked.stderr.find(/127\.0\.0\.1/);
  using listener = Deno.listen({
    hostname: "127.0.0.1",
    port: Number(address.split(":")[1]),
  });
  const accepted = listener.accept();
  const { code } = await asked.status;
  (await accepted).close();

  assertMatch(first, /ECONNREFUSED/);
  assertEquals(code, 0);
});

Deno.test("the exported probe knows a good answer from a bad one", async () => {
  await using folder = await tempFolder();
  const path = folder.file("web.sock");
  await using web = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    ({ url }) =>
      new Response(null, { status: url.endsWith("/ok") ? 204 : 500 }),
  );
  const at = `http://127.0.0.1:${web.addr.port}`;
  using socket = Deno.listen({ transport: "unix", path });
  const accepted = socket.accept();

  const answers = await Promise.all([
    answerOf({ kind: "http", url: `${at}/ok` }),
    answerOf({ kind: "http", url: `${at}/bad` }),
    answerOf({ kind: "tcp", address: `unix:${path}` }),
    answerOf({ kind: "grpc", address: at.slice("http://".length) }),
  ]);
  (await accepted).close();

  assertEquals(answers.map(([code]) => code), [0, 1, 0, 1]);
  assertMatch(answers[1]![1], /answers with status 500/);
});
