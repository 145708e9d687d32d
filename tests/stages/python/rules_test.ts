/**
 * The program of the rules stage in Python between two stages of ours.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type EventBatch,
  type NextStage,
  type Opening,
  type RuleField,
  START,
} from "../../../proto/pipeline/batches.ts";
import {
  AggregateService,
  RulesService,
} from "../../../proto/pipeline/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { duplex, implement } from "../../../runtime/rpc/handlers.ts";
import { HealthService } from "../../../runtime/rpc/health.ts";
import { serve } from "../../../runtime/rpc/serve.ts";
import { openEvents } from "../../../stages/events/event_batch.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import { openInlet, receiving } from "../../../stages/hop/receiver.ts";
import { type Hop, openHop } from "../../../stages/hop/sender.ts";
import { CHANNEL } from "../../../stages/hop/window.ts";
import { healthNameOf, SERVES } from "../../../stages/names.ts";
import { createRules } from "../../../stages/rules/rules.ts";
import { parseRules } from "../../../stages/rules/rules_file.ts";
import { keyField } from "../../../stages/schema/schema.ts";
import { testBuilt } from "../../support/built_clients.ts";
import { eventBatch } from "../../support/event_rows.ts";
import { freePorts } from "../../support/free_ports.ts";
import { RULES_PROGRAM, RULES_PYTHON } from "../../support/python_rules.ts";
import { customSchema } from "../../support/schemas.ts";
import { spawn, type Spawned } from "../../support/spawned.ts";
import { OPENING } from "../../support/stage_server.ts";

const TOKEN = "the-token-of-a-test";
const SCHEMA = customSchema(["status"], { ms: {} }, {
  keys: [keyField(["status"])],
});
const RULES = `
- { name: health, when: { path: /health }, drop: true }
- { name: slow, when: { ms: { gte: 2.5 } }, set: { speed: slow, status: 9 } }
`;
const EVENTS = [
  { path: "/health", status: 200, ms: 1 },
  { path: "/", status: 404, ms: 2.5 },
  { path: "/", status: 200, ms: 2 },
];

/** The stage after it: answers what comes, and keeps it. */
async function serveAggregate(address: string) {
  const openings: Opening[] = [];
  const batches: EventBatch[] = [];
  /** What it does with the next stream, but for reading it. */
  const fault: { atOpening?: Fault; late?: Fault } = {};
  const { stop } = await serve({
    address,
    channel: CHANNEL,
    authentication: { token: TOKEN },
    guarded: "all",
    services: {
      "pipeline.v1.AggregateService": implement(
        { Aggregate: receiving(AggregateService.Aggregate) },
        {
          Aggregate: duplex(async (stream) => {
            const inlet = await openInlet<EventBatch>(stream, "aggregate");
            openings.push(inlet.opening);
            if (fault.atOpening) throw fault.atOpening;
            inlet.resume({ position: START, fields: [] });
            const meter = createMeter("aggregate");
            for await (const received of inlet.batches(meter)) {
              if (fault.late) throw fault.late;
              batches.push(received.batch);
              inlet.answer(received);
              const { sync, end } = received.batch;
              if (sync) inlet.committed({ position: end });
            }
            inlet.end({ name: "aggregate", cpuMs: 1 }, {
              totals: { events: 3, rejected: 0, filtered: 1 },
              reports: [{ name: "sink" }],
            });
          }),
        },
      ),
    },
  });
  return { openings, batches, fault, [Symbol.asyncDispose]: () => stop(0) };
}

function startRules(address: string, flags: string[]): Spawned {
  return spawn(RULES_PYTHON, [
    RULES_PROGRAM,
    "rules",
    `--address=${address}`,
    "--run=test",
    ...flags,
  ], { env: { DENIZEN_TOKEN: TOKEN, DENIZEN_SERVICE: "pipeline/rules" } });
}

/** Opens a stream to it, as parse does. */
function open(
  address: string,
  opening: Partial<Opening> = {},
  options: { token?: string | null; onCommitted?: () => void } = {},
): Promise<Hop<EventBatch>> {
  const { token = TOKEN, ...rest } = options;
  return openHop<EventBatch>({
    connection: connect(address, { name: "rules", token, channel: CHANNEL }),
    method: RulesService.Apply,
    opening: openEvents({ ...OPENING, schema: SCHEMA, ...opening }),
    meter: createMeter("parse"),
    signal: new AbortController().signal,
    ...rest,
  });
}

