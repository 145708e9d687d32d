import { assert, assertEquals, assertMatch } from "@std/assert";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import type { Probe } from "../../../supervisor/config/service_spec.ts";
import { freePorts } from "../../support/free_ports.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { createProber } from "../../../supervisor/service/probe.ts";

const NEVER = new AbortController().signal;

/** Asks once; nobody waits so long for what answers. */
async function ask(probe: Probe, timeoutMs = 60_000) {
  await using guardian = startGuardian();
  const prober = createProber(probe, {
    timeoutMs,
    guardian,
    process: () => ({}),
  });
  return await prober.ask(NEVER);
}

Deno.test("a grpc probe takes the word of the health service", async () => {
  const server = await serve({ address: "127.0.0.1:0", services: {} });
  await using guardian = startGuardian();
  const prober = createProber({ kind: "grpc", address: server.address }, {
    timeoutMs: 60_000,
    guardian,
    process: () => ({}),
  });

  const up = await prober.ask(NEVER);
  server.setHealth("", "NOT_SERVING");
  const down = await prober.ask(NEVER);
  await server.stop(0);

  assertEquals(up, { healthy: true });
  assertEquals(down, {
    healthy: false,
    reason: "its health is NOT_SERVING",
    isDeclined: true,
  });
});

Deno.test("a grpc probe says that nothing answers", async () => {
  const address = `127.0.0.1:${freePorts(1)}`;

  assertEquals(await ask({ kind: "grpc", address }), {
    healthy: false,
    reason: `nothing listens at ${address}`,
  });
});

Deno.test("a tcp probe connects, or says that nothing listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  const accepted = listener.accept();

  const open = await ask({ kind: "tcp", address });
  (await accepted).close();
  listener.close();
  const closed = await ask({ kind: "tcp", address });

  assertEquals(open, { healthy: true });
  assertEquals(closed, {
    healthy: false,
    reason: `nothing listens at ${address}`,
  });
});

Deno.test("an http probe takes 2xx and 3xx, and says what else came", async () => {
  let status = 204;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(null, { status }),
  );
  const url = `http://127.0.0.1:${server.addr.port}/healthz`;

  const findings = [await ask({ kind: "http", url })];
  status = 503;
  findings.push(await ask({ kind: "http", url }));

  assertEquals(findings, [
    { healthy: true },
    { healthy: false, reason: `${url} answers with status 503` },
  ]);
});

Deno.test("an exec probe goes by the exit code, and is ended in time", async () => {
  const probe = (program: string, ...args: string[]): Probe => ({
    kind: "exec",
    program,
    args,
  });

  assertEquals(await ask(probe("true")), { healthy: true });
  assertEquals(await ask(probe("sh", "-c", "exit 3")), {
    healthy: false,
    reason: "sh exited with code 3",
  });
  assertEquals(await ask(probe("sleep", "1000"), 50), {
    healthy: false,
    reason: "did not answer within 50 ms",
    isSilent: true,
  });
});

Deno.test("each kind of probe says of a service that hangs that it did not answer in time", async () => {
  // Its queue takes connections, and nobody ever reads from them.
  using hung = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${hung.addr.port}`;
  const silence = {
    healthy: false,
    reason: "did not answer within 100 ms",
    isSilent: true,
  };

  for (
    const probe of [
      { kind: "grpc", address },
      { kind: "http", url: `http://${address}/` },
      { kind: "exec", program: "sleep", args: ["1000"] },
    ] satisfies Probe[]
  ) {
    assertEquals(await ask(probe, 100), silence, probe.kind);
  }
});

Deno.test("a grpc probe has no word of gRPC's for a question that was cancelled", async () => {
  using hung = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using guardian = startGuardian();
  const address = `127.0.0.1:${hung.addr.port}`;
  const prober = createProber({ kind: "grpc", address }, {
    timeoutMs: 500,
    guardian,
    process: () => ({}),
  });

  assertEquals(await prober.ask(AbortSignal.timeout(10)), {
    healthy: false,
    reason: "did not answer within 500 ms",
    isSilent: true,
  });
});

Deno.test("a probe whose connection is ended without an answer says so, over http and grpc", async () => {
  using rude = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of rude) {
      await connection.read(new Uint8Array(1_000));
      connection.close();
    }
  })();
  const address = `127.0.0.1:${rude.addr.port}`;
  const broken = {
    healthy: false,
    reason: `the connection to ${address} broke before it answered`,
  };

  assertEquals(await ask({ kind: "http", url: `http://${address}/` }), broken);
  assertEquals(await ask({ kind: "grpc", address }), broken);
  rude.close();
  await accepting;
});

Deno.test("no probe of this machine goes by a proxy, over http or grpc", async () => {
  const probes = await spawnFixture("probes_beside_proxy.ts", {
    env: Object.fromEntries(
      ["http_proxy", "HTTP_PROXY", "https_proxy", "grpc_proxy", "all_proxy"]
        // Nothing listens there.
        .map((name) => [name, "http://127.0.0.1:9"]),
    ),
  });
  await using _ended = probes;

  assertEquals(JSON.parse(probes.firstLine), [
    { healthy: true },
    { healthy: true },
    { healthy: true },
  ]);
});

Deno.test("an http probe of this machine says what failed, and ends in time", async () => {
  const port = freePorts(1);
  const url = `http://127.0.0.1:${port}/`;
  const nobody = await ask({ kind: "http", url });
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const mute = await ask({
    kind: "http",
    url: `http://localhost:${silent.addr.port}/`,
  }, 50);

  assertEquals(nobody, {
    healthy: false,
    reason: `nothing listens at 127.0.0.1:${port}`,
  });
  assertEquals(mute, {
    healthy: false,
    reason: "did not answer within 50 ms",
    isSilent: true,
  });
});

Deno.test("a probe of what this machine has no way to says so, and not that nothing listens", async () => {
  const port = freePorts(1);
  // The system refuses to connect to it, whatever listens.
  const tcp = await ask({ kind: "tcp", address: `255.255.255.255:${port}` });
  const grpc = await ask({ kind: "grpc", address: `255.255.255.255:${port}` });

  for (const finding of [tcp, grpc]) {
    assert(!finding.healthy);
    assertMatch(
      finding.reason,
      /^cannot connect to 255\.255\.255\.255:\d+: (connect E|network|permission)/,
    );
  }
});
