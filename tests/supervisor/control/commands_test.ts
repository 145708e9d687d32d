/**
 * The same commands, asked of a supervisor in this process and over the wire: who
 * asks cannot tell them apart.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Fault, UsageError } from "../../../runtime/program/errors.ts";
import { loadConfig } from "../../../supervisor/config/load_config.ts";
import {
  type Commands,
  connectControl,
  controlAddress,
  type WatchItem,
} from "../../../supervisor/control/client.ts";
import {
  eventFromWire,
  eventToWire,
} from "../../../supervisor/control/event_wire.ts";
import { localCommands } from "../../../supervisor/control/local_commands.ts";
import { serveControl } from "../../../supervisor/control/service.ts";
import { SupervisorService } from "../../../proto/supervisor/contract.ts";
import type { WatchRequest } from "../../../proto/types/supervisor/v1/WatchRequest.ts";
import type { WatchUpdate__Output } from "../../../proto/types/supervisor/v1/WatchUpdate.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { abortOnDispose } from "../../../runtime/program/abort.ts";
import {
  describeEvent,
  type EventBody,
  type SupervisorEvent,
} from "../../../supervisor/events/event.ts";
import { createSupervisor } from "../../../supervisor/supervisor.ts";
import { eventually } from "../../support/eventually.ts";
import { createWorkspace, runFixture } from "../../support/supervised.ts";

const SLEEP = { command: ["sleep", "1000"] };

/** A supervisor in this process, and its commands from both sides. */
async function bothSides(services: Record<string, unknown>) {
  await using cleanup = new AsyncDisposableStack();
  const workspace = cleanup.use(await createWorkspace(services));
  const path = join(workspace.folder, "config.yaml");
  const supervisor = cleanup.use(
    await createSupervisor(await loadConfig(path)),
  );
  const shutdown = Promise.withResolvers<void>();
  const local = localCommands(supervisor, shutdown.resolve);
  cleanup.use(await serveControl(supervisor, local));
  const remote = await connectControl(path);
  const held = cleanup.move();
  return {
    workspace,
    supervisor,
    shutdown: shutdown.promise,
    sides: [local, remote],
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Asks both sides, one after the other. */
async function ofBoth<T>(
  sides: readonly Commands[],
  ask: (commands: Commands) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  for (const commands of sides) answers.push(await ask(commands));
  return answers;
}

const states = (
  { services }: { services: readonly { name: string; status: string }[] },
) => services.map(({ name, status }) => `${name} ${status}`);

Deno.test("a supervisor whose folder is removed before it listens is reached once that is there again", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  const path = join(workspace.folder, "config.yaml");
  await using supervisor = await createSupervisor(await loadConfig(path));
  await Deno.remove(supervisor.config.stateDir, { recursive: true });
  await using _served = await serveControl(
    supervisor,
    localCommands(supervisor, () => {}),
  );
  const isRenewed = () =>
    [...supervisor.events.known(0)].some(({ type }) =>
      type === "state_renewed"
    );
  await eventually("the folder is there again", () => isRenewed());

  const control = await connectControl(path, { waitForReady: true });
  const { supervisorPid } = await control.list();

  assertEquals(supervisorPid, Deno.pid);
});

Deno.test("commands answer the same in this process and over the wire", async () => {
  await using both = await bothSides({ a: SLEEP, b: SLEEP });
  const { sides, workspace } = both;

  const started = await ofBoth(sides, (side) => side.start(["a", "b"]));
  const listed = await ofBoth(sides, (side) => side.list());
  const described = await ofBoth(sides, (side) => side.describe());
  const ready = await ofBoth(sides, (side) => side.wait(["a"]));
  const stopped = await ofBoth(sides, (side) => side.stop(["b"]));
  const restarted = await ofBoth(sides, (side) => side.restart(["a"]));
  await workspace.configure({ a: SLEEP, b: SLEEP, c: SLEEP });
  const dry = await ofBoth(sides, (side) => side.reload({ dryRun: true }));
  const scaled = await ofBoth(
    sides,
    (side) => side.scale(new Map([["a", 2]])),
  );

  assertEquals(
    started.map((services) => states({ services })),
    Array(2).fill(["a running", "b running"]),
  );
  assertEquals(listed.map(states), Array(2).fill(["a running", "b running"]));
  assertEquals(listed.map(({ supervisorPid }) => supervisorPid), [
    Deno.pid,
    Deno.pid,
  ]);
  assertEquals(described[0], described[1]);
  assertEquals(described[0]?.configPath, join(workspace.folder, "config.yaml"));
  assertEquals(
    described[0]?.services.map(({ service, program, sandboxed, restart }) => ({
      service,
      program,
      sandboxed,
      restart,
    })),
    ["a", "b"].map((service) => ({
      service,
      program: "sleep 1000",
      sandboxed: false,
      restart: "on-failure, at most 10 times in 60 s",
    })),
  );
  assertEquals(
    ready.map(({ late, failed }) => ({ late, failed })),
    Array(2).fill({ late: [], failed: false }),
  );
  assertEquals(
    stopped.map((services) => states({ services })),
    Array(2).fill(["b exited"]),
  );
  assertEquals(
    restarted.map((services) => states({ services })),
    Array(2).fill(["a running"]),
  );
  assertEquals(dry[0], dry[1]);
  assertEquals(
    dry[0]?.changes.map(({ service, change }) => `${service} ${change}`),
    ["a unchanged", "b unchanged", "c added"],
  );
  assertEquals(
    scaled.map(({ changes }) => changes.map(({ change }) => change)),
    [["changed"], ["unchanged"]],
  );
});

Deno.test("watch tells of what was before and of what comes, in this process and over the wire", async () => {
  await using both = await bothSides({
    talker: { command: ["sh", "-c", "echo hi; echo ho >&2; exec sleep 1000"] },
    other: { command: ["sh", "-c", "echo no; exec sleep 1000"] },
  });
  const { sides, supervisor } = both;
  const written = Promise.withResolvers<void>();
  using _listening = supervisor.onOutput(({ text }) => {
    if (text.includes("ho")) written.resolve();
  });
  await supervisor.start(["talker", "other"]);
  await written.promise;

  const told = await ofBoth(sides, async (side) => {
    using over = abortOnDispose();
    const seen: string[] = [];
    const statuses = new Set<string>();
    let isStopped = false;
    for await (const update of side.watch(["talker"], over.signal)) {
      for (const service of update.services ?? []) {
        statuses.add(`${service.name} ${service.status}`);
      }
      seen.push(...update.items.map(inWords));
      if (statuses.has("talker exited")) break;
      if (isStopped || !seen.includes("talker stderr ho\n")) continue;
      // From here on it is told as it happens.
      isStopped = true;
      await supervisor.stop(["talker"]);
    }
    await supervisor.start(["talker"]);
    return { seen, statuses: [...statuses] };
  });

  for (const { seen, statuses } of told) {
    assert(seen.includes("talker stdout hi\n"), seen.join());
    assert(seen.includes("talker: was ended by SIGTERM"), seen.join());
    assert(!seen.some((words) => words.startsWith("other")), seen.join());
    assertEquals([statuses[0], statuses.at(-1)], [
      "talker running",
      "talker exited",
    ]);
  }
  const newOnly = await ofBoth(sides, async (side) => {
    using over = abortOnDispose();
    for await (
      const { items, services } of side.watch([], over.signal, {
        newOnly: true,
      })
    ) {
      return { items: items.length, services: services?.length };
    }
    return undefined;
  });
  assertEquals(newOnly, Array(2).fill({ items: 0, services: 2 }));
  const refused = await ofBoth(
    sides,
    async (side) =>
      (await assertRejects(async () => {
        using over = abortOnDispose();
        for await (const _ of side.watch(["tallker"], over.signal));
      }, UsageError)).message,
  );
  assertEquals(
    refused,
    Array(2).fill(
      'Cannot find service "tallker" in config.yaml; did you mean "talker"?',
    ),
  );
});

Deno.test("watch sends one update for each request, and joins what comes meanwhile", async () => {
  await using both = await bothSides({ a: SLEEP });
  const { supervisor } = both;
  await supervisor.start(["a"]);
  const address = await controlAddress(supervisor.config.stateDir);
  const { token } = supervisor;
  const control = connect(address, { name: "the supervisor", token });
  using over = abortOnDispose();
  const stream = control.duplex(SupervisorService.Watch, over);
  const updates = stream.incoming[Symbol.asyncIterator]();
  const ask = async (request: WatchRequest = {}) => {
    stream.send(request);
    const update: WatchUpdate__Output = (await updates.next()).value;
    const { items, services } = update;
    return {
      messages: items.map(({ event }) => event?.message),
      states: services.map(({ status }) => status),
    };
  };

  const first = await ask({ newOnly: true });
  await supervisor.stop(["a"]);
  const second = await ask();

  assertEquals(first, { messages: [], states: ["RUNNING"] });
  assertEquals(second, {
    messages: ["is asked to stop", "was ended by SIGTERM"],
    states: ["EXITED"],
  });
});

function inWords(item: WatchItem): string {
  return item.type === "output"
    ? `${item.chunk.name} ${item.chunk.stream} ${item.chunk.text}`
    : describeEvent(item.event);
}

Deno.test("commands refuse the same in this process and over the wire", async () => {
  await using both = await bothSides({
    stubborn: {
      command: runFixture("ignores_sigterm.ts"),
      "stop_grace_period": "1s",
    },
  });
  const { sides, supervisor } = both;
  // It says so once it ignores the signal, each time it is started.
  const ready = () => {
    const said = Promise.withResolvers<void>();
    const listening = supervisor.onOutput(({ text }) => {
      if (text.includes("ready")) said.resolve();
    });
    return said.promise.finally(() => listening[Symbol.dispose]());
  };
  let isReady = ready();
  await sides[0]!.start(["stubborn"]);

  const refused = await ofBoth(
    sides,
    async (side) =>
      (await assertRejects(() => side.stop(["nosuch"]), UsageError)).message,
  );
  const late = await ofBoth(sides, async (side) => {
    await isReady;
    isReady = ready();
    const error = await assertRejects(
      () => side.restart(["stubborn"], { waitMs: 100 }),
      Fault,
    );
    return { code: error.code, message: error.message };
  });

  assertEquals(refused[0], refused[1]);
  assertEquals(
    late,
    Array(2).fill({
      code: "timed_out",
      message: "Cannot restart within 100 ms: it is not over yet",
    }),
  );
});

Deno.test("events are the same in this process and over the wire, and end quietly", async () => {
  await using both = await bothSides({ a: SLEEP });
  const { sides } = both;
  await sides[0]!.start(["a"]);
  await sides[0]!.stop(["a"]);

  const followed = await ofBoth(sides, async (side) => {
    const over = new AbortController();
    const events: SupervisorEvent[] = [];
    for await (const event of side.events(0, over.signal)) {
      events.push(event);
      if ("status" in event && event.status === "exited") over.abort();
    }
    return events;
  });

  assertEquals(followed[0], followed[1]);
  assertEquals(followed[0]?.map(({ type }) => type), [
    "supervisor_started",
    ...Array(3).fill("service_state"),
  ]);
});

Deno.test("shutdown() answers with the pid, and asks for the end", async () => {
  await using both = await bothSides({ a: SLEEP });

  const pids = await ofBoth(both.sides, (side) => side.shutdown());
  await both.shutdown;

  assertEquals(pids, [Deno.pid, Deno.pid]);
});

Deno.test("a service that was denied a right has a hint, until it runs well", async () => {
  await using both = await bothSides({
    denied: {
      command: [
        "sh",
        "-c",
        `test -e fine && exec sleep 1000; echo 'Requires net access to "127.0.0.1:9", run again with the --allow-net flag' >&2; exit 1`,
      ],
      restart: "no",
    },
  });
  const { sides, workspace } = both;
  const hint =
    "Denied net to 127.0.0.1:9: add --allow-net=127.0.0.1:9 to services.denied.command";

  await sides[0]!.start(["denied"]);
  await sides[0]!.wait(["denied"]);
  const hints = await ofBoth(
    sides,
    async (side) => (await side.list()).services.map(({ hint }) => hint),
  );
  await Deno.writeTextFile(join(workspace.folder, "fine"), "");
  await sides[0]!.start(["denied"]);
  const [after] = (await sides[1]!.list()).services;

  assertEquals(hints, [[hint], [hint]]);
  assertEquals([after?.status, after?.hint], ["running", undefined]);
});

Deno.test("a hint stays where a service is denied the same again and again", async () => {
  await using both = await bothSides({
    denied: {
      command: [
        "sh",
        "-c",
        `sleep 2; echo 'Requires net access to "127.0.0.1:9", run again with the --allow-net flag' >&2; exit 1`,
      ],
      restart: "always",
    },
  });
  const [side] = both.sides;

  await side!.start(["denied"]);
  let hint: string | undefined;
  await eventually("it runs again", async () => {
    const [denied] = (await side!.list()).services;
    hint = denied?.hint;
    return denied?.status === "running" && denied.restarts > 0;
  });

  assertMatch(hint ?? "", /^Denied net to 127\.0\.0\.1:9: /);
});

const EVENTS: EventBody[] = [
  {
    type: "service_state",
    service: "a",
    status: "backing_off",
    previous: "running",
    pid: 7,
    restarts: 2,
    exitCode: 137,
    signal: "SIGKILL",
    asked: false,
    crashLoop: 10,
  },
  {
    type: "service_state",
    service: "a",
    status: "running",
    previous: "pending",
    restarts: 0,
  },
  { type: "service_restarting", service: "a", cause: "source" },
  {
    type: "memory_exceeded",
    service: "a",
    pid: 7,
    rssBytes: 2,
    limitBytes: 1,
  },
  { type: "source_broken", service: "a" },
  { type: "run_skipped", service: "a", dueMs: 1_700_000_000_000 },
  {
    type: "runs_missed",
    service: "a",
    runs: 3,
    dueMs: 1_700_000_000_000,
  },
  {
    type: "service_state",
    service: "a",
    status: "scheduled",
    previous: "running",
    restarts: 0,
    exitCode: 0,
  },
  { type: "service_note", service: "a" },
  { type: "config_reloaded", services: ["a", "b"] },
  { type: "config_reloaded", services: [] },
  { type: "output_lost", service: "a", output: "log", lines: 3 },
  { type: "output_lost", output: "standard error", lines: 0 },
  { type: "service_scaled", service: "a", replicas: 2 },
  { type: "supervisor_started", pid: 7 },
  { type: "state_renewed" },
  { type: "supervisor_stopping" },
  { type: "supervisor_stopped" },
  { type: "events_lost", from: 5 },
];

Deno.test("eventFromWire() reads what eventToWire() writes, of each type", () => {
  const { responseSerialize, responseDeserialize } =
    SupervisorService.WatchEvents;
  const events = EVENTS.map((body, index): SupervisorEvent => ({
    ...body,
    sequence: index + 1,
    timeMs: 1_700_000_000_000,
    message: "words",
  }));

  const read = events.map((event) =>
    eventFromWire(responseDeserialize(responseSerialize(eventToWire(event))))
  );

  assertEquals(read, events);
});
