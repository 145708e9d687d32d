import { assert, assertEquals, assertRejects } from "@std/assert";
import { awaitHealth } from "../../orchestrator/await_health.ts";
import { holdPorts } from "../../orchestrator/stage_processes.ts";
import type { StageSpec } from "../../orchestrator/stage_specs.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { sinkOfFiles } from "../../stages/sink/sink.ts";
import { sinkService } from "../../stages/sink/service.ts";

import { serveStage } from "../support/stage_server.ts";
import { freePorts } from "../support/free_ports.ts";

const NEVER = new AbortController().signal;

/** It is over with the first answer, however late that comes. */
const BOUND_MS = 1;

/** Asks by `connection`, and waits for each answer as long as it takes. */
function patient({ unary }: Connection): Pick<Connection, "unary"> {
  return {
    unary: (method, request, options) =>
      unary(method, request, { ...options, deadlineMs: 600_000 }),
  };
}

Deno.test("awaitHealth() says what it has heard last", async () => {
  const address = `127.0.0.1:${freePorts()}`;
  const connection = connect(address, { name: "sink" });

  const { message } = await assertRejects(
    () =>
      awaitHealth("sink", patient(connection), {
        service: "",
        signal: NEVER,
        boundMs: BOUND_MS,
      }),
    Failure,
  );
  connection.close();

  assert(
    message.startsWith(
      `Cannot go on: stage "sink" is not healthy after 0.001 s: Cannot reach sink at ${address}: `,
    ),
    message,
  );
  assert(message.includes("ECONNREFUSED"), message);
});

Deno.test("awaitHealth() is not content with a stranger's answer", async () => {
  await using stranger = await serveStage(
    "SinkService",
    sinkService({
      sink: sinkOfFiles({
        output: "/no/results",
        rejects: "/no/rejects",
        run: "y",
      }),
    }),
  );

  const { message } = await assertRejects(
    () =>
      awaitHealth("sink", patient(stranger), {
        service: "run x of process 1",
        signal: NEVER,
        boundMs: BOUND_MS,
      }),
    Failure,
  );

  assertEquals(
    message,
    'Cannot go on: stage "sink" is not healthy after 0.001 s: another program answers there',
  );
});

Deno.test("awaitHealth() is not content with a stage that does not serve", async () => {
  const answers = ["NOT_SERVING", "SERVING", "SERVING"];
  const asked: string[] = [];
  const connection = {
    unary() {
      asked.push(answers[asked.length]!);
      return Promise.resolve({ status: asked.at(-1) });
    },
  };

  await awaitHealth("sink", connection as unknown as Connection, {
    service: "",
    signal: NEVER,
  });

  assertEquals(asked, ["NOT_SERVING", "SERVING"]);
});

Deno.test("awaitHealth() asks neither a stage that loads nor one that says that it serves", async () => {
  const said = Promise.withResolvers<void>();
  let asked = 0;
  const connection = {
    unary() {
      asked++;
      return Promise.resolve({ status: "SERVING" });
    },
  };

  const healthy = awaitHealth("sink", connection as unknown as Connection, {
    service: "",
    signal: NEVER,
    serves: said.promise,
  });
  const askedBefore = asked;
  said.resolve();
  await healthy;

  assertEquals([askedBefore, asked], [0, 0]);
});

Deno.test("awaitHealth() asks a stage that never says that it serves, too", async () => {
  const address = `127.0.0.1:${freePorts()}`;
  const connection = connect(address, { name: "sink" });

  const { message } = await assertRejects(
    () =>
      awaitHealth("sink", patient(connection), {
        service: "",
        signal: NEVER,
        serves: new Promise(() => {}),
        boundMs: BOUND_MS,
      }),
    Failure,
  );
  connection.close();

  assert(message.includes("ECONNREFUSED"), message);
});

Deno.test("a port whose address this machine does not have is told without a remedy that is none", async () => {
  // Of a network for documentation: no machine has it.
  const spec = {
    name: "ingest",
    addresses: [`192.0.2.1:${freePorts()}`],
  };

  const { message } = await assertRejects(
    () => holdPorts([spec as unknown as StageSpec]),
    Failure,
  );

  assert(message.startsWith('Cannot start stage "ingest": '), message);
  assert(!message.includes("choose other ports"), message);
});
