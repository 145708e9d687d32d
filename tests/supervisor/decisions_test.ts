import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { permissionFlags } from "../../runtime/process/permission_flags.ts";
import {
  type EndedRun,
  nextStep,
  NO_RESTARTS,
  type RestartHistory,
  type RestartPolicy,
} from "../../runtime/process/restart_policy.ts";
import { commandLine } from "../../runtime/process/command_line.ts";
import {
  dependentsOf,
  findCircle,
  inProfiles,
  withDependencies,
} from "../../supervisor/config/dependency_order.ts";
import {
  isAtRest,
  isUp,
  nextState,
  type State,
  type StateEvent,
} from "../../supervisor/service/state.ts";

const POLICY: RestartPolicy = {
  when: "always",
  delayMs: 100,
  maxDelayMs: 250,
  maxAttempts: 4,
  windowMs: 60_000,
  resetAfterMs: 10_000,
};

Deno.test("permissionFlags() gives no flag for an empty list, and never a bare one", () => {
  const flags = permissionFlags({
    net: [],
    read: false,
    write: ["/a", "/b,c"],
  });

  assertEquals(flags, [
    "--no-prompt",
    "--ignore-env",
    "--allow-write=/a,/b,,c",
  ]);
});

Deno.test("permissionFlags() allows everything of a kind only for true", () => {
  assertEquals(permissionFlags({ net: true, env: true }), [
    "--no-prompt",
    "--allow-net",
    "--allow-env",
  ]);
});

Deno.test("commandLine() lets a script read the variables that are set for it", () => {
  const { args } = commandLine({
    workingDir: "/work",
    runs: {
      kind: "script",
      script: "/work/a/main.ts",
      args: ["--x"],
      permissions: { env: ["HOME"] },
    },
  }, ["MODE"]);

  assertEquals(args, [
    "run",
    "--cached-only",
    "--no-prompt",
    "--ignore-env",
    "--allow-env=HOME,MODE,DENIZEN_*",
    "a/main.ts",
    "--x",
  ]);
});

/** The history of so many failures in a row, at these times at last. */
function failedAt(...failedAtMs: number[]): RestartHistory {
  const failures = failedAtMs.length;
  return { inARow: failures, failures, failedAtMs };
}

/** Lives through so many runs that go alike; returns what follows each. */
function live(
  policy: RestartPolicy,
  run: Omit<EndedRun, "atMs">,
  runs: number,
) {
  let history = NO_RESTARTS;
  return Array.from({ length: runs }, (_, index) => {
    const step = nextStep(policy, { ...run, atMs: index }, history, 0.999);
    if (step.action === "restart") ({ history } = step);
    return step;
  });
}

Deno.test("nextStep() restarts at once what had been healthy, then waits longer and longer", () => {
  const run = { success: false, healthyMs: 1_000 };
  const delays = live({ ...POLICY, maxAttempts: undefined }, run, 5)
    .map((step) => step.action === "restart" ? step.delayMs : step.action);

  assertEquals(delays, [0, 100, 200, 250, 250]);
});

Deno.test("nextStep() makes what never was healthy wait the first time, too", () => {
  const run = { success: false, healthyMs: undefined, atMs: 5_000 };

  assertEquals(nextStep(POLICY, run, NO_RESTARTS, 0.5), {
    action: "restart",
    delayMs: 50,
    history: failedAt(5_000),
  });
});

Deno.test("nextStep() gives up after too many restarts within the window", () => {
  const run = { success: false, healthyMs: undefined, atMs: 5_000 };
  const history = failedAt(1_000, 2_000, 3_000, 4_000);

  assertEquals(nextStep(POLICY, run, history, 1), {
    action: "give_up",
    restarts: 4,
    withinMs: 4_000,
  });
});

