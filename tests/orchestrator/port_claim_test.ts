import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { claimPorts } from "../../orchestrator/port_claim.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { eventually } from "../support/eventually.ts";
import { freePorts } from "../support/free_ports.ts";
import { spawn } from "../support/spawned.ts";

/** Waits until a port can be claimed: a listener closes in a moment. */
function free(port: number): Promise<void> {
  return eventually(`port ${port} is free`, async () => {
    try {
      using _claim = await claimPorts([{ name: "ingest", port }]);
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return false;
    }
  });
}

Deno.test("claimPorts() takes ports in the order of their numbers", async () => {
  const port = freePorts(2);
  const ports = [port + 1, port].map((port) => ({ name: "ingest", port }));
  using _both = await claimPorts(ports);

  const { message } = await assertRejects(() => claimPorts(ports), Failure);

  assertStringIncludes(message, `port ${port} is kept`);
});

Deno.test("claimPorts() says who has a port though that one does not answer", async () => {
  const port = freePorts(1);
  const module = new URL("../../orchestrator/port_claim.ts", import.meta.url);
  await using holder = spawn(Deno.execPath(), [
    "eval",
    `import { claimPorts } from "${module}";
    await claimPorts([{ name: "ingest", port: ${port} }]);
    console.log("claimed");
    setInterval(() => {}, 1_000);`,
  ]);
  await holder.stdout.find(/^claimed$/);
  holder.kill("SIGSTOP");

  const { message } = await assertRejects(
    () => claimPorts([{ name: "ingest", port }]),
    Failure,
  );

  assertStringIncludes(message, `(pid ${holder.pid})`);
});

Deno.test("claimPorts() lets one have a port at a time, and says who that is", async () => {
  const port = freePorts(4) + 1;
  const ports = (from: number) =>
    ["ingest", "parse"].map((name, at) => ({ name, port: from + at }));
  {
    using _first = await claimPorts(ports(port));

    const { message } = await assertRejects(
      () => claimPorts(ports(port - 1)),
      Failure,
    );
    assertEquals(
      message,
      `Cannot start stage "parse": port ${port} is kept by another pipeline (pid ${Deno.pid}); choose other ports with --port`,
    );
    using _beside = await claimPorts(ports(port + 2));
    // What was claimed before the one that is taken is free again.
    await free(port - 1);
  }

  await free(port);
});
