import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import {
  type EventRecord,
  eventRecord,
  type ServiceStateEvent,
  type SupervisorEvent,
} from "../../../supervisor/events/event.ts";
import {
  type EventFileOptions,
  eventsPath,
  openEventFile,
} from "../../../supervisor/events/event_file.ts";
import {
  createEventLog,
  type EventLog,
} from "../../../supervisor/events/event_log.ts";
import { openEventReader } from "../../../supervisor/events/event_reader.ts";

const BODY: ServiceStateEvent & { message: string } = {
  type: "service_state",
  service: "a",
  status: "running",
  previous: "pending",
  restarts: 0,
  message: "started, pid 7",
};

function appendTo(log: EventLog, count: number) {
  for (let index = 0; index < count; index++) log.append(BODY);
}

/** A state folder whose events are written as a supervisor would. */
async function createStateDir() {
  const stateDir = await Deno.makeTempDir({ prefix: "denizen-test-" });
  return {
    stateDir,
    /** Counts on from the last event, as another supervisor. */
    write(count: number, options?: EventFileOptions) {
      using file = openEventFile(stateDir, options);
      const { lastSequence, write: record } = file;
      appendTo(createEventLog({ lastSequence, record }), count);
    },
    [Symbol.asyncDispose]: () => Deno.remove(stateDir, { recursive: true }),
  };
}

/** What matters of events here: their numbers, and from where some are lost. */
function numbers(events: readonly (SupervisorEvent | EventRecord)[]) {
  return events.map((event) =>
    "from" in event ? `lost ${event.from}-${event.sequence}` : event.sequence
  );
}

for (
  const [after, expected] of [
    [0, [13, 14, 15]], // whatever there is
    [11, ["lost 12-12", 13, 14, 15]],
    [12, [13, 14, 15]],
    [14, [15]],
    [15, []],
    [16, ["lost 1-12", 13, 14, 15]], // of a history that is gone
  ] as const
) {
  Deno.test(`known() of events 13 to 15, after ${after}`, () => {
    const log = createEventLog({ capacity: 3, lastSequence: 10 });
    appendTo(log, 5);

    assertEquals(numbers(log.known(after)), [...expected]);
  });
}

Deno.test("what stands for lost events has the time of the next one, whenever it is asked for", () => {
  const log = createEventLog({
    capacity: 1,
    lastSequence: 10,
    record: (event) => void (event.timeMs = 1_000),
  });
  appendTo(log, 2);

  assertEquals(log.known(10).map(({ timeMs }) => timeMs), [1_000, 1_000]);
  assertEquals(log.known(99).map(({ timeMs }) => timeMs), [1_000, 1_000]);
});

Deno.test("readNew() gives what stands for lost events the time of the next one", async () => {
  await using dir = await createStateDir();
  await Deno.writeTextFile(
    eventsPath(dir.stateDir),
    [1, 5].map((sequence) =>
      `{"sequence":${sequence},"time":"2020-01-01T00:00:0${sequence}.000Z"}\n`
    ).join(""),
  );
  using reader = openEventReader(dir.stateDir);

  const records = await reader.readNew();
  assertEquals(
    records.map(({ sequence, time }) => [sequence, time.slice(17, 19)]),
    [[1, "01"], [4, "05"], [5, "05"]],
  );
});

Deno.test("known() has no event before the first", () => {
  assertEquals(numbers(createEventLog().known()), []);
  assertEquals(numbers(createEventLog({ lastSequence: 7 }).known(7)), []);
  assertEquals(
    numbers(createEventLog({ lastSequence: 7 }).known(5)),
    ["lost 6-7"],
  );
});

Deno.test("follow() yields what is known, then what comes, and ends on abort", async () => {
  const log = createEventLog({ capacity: 2 });
  appendTo(log, 3);
  const controller = new AbortController();

  const events = log.follow(0, controller.signal);
  const seen = [await events.next(), await events.next()];
  const coming = events.next();
  appendTo(log, 1);
  seen.push(await coming);
  controller.abort();

  assertEquals(seen.map(({ value }) => value?.sequence), [2, 3, 4]);
  assertEquals((await events.next()).done, true);
});

Deno.test("follow() tells a reader that has fallen behind what it has lost", async () => {
  const log = createEventLog({ capacity: 3 });
  const controller = new AbortController();
  const events = log.follow(0, controller.signal);

  appendTo(log, 1);
  const first = await events.next();
  appendTo(log, 10);
  const later = [];
  for (let count = 0; count < 4; count++) later.push(await events.next());
  controller.abort();

  assertEquals(
    numbers([first, ...later].map(({ value }) => value)),
    [1, "lost 2-8", 9, 10, 11],
  );
});

