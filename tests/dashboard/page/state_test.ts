import { assertEquals } from "@std/assert";
import {
  NOTHING,
  type Received,
  received,
  type State,
  USAGE_MS,
} from "../../../dashboard/page/state.ts";
import type {
  LogLine,
  RunRecord,
  RunSample,
  ServiceState,
} from "../../../dashboard/wire.ts";

Deno.test("received() takes what there is, then each change of it", () => {
  const after = all(
    services({ kind: "snapshot", ...SUPERVISED, services: [service("web")] }),
    services({ kind: "states", services: [service("web"), service("broker")] }),
    services({ kind: "supervisor", supervisor: { up: false, notes: [] } }),
  );

  assertEquals(after.services?.services.map(({ name }) => name), [
    "web",
    "broker",
  ]);
  assertEquals(after.services?.supervisor.up, false);
});

Deno.test("received() adds a value a second, a gap for who has none, and forgets old ones", () => {
  const after = all(
    services({
      kind: "snapshot",
      ...SUPERVISED,
      services: [],
      usage: {
        web: {
          timesMs: [1, 2],
          cpu: [1, 2],
          rssBytes: [1, 2],
          restartsMs: [1],
        },
      },
    }),
    services({
      kind: "usage",
      timeMs: 2 + USAGE_MS - 1,
      usage: { broker: { cpu: 5, rssBytes: null } },
    }),
  );

  assertEquals(after.services?.usage, {
    web: {
      timesMs: [2, 1 + USAGE_MS],
      cpu: [2, null],
      rssBytes: [2, null],
      restartsMs: [],
    },
    broker: {
      timesMs: [1 + USAGE_MS],
      cpu: [5],
      rssBytes: [null],
      restartsMs: [],
    },
  });
});

Deno.test("received() marks a service that was started again by itself", () => {
  const after = all(
    services({ kind: "snapshot", ...SUPERVISED, services: [service("web")] }),
    services({
      kind: "states",
      services: [{ ...service("web"), restarts: 1, startedMs: 77 }],
    }),
  );

  assertEquals(after.services?.usage["web"]?.restartsMs, [77]);
});

Deno.test("received() keeps lines in a row: what came before a gap goes", () => {
  const { logs } = all(
    {
      topic: "logs",
      message: { kind: "snapshot", first: 0, next: 1, names: ["a"] },
    },
    lines(0, line(1, "a")),
    lines(0, line(2, "b")),
  );
  assertEquals(logs?.lines.map(({ n }) => n), [1, 2]);
  assertEquals([logs?.next, logs?.names, logs?.snapshots], [3, ["a", "b"], 1]);

  const later =
    received({ ...NOTHING, logs: logs! }, lines(40, line(43, "a"))).logs;

  assertEquals(later?.lines.map(({ n }) => n), [43]);
  assertEquals(later?.snapshots, 2);
});

Deno.test("received() shows of two runs that which began last, and when the other was told of", () => {
  const later = { ...run("r2"), startedMs: 5 };
  const told = (of: RunRecord): Received => ({
    topic: "runs",
    message: { kind: "run", run: of },
  });
  const { runs } = all(
    told(run("r1")),
    told(later),
    told(run("r1")),
    sample("r1", 7),
    sample("r2", 1_000),
    sample("r2", 1_010),
  );
  const after = all(
    told({ ...later, endedMs: 9 }),
    told({ ...run("r0"), endedMs: 8 }),
    told(run("r1")),
  );

  assertEquals(runs?.current?.id, "r2");
  assertEquals(runs?.current?.samples.map(({ timeMs }) => timeMs), [1_010]);
  assertEquals(runs?.others, { r1: 7 });
  assertEquals(after.runs?.current?.id, "r1");
});

Deno.test("received() adds samples to the run they are of, and to no other", () => {
  const after = all(
    {
      topic: "runs",
      message: { kind: "snapshot", runs: [], current: run("r1") },
    },
    sample("r1", 1),
    sample("r0", 2),
    {
      topic: "runs",
      message: { kind: "run", run: { ...run("r1"), phase: "finished" } },
    },
  );

  assertEquals(after.runs?.current?.phase, "finished");
  assertEquals(after.runs?.current?.samples.map(({ timeMs }) => timeMs), [1]);
});

Deno.test("received() keeps the newest of too many samples, and thins the others", () => {
  const many = Array.from(
    { length: 601 },
    (_, at) => sample("r1", at * 1_000),
  );
  const samples = all(
    {
      topic: "runs",
      message: { kind: "snapshot", runs: [], current: run("r1") },
    },
    ...many,
  ).runs?.current?.samples ?? [];

  assertEquals(samples.length, 301);
  assertEquals([samples[1]?.timeMs, samples.at(-1)?.timeMs], [2_000, 600_000]);
});

const SUPERVISED = {
  supervisor: { up: true, notes: [] },
  descriptions: [],
  usage: {},
};

function all(...messages: Received[]): State {
  return messages.reduce(received, NOTHING);
}

function services(
  message: (Received & { topic: "services" })["message"],
): Received {
  return { topic: "services", message };
}

function lines(skipped: number, ...some: LogLine[]): Received {
  return {
    topic: "logs",
    message: { kind: "lines", lines: some, skipped, first: 0 },
  };
}

function sample(id: string, timeMs: number): Received {
  const sample: RunSample = {
    timeMs,
    sentEvents: 0,
    committedEvents: 0,
    doneBytes: 0,
    stages: {},
  };
  return { topic: "runs", message: { kind: "sample", id, sample } };
}

function line(n: number, name: string): LogLine {
  return { n, name, stream: "stdout", timeMs: n, text: "" };
}

function service(name: string): ServiceState {
  return {
    name,
    service: name,
    status: "healthy",
    restarts: 0,
    detail: "",
    notes: [],
  };
}

function run(id: string): RunRecord {
  return {
    id,
    pid: 1,
    title: "",
    startedMs: 0,
    phase: "running",
    batch: "auto",
    inputBytes: 0,
    recoveries: 0,
    swaps: 0,
    processes: [],
    events: [],
    samples: [],
    fromEvent: 0,
    stages: {},
    complete: false,
  };
}