Deno.test("nextStep() forgets restarts that are older than the window, but not how long to wait", () => {
  const run = { success: false, healthyMs: undefined, atMs: 61_500 };
  const history = failedAt(1_000, 2_000, 3_000, 4_000);

  assertEquals(nextStep(POLICY, run, history, 1), {
    action: "restart",
    delayMs: 250,
    history: {
      inARow: 5,
      failures: 5,
      failedAtMs: [2_000, 3_000, 4_000, 61_500],
    },
  });
});

Deno.test("nextStep() forgets all restarts once it was healthy for long enough", () => {
  const run = { success: false, healthyMs: 10_000, atMs: 20_000 };

  assertEquals(nextStep(POLICY, run, failedAt(1, 2, 3, 4), 1), {
    action: "restart",
    delayMs: 0,
    history: failedAt(20_000),
  });
});

Deno.test("nextStep() finishes as `restart` says", () => {
  const policies = ["no", "on-failure", "always", "unless-stopped"] as const;
  const table = policies.flatMap((when) =>
    [true, false].map((success) => {
      const run = { success, healthyMs: undefined, atMs: 0 };
      const { action } = nextStep({ ...POLICY, when }, run, NO_RESTARTS, 0);
      return [when, success, action];
    })
  );

  assertEquals(table, [
    ["no", true, "finish"],
    ["no", false, "finish"],
    ["on-failure", true, "finish"],
    ["on-failure", false, "restart"],
    ["always", true, "restart"],
    ["always", false, "restart"],
    ["unless-stopped", true, "restart"],
    ["unless-stopped", false, "restart"],
  ]);
});

for (const when of ["always", "unless-stopped"] as const) {
  Deno.test(`nextStep() never gives up with ${when}, waits no longer than max_delay, and tells of the crash loop`, () => {
    const steps = live(
      { ...POLICY, when, maxAttempts: undefined },
      { success: false, healthyMs: undefined },
      5_000,
    );

    assertEquals(steps.filter(({ action }) => action !== "restart"), []);
    const [tenth, eleventh, last] = [steps[9], steps[10], steps.at(-1)]
      .map((step) =>
        step?.action === "restart" ? [step.delayMs, step.crashLoop] : step
      );
    assertEquals(tenth, [250, undefined]);
    assertEquals(eleventh, [250, 10]);
    assertEquals(last, [250, 4_999]);
  });
}

Deno.test("nextStep() gives up with on-failure after 10 restarts, with others as max_attempts says", () => {
  const run = { success: false, healthyMs: undefined };
  const attempts = [
    { ...POLICY, when: "on-failure" as const, maxAttempts: undefined },
    { ...POLICY, when: "always" as const, maxAttempts: 3 },
  ].map((policy) =>
    live(policy, run, 20).findIndex(({ action }) => action === "give_up")
  );

  assertEquals(attempts, [10, 3]);
});

Deno.test("nextStep() counts no clean end as a failure, and makes a job that works wait no longer each time", () => {
  const always = { ...POLICY, when: "always" as const };
  const delays = (healthyMs: number | undefined) =>
    live(always, { success: true, healthyMs }, 50).map((step) =>
      step.action === "restart" && step.crashLoop === undefined
        ? step.delayMs
        : step
    );

  assertEquals(delays(3_000), Array(50).fill(0));
  // One that ends well at once would spin.
  assertEquals(delays(undefined).slice(0, 6), [100, 100, 200, 250, 250, 250]);
  assertEquals(new Set(delays(undefined).slice(3)), new Set([250]));
});

Deno.test("nextStep() never waits longer than the longest delay", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 50_000 }), { maxLength: 3 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (restartedAt, random) => {
      const run = { success: false, healthyMs: undefined, atMs: 50_000 };
      const step = nextStep(POLICY, run, failedAt(...restartedAt), random);
      return step.action === "restart" && step.delayMs >= 0 &&
        step.delayMs <= POLICY.maxDelayMs;
    },
  ));
});

const ALIVE = { pid: 7, startedAtMs: 1 };