Deno.test("eventRecord() names and orders the fields as documented", () => {
  const event: SupervisorEvent = {
    ...BODY,
    status: "exited",
    previous: "running",
    exitCode: 3,
    sequence: 5,
    timeMs: 0,
  };

  assertEquals(
    JSON.stringify(eventRecord(event)),
    '{"sequence":5,"time":"1970-01-01T00:00:00.000Z","type":"service_state","service":"a","state":"exited","previous":"running","restarts":0,"exitCode":3,"message":"started, pid 7"}',
  );
});

Deno.test("an event file goes on counting where the one before has ended", async () => {
  await using dir = await createStateDir();

  dir.write(2);
  dir.write(3);
  using reader = openEventReader(dir.stateDir);

  assertEquals(numbers(await reader.readNew()), [1, 2, 3, 4, 5]);
});

Deno.test("an event file keeps its last files, and counts on from a rotated one", async () => {
  await using dir = await createStateDir();
  const options = { maxBytes: 400, maxFiles: 2 };
  const path = eventsPath(dir.stateDir);

  dir.write(20, options);
  await Deno.writeTextFile(path, ""); // rotated, and killed before the first
  dir.write(1, options);
  using reader = openEventReader(dir.stateDir);

  // Two fit into a file: 17 and 18, while 19 and 20 have been emptied here.
  assertEquals(numbers(await reader.readNew()), [17, 18, 19]);
  const names = await Array.fromAsync(Deno.readDir(dir.stateDir));
  assertEquals(names.length, 2);
});

Deno.test("an event file leaves what was half written apart", async () => {
  await using dir = await createStateDir();
  const path = eventsPath(dir.stateDir);

  dir.write(2);
  await Deno.writeTextFile(path, '{"sequence":3,"ti', { append: true });
  dir.write(1);
  using reader = openEventReader(dir.stateDir);

  assertEquals(numbers(await reader.readNew()), [1, 2, 3]);
});

Deno.test("an event file tells once that it cannot be written, and goes on when it can", async () => {
  await using dir = await createStateDir();
  const reasons: string[] = [];
  const folder = join(dir.stateDir, "later");
  using file = openEventFile(folder, {
    onFailure: (reason) => reasons.push(reason),
  });
  const log = createEventLog({ record: file.write });

  appendTo(log, 2);
  await Deno.mkdir(folder);
  appendTo(log, 1);
  using reader = openEventReader(folder, 1);

  assertEquals(reasons.length, 1);
  assertMatch(reasons[0]!, /No such file/);
  assertEquals(numbers(await reader.readNew()), ["lost 2-2", 3]);
  assertEquals(numbers(log.known()), [1, 2, 3]);
});

Deno.test("readNew() goes on across rotations and supervisors", async () => {
  await using dir = await createStateDir();
  const options = { maxBytes: 1_000, maxFiles: 3 };
  using reader = openEventReader(dir.stateDir);

  const seen: (string | number)[] = [...numbers(await reader.readNew())];
  for (let round = 0; round < 10; round++) {
    dir.write(7, options);
    seen.push(...numbers(await reader.readNew()));
  }

  assertEquals(seen, Array.from({ length: 70 }, (_, index) => index + 1));
});

Deno.test("readNew() tells what it has lost to a rotation, to the event", async () => {
  await using dir = await createStateDir();
  const options = { maxBytes: 400, maxFiles: 2 };
  using reader = openEventReader(dir.stateDir);

  dir.write(1, options);
  const first = await reader.readNew();
  dir.write(20, options);

  assertEquals(numbers(first), [1]);
  // The file it had open is complete; of the others two are left.
  assertEquals(numbers(await reader.readNew()), [
    ...[2, "lost 3-18", 19, 20, 21],
  ]);
});

for (
  const [after, expected] of [
    [0, [1, 2, 3]],
    [2, [3]],
    [3, []],
    [9, ["lost 1-0", 1, 2, 3]],
  ] as const
) {
  Deno.test(`readNew() begins after ${after} of 3`, async () => {
    await using dir = await createStateDir();
    dir.write(3);
    using reader = openEventReader(dir.stateDir, after);

    assertEquals(numbers(await reader.readNew()), [...expected]);
  });
}

Deno.test("readNew() tells that the numbers have begun anew", async () => {
  await using dir = await createStateDir();
  dir.write(3);
  using reader = openEventReader(dir.stateDir);

  await reader.readNew();
  await Deno.remove(eventsPath(dir.stateDir));
  dir.write(2);
  const records = await reader.readNew();

  assertEquals(numbers(records), ["lost 1-0", 1, 2]);
  assertMatch(records[0]!.message, /begun anew/);
});
