import { assertEquals, assertRejects } from "@std/assert";
import {
  type EventBatch,
  type Opening,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  AggregateService,
  RulesService,
} from "../../../proto/pipeline/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import { openEvents } from "../../../stages/events/event_batch.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import { openInlet, receiving } from "../../../stages/hop/receiver.ts";
import { openHop } from "../../../stages/hop/sender.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { rulesService } from "../../../stages/rules/service.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";
import { eventBatch, keysOf } from "../../support/event_rows.ts";
import { OPENING, serveStage } from "../../support/stage_server.ts";

const SCHEMA = {
  ...builtInSchema([]),
  builtIn: false,
  time: null,
  keys: [keyField(["status"])],
  values: [],
  required: [],
};

Deno.test("rulesService() makes the rules of the opening's schema", async () => {
  let opening: Opening | undefined;
  const arrived: EventBatch[] = [];
  await using aggregate = await serveStage(
    "AggregateService",
    implement({ Aggregate: receiving(AggregateService.Aggregate) }, {
      Aggregate: duplex(async (stream) => {
        const inlet = await openInlet<EventBatch>(stream, "aggregate");
        opening = inlet.opening;
        inlet.resume({ position: START, fields: [] });
        for await (const received of inlet.batches(createMeter("aggregate"))) {
          arrived.push(received.batch);
          inlet.answer(received);
        }
        inlet.end({ name: "aggregate" });
      }),
    }),
  );
  await using rules = await serveStage(
    "RulesService",
    rulesService({
      next: () => [aggregate],
      rules: (schema) =>
        Promise.resolve(createRules([
          { name: "a", when: { path: "/health" }, drop: true },
          { name: "b", when: { status: 404 }, set: { status: 4, tier: "x" } },
        ], schema)),
    }),
  );
  const open = (opening: Opening) =>
    openHop<EventBatch>({
      connection: rules,
      method: RulesService.Apply,
      opening: openEvents(opening),
      meter: createMeter("parse"),
      signal: new AbortController().signal,
    });

  const hop = await open({ ...OPENING, schema: SCHEMA });
  await hop.send(eventBatch(
    [
      { path: "/health", status: 200 },
      { path: "/", status: 404 },
      { status: 200 },
    ],
    SCHEMA,
    hop.resume.fields,
  ));
  const { reports } = await hop.finish();

  assertEquals(hop.resume.fields, [{ path: ["path"], isTime: false }]);
  assertEquals(opening?.schema, SCHEMA);
  assertEquals(opening?.tags, [{ name: "tier", values: ["x"] }]);
  assertEquals(arrived.map((batch) => keysOf(batch, SCHEMA)), [
    [["4"], ["200"]],
  ]);
  assertEquals(
    reports.map(({ name, eventsIn, eventsOut }) => [name, eventsIn, eventsOut]),
    [["rules", 3, 2], ["aggregate", 0, 0]],
  );
  const error = await assertRejects(
    () => open({ ...OPENING, schema: null }),
    Fault,
    "the opening does not say what the events are",
  );
  assertEquals(error.code, "invalid");
});
