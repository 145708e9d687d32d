import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Lane, START } from "../../../proto/pipeline/batches.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { createFanIn } from "../../../stages/hop/fan_in.ts";
import { createMeter } from "../../../stages/hop/meter.ts";
import type {
  AnyBatch,
  Inlet,
  StreamInlet,
} from "../../../stages/hop/receiver.ts";
import { OPENING } from "../../support/stage_server.ts";
import { batch, type FedLane, fedLane } from "./lanes.ts";

/** One stream of an opening, and what was said to its sender. */
function stream(lane?: Lane): StreamInlet<AnyBatch> & FedLane & {
  said: string[];
} {
  const fed = fedLane();
  const said: string[] = [];
  return {
    ...fed,
    get taken() {
      return fed.taken;
    },
    said,
    opening: { ...OPENING, ...(lane ? { lane } : {}) },
    begin: START,
    resume: ({ position }) => void said.push(`resume ${position?.event}`),
    batches: () => {
      throw new Error("a lane is not read by itself");
    },
    answer: ({ batch }) => void said.push(`answer ${batch.begin?.event}`),
    written: () => {},
    committed: () => void said.push("committed"),
    end: ({ name }) => void said.push(`end ${name}`),
  };
}

function lanes(count: number, opening = "o1") {
  return Array.from(
    { length: count },
    (_, index) => stream({ opening, index, count }),
  );
}

const { signal: NEVER } = new AbortController();

Deno.test("a stream that is the only one goes through as it is", async () => {
  const only = stream();
  const seen: unknown[] = [];

  await createFanIn().join(only, NEVER, (inlet, signal) => {
    seen.push(inlet, signal);
    return Promise.resolve();
  });

  assertStrictEquals(seen[0], only);
  assertStrictEquals(seen[1], NEVER);
});

Deno.test("several streams of one opening are worked on once, as one", async () => {
  const fanIn = createFanIn();
  const [one, two] = lanes(2) as [FakeStream, FakeStream];
  const taken: number[] = [];
  let opening: unknown;
  const work = async (inlet: Inlet<AnyBatch>) => {
    opening = inlet.opening;
    inlet.resume({ position: START, fields: [] });
    for await (const received of inlet.batches(createMeter("aggregate"))) {
      taken.push(received.batch.begin!.event);
      inlet.answer(received);
    }
    inlet.committed({ position: START });
    inlet.end({ name: "aggregate" });
  };

  const joined = [two, one].map((each) => fanIn.join(each, NEVER, work));
  two.give(batch(1, 2), batch(3));
  one.give(batch(0, 1), batch(2, 3), batch(3));
  for (const each of [one, two]) each.close();
  await Promise.all(joined);

  const { lane: _, ...whole } = OPENING;
  assertEquals(opening, whole);
  assertEquals(taken, [0, 1, 2, 3]);
  assertEquals(one.said, [
    "resume 0",
    "answer 0",
    "answer 2",
    "answer 3",
    "committed",
    "end aggregate",
  ]);
  assertEquals(two.said, ["resume 0", "answer 1", "end aggregate"]);
});

type FakeStream = ReturnType<typeof stream>;

Deno.test("all streams fail with what the work fails with", async () => {
  const fanIn = createFanIn();
  const fault = new Fault("failed_precondition", "too many rejects");

  const joined = lanes(3).map((each) =>
    fanIn.join(each, NEVER, () => Promise.reject(fault))
  );

  for (const each of joined) {
    assertStrictEquals(await assertRejects(() => each), fault);
  }
});

Deno.test("streams of another opening are not mixed in", async () => {
  const fanIn = createFanIn();
  const worked: string[] = [];
  const work = (name: string) => () => {
    worked.push(name);
    return Promise.resolve();
  };
  const [old] = lanes(2, "old");
  const gone = new AbortController();
  const waiting = assertRejects(
    () => fanIn.join(old!, gone.signal, work("old")),
    Fault,
    "Cannot go on: lane 0 is gone",
  );

  await Promise.all(
    lanes(2, "new").map((each) => fanIn.join(each, NEVER, work("new"))),
  );
  gone.abort();
  await waiting;

  assertEquals(worked, ["new"]);
});

Deno.test("streams that wait end with one that goes, and a gone one is not waited for", async () => {
  const fanIn = createFanIn();
  const work = () => Promise.reject(new Error("not all are there"));
  const [one, two, three] = lanes(3);
  const gone = new AbortController();
  const waiting = fanIn.join(one!, NEVER, work);
  const leaving = fanIn.join(two!, gone.signal, work);

  gone.abort();

  for (const each of [waiting, leaving]) {
    const fault = await assertRejects(() => each, Fault);
    assertEquals(fault.code, "cancelled");
  }
  await assertRejects(
    () => fanIn.join(three!, AbortSignal.abort(), work),
    Fault,
    "lane 2 is gone",
  );
});

Deno.test("the work is told when one of its streams goes, and its end is waited for", async () => {
  const fanIn = createFanIn();
  const [one, two] = lanes(2);
  const gone = new AbortController();
  const order: string[] = [];
  const closing = Promise.withResolvers<void>();
  const work = async (_: unknown, signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    order.push("told");
    await closing.promise;
    order.push("over");
  };

  const joined = [
    fanIn.join(one!, NEVER, work),
    fanIn.join(two!, gone.signal, work),
  ];
  gone.abort();
  closing.resolve();
  await Promise.all(joined);

  assertEquals(order, ["told", "over"]);
});

for (
  const [what, lane, message] of [
    [
      "that is there already",
      { opening: "o1", index: 0, count: 2 },
      "Cannot take lane 0 of 2: it is there already",
    ],
    [
      "beyond the last",
      { opening: "o1", index: 2, count: 2 },
      "Cannot take lane 2 of 2: there is no such lane",
    ],
    [
      "of another number of lanes",
      { opening: "o1", index: 1, count: 3 },
      "Cannot take lane 1 of 3: there is no such lane",
    ],
  ] as const
) {
  Deno.test(`a lane ${what} is refused`, async () => {
    const fanIn = createFanIn();
    const over = new AbortController();
    const work = () => Promise.resolve();
    const [one] = lanes(2);
    const waiting = fanIn.join(one!, over.signal, work);

    const fault = await assertRejects(
      () => fanIn.join(stream(lane), NEVER, work),
      Fault,
    );

    assertEquals(fault.code, "invalid");
    assertEquals(fault.message, message);
    over.abort();
    await assertRejects(() => waiting, Fault);
  });
}
