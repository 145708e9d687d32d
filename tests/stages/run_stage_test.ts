import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { EventBatch } from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  RulesService,
  StageMonitorService,
} from "../../proto/pipeline/contract.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { integer } from "../../runtime/program/flags.ts";
import { askHealth } from "../../runtime/rpc/ask_health.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import {
  duplex,
  implement,
  type Implementation,
} from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { createMeter } from "../../stages/hop/meter.ts";
import { openInlet, receiving } from "../../stages/hop/receiver.ts";
import { openHop } from "../../stages/hop/sender.ts";
import { CHANNEL } from "../../stages/hop/window.ts";
import { healthNameOf, SERVES } from "../../stages/names.ts";
import { runStage } from "../../stages/run_stage.ts";
import { eachOf } from "../support/at_once.ts";
import { batchOf } from "../support/event_batches.ts";
import { freeAddress } from "../support/free_ports.ts";
import { customSchema } from "../support/schemas.ts";
import { spawnFixture, spawnScript } from "../support/spawned.ts";
import { OPENING, RESUME } from "../support/stage_server.ts";

const STAGE = "own_rules_stage.ts";
const TOKEN = "the-token-of-a-test";
const SCHEMA = customSchema(["k"], { v: {} });
const EVENTS = batchOf(SCHEMA, [
  { keys: ['"a"'], values: ["1"] },
  { keys: ['"b"'], values: ["2"] },
]);

Deno.test("runStage() makes a stage of what an author says it does", async () => {
  const arrived: EventBatch[] = [];
  const aggregated = implement(
    { Aggregate: receiving(AggregateService.Aggregate) },
    {
      Aggregate: duplex(async (stream) => {
        const inlet = await openInlet<EventBatch>(stream, "aggregate");
        inlet.resume(RESUME);
        for await (const received of inlet.batches(createMeter("aggregate"))) {
          arrived.push(received.batch);
          inlet.answer(received);
        }
        inlet.end({ name: "aggregate" });
      }),
    },
  );
  await using aggregate = await serving({
    "pipeline.v1.AggregateService": aggregated,
  });
  const address = freeAddress();
  await using stage = await spawnFixture(STAGE, {
    args: [
      "--drop=1",
      "rules",
      `--address=${address}`,
      `--next=${aggregate.address}`,
      "--run=test",
      `--owner=${Deno.pid}`,
      "--of-a-newer-engine=1",
      "--rules-digest=ab",
    ],
    env: { DENIZEN_TOKEN: TOKEN },
  });
  using stranger = disposable(connect(address));
  using known = disposable(
    connect(address, { token: TOKEN, channel: CHANNEL }),
  );

  const open = (connection: Connection) =>
    openHop<EventBatch>({
      connection,
      method: RulesService.Apply,
      opening: openEvents({ ...OPENING, schema: SCHEMA }),
      meter: createMeter("parse"),
      signal: AbortSignal.timeout(10_000),
    });
  const refused = await assertRejects(() => open(stranger), Fault);
  const hop = await open(known);
  await hop.send({ ...EVENTS, sync: true });
  await hop.send(batchOf(SCHEMA, [], 2));
  const { reports } = await hop.finish();
  const look = await known.unary(StageMonitorService.Look, {});
  const notShown = await assertRejects(
    () => stranger.unary(StageMonitorService.Look, {}),
    Fault,
  );
  const health = await askHealth(stranger, {
    service: healthNameOf("test", Deno.pid),
    deadlineMs: 10_000,
  });
  stage.kill("SIGTERM");

  assertEquals(stage.firstLine, SERVES);
  assertEquals(refused.code, "unauthenticated");
  assertEquals(hop.resume, RESUME);
  assertEquals(
    arrived.map(({ rows, filtered, sync }) => [rows, filtered, sync]),
    [[0, 2, true], [0, 0, undefined]],
  );
  assertEquals(
    reports.map(({ name, eventsIn, eventsOut }) => [name, eventsIn, eventsOut]),
    [["rules", 2, 0], ["aggregate", 0, 0]],
  );
  assertEquals([look.name, look.reached, look.onItsWay], ["rules", 2, 0]);
  assertEquals(notShown.code, "unauthenticated");
  assertEquals(health, { kind: "serving" });
  assertEquals((await stage.status).code, 0);
});

Deno.test("runStage() says what is wrong with a command line, and ends with 2", async () => {
  const cases: [args: string[], said: string][] = [
    [["parse"], 'Cannot run stage "parse"; expected one of rules'],
    [
      ["--dorp=1", "rules"],
      'Cannot read "--dorp=1": there is no such flag; did you mean "--drop"?',
    ],
    [["rules", "--newer"], 'Cannot run stage "rules": it needs --next'],
  ];
  await eachOf(cases, ([args]) => args.join(" "), async ([args, said]) => {
    await using stage = spawnScript(`tests/fixtures/${STAGE}`, { args });

    assertEquals((await stage.stderr.rest()).trim(), said);
    assertEquals((await stage.status).code, 2);
  });
});

Deno.test("runStage() refuses a flag of one's own that every stage has", () => {
  assertThrows(
    () =>
      runStage({
        stage: "parse",
        flags: { worker: integer("of mine", 0, { min: 0, max: 1 }) },
      }, () => () => () => {
        throw new Error("never called");
      }),
    TypeError,
    "Cannot run a stage with a flag --worker of its own",
  );
});

async function serving(services: Record<string, Implementation>) {
  const served = await serve({
    address: "127.0.0.1:0",
    services,
    channel: CHANNEL,
  });
  return { ...served, [Symbol.asyncDispose]: () => served.stop(0) };
}

function disposable(connection: Connection): Connection & Disposable {
  return { ...connection, [Symbol.dispose]: () => connection.close() };
}