Deno.test("nextState() follows a service through its life", () => {
  const events: StateEvent[] = [
    { type: "waits", for: "b to be healthy" },
    { type: "spawned", pid: 7, atMs: 1, probed: true },
    { type: "probe_passed", atMs: 2 },
    { type: "probe_failed", reason: "no answer" },
    { type: "stop_began" },
    { type: "backs_off", untilMs: 9, reason: "was unhealthy" },
    { type: "spawned", pid: 8, atMs: 9, probed: false },
    { type: "stop_began" },
    { type: "ended", exit: { code: 0, signal: null }, asked: true },
  ];
  const states: State[] = [{ status: "pending" }];
  for (const event of events) states.push(nextState(states.at(-1)!, event));

  assertEquals(states.map(({ status }) => status), [
    "pending",
    "pending",
    "starting",
    "healthy",
    "unhealthy",
    "stopping",
    "backing_off",
    "running",
    "stopping",
    "exited",
  ]);
});

Deno.test("nextState() keeps what a check found that does not count, until one passes", () => {
  const healthy: State = { status: "healthy", ...ALIVE, healthySinceMs: 2 };
  const words = "busy: no answer, and it works";
  const busy = nextState(healthy, { type: "probe_passed_over", words });
  const again = nextState(busy, { type: "probe_passed", atMs: 9 });

  assertEquals(busy, { ...healthy, trouble: words });
  assertEquals(again, healthy);
  assertEquals(nextState(again, { type: "probe_passed", atMs: 10 }), again);
});

Deno.test("nextState() is not changed by what comes too late", () => {
  const states: State[] = [
    { status: "stopping", ...ALIVE },
    { status: "exited", asked: true },
    { status: "failed", reason: "crash loop" },
    { status: "backing_off", untilMs: 1, reason: "" },
  ];
  const late: StateEvent[] = [
    { type: "probe_passed", atMs: 5 },
    { type: "probe_failed", reason: "no answer" },
    { type: "stop_began" },
  ];

  for (const state of states) {
    for (const event of late) assertEquals(nextState(state, event), state);
  }
});

Deno.test("isAtRest() and isUp() exclude each other", () => {
  const states: State[] = [
    { status: "pending" },
    { status: "pending", waitingFor: "" },
    { status: "starting", ...ALIVE },
    { status: "running", ...ALIVE },
    { status: "healthy", ...ALIVE, healthySinceMs: 2 },
    { status: "exited", asked: false },
    { status: "failed", reason: "" },
  ];

  assertEquals(states.map((state) => [isAtRest(state), isUp(state)]), [
    [true, false],
    [false, false],
    [false, false],
    [false, true],
    [false, true],
    [true, false],
    [true, false],
  ]);
});

Deno.test("withDependencies() puts each service after what it depends on", () => {
  const graph = new Map([
    ["client", ["server"]],
    ["server", ["broker"]],
    ["broker", []],
    ["other", []],
  ]);

  assertEquals(withDependencies(graph, ["client"]), [
    "broker",
    "server",
    "client",
  ]);
  assertEquals(dependentsOf(graph).get("broker"), ["server"]);
});

Deno.test("findCircle() finds a circle in any graph, or none in an ordered one", () => {
  const names = ["a", "b", "c", "d", "e"];
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 12 }),
    (pairs) => {
      const ordered = new Map(names.map((name, index) => [
        name,
        pairs.filter(([from, to]) => from === index && to < from)
          .map(([, to]) => names[to]!),
      ]));
      return findCircle(ordered) === undefined;
    },
  ));
  assertEquals(
    findCircle(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])),
    ["b", "c", "b"],
  );
});

Deno.test("inProfiles() leaves out what belongs to other profiles", () => {
  const services = [
    { name: "a", profiles: [] },
    { name: "b", profiles: ["polyglot"] },
    { name: "c", profiles: ["debug", "polyglot"] },
  ];

  assertEquals(inProfiles(services, []), ["a"]);
  assertEquals(inProfiles(services, ["debug"]), ["a", "c"]);
});
