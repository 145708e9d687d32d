import { assertEquals } from "@std/assert";
import { socketsAt } from "../../../runtime/rpc/port_holder.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import {
  checkedPlaceOf,
  type Claim,
  createDoubt,
  judge,
} from "../../../supervisor/service/own_place.ts";
import type { Finding } from "../../../supervisor/service/probe.ts";
import { snapshotOf } from "../../../supervisor/service/snapshot.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { freePorts } from "../../support/free_ports.ts";
import { startService } from "../../support/service_loop.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { createWorkspace, runFixture } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const test = testsAtOnce("who answers for a service");

const SLEEP = ["sleep", "1000"];
const SOON = { interval: "20ms", "start_interval": "20ms", retries: 1 };

test("a stranger at the port is told before the first start, and its answers do not count", async () => {
  await using stranger = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(),
  );
  const { port } = stranger.addr;
  await using workspace = await createWorkspace({
    a: {
      command: SLEEP,
      port,
      healthcheck: {
        http: `http://127.0.0.1:${port}/`,
        start_period: "0s",
        ...SOON,
      },
      restart: "no",
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(
    new RegExp(
      `a: 127.0.0.1:${port} is taken before it starts, by process ${Deno.pid} \\(deno\\)`,
    ),
  );
  await supervised.said(
    new RegExp(
      `a: unhealthy: somebody else answers at 127.0.0.1:${port}: process ${Deno.pid} \\(deno\\), which listened there before this start; end that, or .*any_process: true`,
    ),
  );

  assertEquals(
    supervised.lines.filter((line) => /healthy after/.test(line)),
    [],
  );
});

test("a second checkout with the same port is not healthy by the first one's answers", async () => {
  const port = freePorts(1);
  const services = (healthcheck: Record<string, unknown>) => ({
    a: {
      command: runFixture("listens.ts", String(port)),
      port,
      healthcheck: { tcp: "self", ...SOON, ...healthcheck },
      restart: "always",
      restart_policy: { delay: "1ms", "max_delay": "1ms" },
    },
  });
  await using first = await createWorkspace(services({}));
  await using second = await createWorkspace(services({}));

  const { said, pid: supervisor } = first.supervise();
  const pid = Number((await said(/a: started, pid (\d+)/))[1]);
  await said(/a: healthy/);
  const crashing = second.supervise();
  await crashing.said(
    new RegExp(`a: .* is taken before it starts, by process ${pid} \\(deno\\)`),
  );
  await crashing.said(/a: exited with code 1: .*crash loop, 10 restarts/);

  assertEquals(crashing.lines.filter((line) => /healthy after/.test(line)), []);
  assertEquals(await verdictOn(port, {}), {
    by: "stranger",
    who:
      `process ${pid} (deno), which belongs to the supervisor of process ${supervisor}`,
  });
});

/** Who answers at a port, for a process that is not there. */
async function verdictOn(port: number, claim: Partial<Claim>) {
  const place = { kind: "tcp", host: "127.0.0.1", port } as const;
  const { sockets: _, ...verdict } = {
    sockets: undefined,
    ...await judge({
      place,
      group: 2 ** 22 + 1,
      startTicks: 0,
      before: new Set(),
      serviceOf: () => undefined,
      ...claim,
    }),
  };
  return verdict;
}

test("judge() takes for a stranger whom /proc proves one, and nobody else", async () => {
  const port = freePorts(1);
  await using holder = await spawnFixture("listens.ts", {
    args: [String(port)],
  });
  const who = `process ${holder.pid} (deno)`;

  assertEquals(await verdictOn(port, {}), {
    by: "unknown",
    note:
      `${who} listens at its address, outside its process group; the answer counts`,
  });
  assertEquals(await verdictOn(port, { serviceOf: () => "b" }), {
    by: "stranger",
    who: `${who}, which belongs to service "b"`,
  });
  assertEquals(await verdictOn(port, { startTicks: Infinity }), {
    by: "stranger",
    who: `${who}, which is older than this start`,
  });
  assertEquals(await verdictOn(port, { group: holder.pid }), { by: "service" });
  // Not Linux, say.
  assertEquals(await verdictOn(port, { startTicks: undefined }), {
    by: "service",
  });
});

test("createDoubt() names the stranger also where it gives no answer or a wrong one", async () => {
  const stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = stranger.addr;
  const place = { kind: "tcp" as const, host: "127.0.0.1", port };
  const doubt = createDoubt({
    place,
    group: 999_999_999,
    startTicks: 0,
    before: await socketsAt(place),
    serviceOf: () => undefined,
  }, () => {});
  const silent: Finding = {
    healthy: false,
    reason: "no answer",
    isSilent: true,
  };
  const wrong: Finding = { healthy: false, reason: "status 503" };
  const named: Finding = {
    healthy: false,
    reason:
      `somebody else listens at 127.0.0.1:${port}: process ${Deno.pid} (deno), which listened there before this start; end that, or choose another address (any_process: true in the healthcheck lets any answer count)`,
  };

  assertEquals(await doubt(silent), named);
  assertEquals(await doubt(wrong), named);
  stranger.close();
  assertEquals(await doubt(silent), silent);
});

test("a service whose port is taken says so before its first check has ended", async () => {
  using stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = stranger.addr;
  await using service = startService(
    `{ command: [sleep, "1000"], port: ${port}, healthcheck: { exec: [sleep, "1000"], timeout: 60s } }`,
  );

  await service.loop.until(({ status }) => status === "starting");

  assertEquals(
    snapshotOf(service.loop).detail,
    `127.0.0.1:${port} is taken before it starts, by process ${Deno.pid} (deno)`,
  );
});

test("what the service has started in a session of its own counts, with a note", async () => {
  const port = freePorts(1);
  const listens = runFixture("listens.ts", String(port)).join(" ");
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", `setsid ${listens} & exec sleep 1000`],
      port,
      healthcheck: { tcp: "self", ...SOON },
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(
    /a: process \d+ \(deno\) listens at its address, outside its process group; the answer counts/,
  );
  await supervised.said(/a: healthy/);
});

test("any_process: true lets the answer of a stranger count", async () => {
  using stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using workspace = await createWorkspace({
    a: {
      command: SLEEP,
      port: stranger.addr.port,
      healthcheck: { tcp: "self", "any_process": true, ...SOON },
    },
  });

  await workspace.supervise().said(/a: healthy/);
});

Deno.test("checkedPlaceOf() is where a service asks itself, on this machine only", () => {
  const places = [
    "port: 5600, healthcheck: { tcp: self }",
    "port: 5600, healthcheck: { http: 'http://localhost:5600/healthz' }",
    "healthcheck: { grpc: 127.0.0.1:5600 }",
    "healthcheck: { grpc: 'unix:/run/a.sock' }",
    // Somebody else's, or nobody's.
    "port: 5600, healthcheck: { tcp: 127.0.0.1:5601 }",
    "healthcheck: { tcp: 127.0.0.1:5432 }",
    "healthcheck: { tcp: db:5600 }",
    "healthcheck: { exec: [true] }",
    "port: 5600, healthcheck: { tcp: self, any_process: true }",
  ].map((words) => {
    const text = `services: { a: { command: [x], ${words} } }`;
    const { services } = parseConfig(text, { path: "/work/config.yaml" });
    const [spec] = services.get("a")!;
    const place = checkedPlaceOf(spec!, (port) => port === 5432);
    return place && (place.kind === "tcp" ? place.port : place.path);
  });

  assertEquals(places, [
    ...[5600, 5600, 5600, "/run/a.sock"],
    ...[undefined, undefined, undefined, undefined, undefined],
  ]);
});

test("socketsAt() finds who answers at an address, by TCP and by a unix socket", async () => {
  await using folder = await tempFolder();
  const path = folder.file("a.sock");
  using tcp = Deno.listen({ hostname: "127.0.0.2", port: 0 });
  using _unix = Deno.listen({ transport: "unix", path });
  const { port } = tcp.addr;
  using any = Deno.listen({ hostname: "0.0.0.0", port: 0 });

  const counts = [];
  for (
    const place of [
      { kind: "tcp", host: "127.0.0.2", port },
      { kind: "tcp", host: "127.0.0.1", port },
      { kind: "tcp", host: "127.0.0.1", port: any.addr.port },
      { kind: "unix", path },
      { kind: "unix", path: `${path}x` },
    ] as const
  ) counts.push((await socketsAt(place)).size);

  assertEquals(counts, [1, 0, 1, 1, 0]);
});