/** What opening a stream, or using it, fails with. */
async function failure(work: Promise<unknown>): Promise<[string, string]> {
  const { code, message } = await assertRejects(() => work, Fault);
  return [code, message];
}

/** Where parse says that the stages behind are. */
function next(...addresses: string[]): NextStage[] {
  return [{ addresses }, { addresses: ["127.0.0.1:1"] }];
}

/** The end of the input after a batch: an empty one. */
function endAfter({ end }: EventBatch, fields: RuleField[]): EventBatch {
  return { ...eventBatch([], SCHEMA, fields), begin: end, end };
}

testBuilt(
  "the rules stage in Python takes its place between two stages",
  [RULES_PYTHON],
  async (t) => {
    const port = freePorts(4);
    const [address, first, second, other] = [0, 1, 2, 3].map((at) =>
      `127.0.0.1:${port + at}`
    ) as [string, string, string, string];
    const file = await Deno.makeTempFile({ suffix: ".yaml" });
    await Deno.writeTextFile(file, RULES);
    await using aggregate = await serveAggregate(first);
    await using another = await serveAggregate(second);
    await using python = startRules(address, [
      `--next=${first},${second}`,
      `--rules=${file}`,
      "--owner=7",
      "--worker=2",
      "--a-flag-of-tomorrow=1",
    ]);
    assertEquals(await python.stdout.next(), SERVES);

    await t.step(
      "health by its own name, which nobody must pay for",
      async () => {
        const asked = connect(address, { token: null });
        for (const service of ["", healthNameOf("test", 7)]) {
          const { status } = await asked.unary(HealthService.Check, {
            service,
          });
          assertEquals(status, "SERVING");
        }
        const service = healthNameOf("test", 8);
        const [code] = await failure(
          asked.unary(HealthService.Check, { service }),
        );
        assertEquals(code, "not_found");
      },
    );

    await t.step("an unknown flag is told of, and no more", async () => {
      await python.stderr.find(/does not know --a-flag-of-tomorrow/);
    });

    await t.step("refusals", async () => {
      for (
        const [token, got] of [[null, "without it"], ["x", "another"]] as const
      ) {
        const [code, message] = await failure(open(address, {}, { token }));
        assertEquals(code, "unauthenticated");
        assert(message.startsWith("rules wants this run's token"), message);
        assert(message.includes(got), message);
      }
      const refusals: [Partial<Opening>, string, string][] = [
        [{ run: "" }, "invalid", "no opening that names a run"],
        [{ run: "x" }, "failed_precondition", "Cannot take part in run x"],
        [{ protocol: 2 }, "failed_precondition", "knows version 1; update"],
        [{ schema: null }, "invalid", "does not say what the events are"],
        [
          { next: next(other) },
          "failed_precondition",
          `stage "aggregate" is at ${other}, and only ${first}, ${second} may`,
        ],
      ];
      for (const [opening, expected, words] of refusals) {
        const [code, message] = await failure(open(address, opening));
        assertEquals(code, expected);
        assert(message.includes(words), message);
      }
    });

    await t.step("batches, in the end the reports", async () => {
      const committed = Promise.withResolvers<void>();
      const hop = await open(address, { next: next(first) }, {
        onCommitted: committed.resolve,
      });
      const { fields } = hop.resume;
      const batch = eventBatch(EVENTS, SCHEMA, fields);
      await hop.send({ ...batch, sync: true, firstMs: 1.5, lastMs: 2.5 });
      await hop.guard(committed.promise);
      await hop.send(endAfter(batch, fields));
      const { totals, reports } = await hop.finish();

      const rules = createRules(parseRules(RULES, "r", SCHEMA), SCHEMA);
      const transform = rules.createTransform();
      const [opening] = aggregate.openings;
      assertEquals(fields, [{ path: ["path"], isTime: false }]);
      assertEquals(opening?.tags, rules.tags);
      assertEquals(opening?.next, next(first).slice(1));
      assertEquals(aggregate.batches.splice(0), [
        {
          ...transform(eventBatch(EVENTS, SCHEMA, fields)),
          sync: true,
          firstMs: 1.5,
          lastMs: 2.5,
        },
        transform(endAfter(batch, fields)),
      ]);
      assertEquals(totals, { events: 3, rejected: 0, filtered: 1 });
      assertEquals(
        reports.map(({ name, worker, batches, eventsIn, eventsOut }) => [
          name,
          worker,
          batches,
          eventsIn,
          eventsOut,
        ]),
        [["rules", 2, 1, 3, 2], ["aggregate", 0, 0, 0, 0], [
          "sink",
          0,
          0,
          0,
          0,
        ]],
      );
      assert(Number(reports[0]!.cpuMs) >= Number(reports[0]!.processingMs));
    });

    await t.step("both processes of the next stage, by lanes", async () => {
      const hop = await open(address, {
        lane: { opening: "o", index: 1, count: 2 },
      });
      const batch = eventBatch(EVENTS, SCHEMA, hop.resume.fields);
      await hop.send(batch);
      await hop.send({
        ...batch,
        begin: batch.end,
        end: { ...batch.end, event: 9 },
      });
      await hop.send(endAfter(batch, hop.resume.fields));
      const { reports } = await hop.finish();

      for (
        const [{ openings, batches }, index] of [[aggregate, 2], [
          another,
          3,
        ]] as const
      ) {
        assertEquals(openings.at(-1)?.lane, { opening: "o", index, count: 4 });
        assertEquals(batches.splice(0).map(({ rows }) => rows), [2, 0]);
      }
      assertEquals(reports.map(({ name }) => name), [
        "rules",
        "aggregate",
        "sink",
      ]);
    });

    await t.step(
      "credit for more than a window, of large batches too",
      async () => {
        const hop = await open(address, {
          next: next(first),
          windowBatches: 4,
          windowBytes: 1_000,
        });
        const path = "x".repeat(10_000);
        let begin = START;
        for (let count = 0; count < 40; count++) {
          const events = [{ path, status: 1 }];
          const batch = eventBatch(events, SCHEMA, hop.resume.fields);
          const end = { event: count + 1, offset: count + 1, line: count + 1 };
          await hop.send({ ...batch, begin, end });
          begin = end;
        }
        await hop.finish();
        assertEquals(aggregate.batches.splice(0).length, 40);
      },
    );

    await t.step("a batch that does not begin where it must", async () => {
      const hop = await open(address, { next: next(first) });
      const batch = eventBatch(EVENTS, SCHEMA, hop.resume.fields);
      await hop.send({ ...batch, begin: { event: 5, offset: 6, line: 7 } });
      assertEquals(await failure(hop.guard(Promise.withResolvers().promise)), [
        "invalid",
        "Cannot take the batch from event 5, offset 6: the one before it ended at event 0, offset 0",
      ]);
    });

    await t.step("what the next stage fails with, in its words", async () => {
      const full = new Fault("failed_precondition", "The disk is full");
      aggregate.fault.atOpening = full;
      const opening = { next: next(first) };
      assertEquals(await failure(open(address, opening)), [
        full.code,
        full.message,
      ]);
      aggregate.fault.atOpening = new Fault("cancelled", "It is over");
      assertEquals((await failure(open(address, opening)))[0], "cancelled");
      delete aggregate.fault.atOpening;
      aggregate.fault.late = full;
      const hop = await open(address, opening);
      await hop.send(eventBatch(EVENTS, SCHEMA, hop.resume.fields));
      assertEquals(await failure(hop.guard(Promise.withResolvers().promise)), [
        full.code,
        full.message,
      ]);
    });

    await t.step(
      "rules that were changed, and flags that are wrong",
      async () => {
        await using changed = startRules(other, [
          `--next=${first}`,
          `--rules=${file}`,
          "--rules-digest=0",
          "--owner=7",
        ]);
        assertEquals(await changed.stdout.next(), SERVES);
        const [code, message] = await failure(open(other));
        assertEquals(code, "failed_precondition");
        assert(message.startsWith(`Cannot go on with the rules "${file}"`));
        await using wrong = startRules(other, []);
        assertEquals((await wrong.status).code, 2);
        await wrong.stderr.find(/it needs --next/);
        await using exposed = startRules("0.0.0.0:0", [`--next=${first}`]);
        assertEquals((await exposed.status).code, 1);
        await exposed.stderr.find(/other machines can reach it; add --expose/);
        await using taken = startRules(first, [`--next=${first}`]);
        assertEquals((await taken.status).code, 1);
        await taken.stderr.find(/^Cannot serve on /);
      },
    );

    await t.step("SIGTERM ends what is open", async () => {
      delete aggregate.fault.late;
      const hop = await open(address, { next: next(first) });
      const ended = failure(hop.guard(Promise.withResolvers().promise));
      python.kill("SIGTERM");
      assertEquals((await ended)[0], "unavailable");
      assertEquals((await python.status).code, 0);
    });
    await Deno.remove(file);
  },
);
