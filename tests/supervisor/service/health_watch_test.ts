import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { startProcess } from "../../../runtime/process/start_process.ts";
import { stopProcess } from "../../../runtime/process/stop_process.ts";
import type { Healthcheck } from "../../../supervisor/config/service_spec.ts";
import { watchHealth } from "../../../supervisor/service/health_watch.ts";
import type { Finding } from "../../../supervisor/service/probe.ts";
import { snapshotOf } from "../../../supervisor/service/snapshot.ts";
import { createWorkGauge } from "../../../supervisor/service/work_gauge.ts";
import { eventually } from "../../support/eventually.ts";
import { freePorts } from "../../support/free_ports.ts";
import { startService } from "../../support/service_loop.ts";
import { createWorkspace } from "../../support/supervised.ts";

const SILENT: Finding = { healthy: false, reason: "no answer", isSilent: true };
const REFUSED: Finding = { healthy: false, reason: "nothing listens" };
const HEALTHY: Finding = { healthy: true };

/** Answers as listed; returns what was told of it, until the answers end. */
async function told(
  answers: readonly Finding[],
  healthcheck: Partial<Healthcheck> = {},
  works = true,
): Promise<string[]> {
  const words: string[] = [];
  const over = new AbortController();
  const left = [...answers];
  await watchHealth({
    healthcheck: {
      intervalMs: 1,
      timeoutMs: 1_000,
      retries: 2,
      startPeriodMs: 0,
      startIntervalMs: 1,
      busyMs: 60_000,
      anyProcess: false,
      ...healthcheck,
    },
    startedAtMs: performance.now(),
    ask() {
      const answer = left.shift();
      if (!answer) over.abort();
      return Promise.resolve(answer ?? HEALTHY);
    },
    work: { begin: () => () => Promise.resolve(works) },
    found(finding) {
      words.push(finding.healthy ? "healthy" : finding.reason);
      return Promise.resolve();
    },
    passedOver(passed) {
      words.push(passed);
      return Promise.resolve();
    },
    signal: over.signal,
  });
  return words;
}

Deno.test("watchHealth() takes silence of what works for busy, however often", async () => {
  const busy = "busy: no answer, and it works";

  assertEquals(
    await told([HEALTHY, ...Array(5).fill(SILENT), HEALTHY]),
    ["healthy", ...Array(5).fill(busy), "healthy"],
  );
});

Deno.test("watchHealth() lets a process wait that says it does not serve yet, until it has been healthy", async () => {
  const declined: Finding = {
    healthy: false,
    reason: "its health is NOT_SERVING",
    isDeclined: true,
  };
  const waits = Array(5).fill("not healthy yet: its health is NOT_SERVING");

  assertEquals(
    await told([...Array(5).fill(declined), HEALTHY, declined, declined]),
    [...waits, "healthy", "its health is NOT_SERVING"],
  );
  assertEquals(
    await told([...Array(5).fill(declined), REFUSED, REFUSED]),
    [...waits, "not healthy yet: nothing listens", "nothing listens"],
  );
});

Deno.test("watchHealth() counts silence of what does not work, and any other failure", async () => {
  const failures = ["healthy", "no answer", "no answer"];
  const silent = [HEALTHY, SILENT, SILENT, SILENT];

  assertEquals(await told(silent, {}, false), failures);
  assertEquals(await told(silent, { busyMs: 0 }), failures);
  assertEquals(
    await told([HEALTHY, REFUSED, REFUSED]),
    ["healthy", "nothing listens"],
  );
});

Deno.test("watchHealth() takes nothing for busy for longer than it may be", async () => {
  const words = await told(
    [HEALTHY, ...Array(60).fill(SILENT)],
    { busyMs: 20 },
  );

  assertEquals(words[1], "busy: no answer, and it works");
  assertEquals(words.at(-1), "no answer");
});

Deno.test("watchHealth() says why a service is not healthy yet", async () => {
  assertEquals(
    await told([REFUSED, REFUSED, HEALTHY], { startPeriodMs: 60_000 }),
    [
      "not healthy yet: nothing listens",
      "not healthy yet: nothing listens",
      "healthy",
    ],
  );
  assertEquals(
    await told([REFUSED, REFUSED]),
    ["not healthy yet: nothing listens", "nothing listens"],
  );
});

const REST = "exec sleep 1000";

Deno.test("createWorkGauge() sees work of the process and of its children, and no rest", async () => {
  await using guardian = startGuardian();
  const works = async (script: string) => {
    const process = startProcess(
      { program: "sh", args: ["-c", script], output: "null" },
      guardian,
    );
    const gauge = createWorkGauge(process.pid);
    if (script === REST) {
      // To start is work as well.
      await eventually(
        "it sleeps",
        async () =>
          await Deno.readTextFile(`/proc/${process.pid}/comm`) === "sleep\n",
      );
    }
    let found = await gauge.begin()();
    if (script !== REST) {
      // Others may have the processors for a while.
      await eventually(
        "it works",
        async () => found ||= await gauge.begin()(),
      );
    }
    await stopProcess(process, { signal: "SIGKILL" });
    guardian.forget(process.pid);
    return found;
  };

  assertEquals(await works("while :; do :; done"), true);
  assertEquals(await works("(while :; do :; done) & wait"), true);
  assertEquals(await works(REST), false);
});

/** Serves, and works for two seconds without a pause when it is asked to. */
const WORKS = `Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.args[0]) },
  ({ url }) => {
    if (url.endsWith("/work")) {
      setTimeout(() => {
        const end = performance.now() + 2_000;
        while (performance.now() < end);
      });
    }
    return new Response();
  },
);`;

Deno.test("a server that works for long is shown as busy, and is left alone", async () => {
  const port = freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  await using workspace = await createWorkspace({
    a: {
      command: [Deno.execPath(), "run", "-A", "works.ts", String(port)],
      healthcheck: {
        http: `${url}/healthz`,
        timeout: "200ms",
        interval: "50ms",
        retries: 20,
      },
    },
  });
  await Deno.writeTextFile(join(workspace.folder, "works.ts"), WORKS);

  const supervised = workspace.supervise();
  await supervised.said(/a: healthy/);
  await (await fetch(`${url}/work`)).text();
  await supervised.said(/a: busy: did not answer within 200 ms, and it works/);
  await supervised.said(/a: answers again/);

  const unhealthy = supervised.lines.filter((line) => /unhealthy/.test(line));
  assertEquals(unhealthy, []);
});

Deno.test("ps says why a service is not healthy yet", async () => {
  await using service = startService(
    "{ command: [sleep, 1000], healthcheck: { exec: [sleep, 1000], start_period: 1h, timeout: 10ms } }",
  );
  const { loop } = service;
  await loop.until((state) =>
    state.status === "starting" && state.trouble !== undefined
  );

  assertEquals(
    snapshotOf(loop).detail,
    "not healthy yet: did not answer within 10 ms",
  );
});
