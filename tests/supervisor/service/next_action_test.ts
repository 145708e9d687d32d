import { assertEquals } from "@std/assert";
import {
  NO_RESTARTS,
  type RestartPolicy,
} from "../../../runtime/process/restart_policy.ts";
import {
  type Action,
  type Circumstances,
  type Intent,
  type Memory,
  type Message,
  NO_MEMORY,
} from "../../../supervisor/service/decision.ts";
import { nextAction } from "../../../supervisor/service/next_action.ts";
import { detailOf } from "../../../supervisor/service/snapshot.ts";
import { nextState, type State } from "../../../supervisor/service/state.ts";
import { testDecisions } from "../../support/decision_table.ts";

const POLICY: RestartPolicy = {
  when: "always",
  delayMs: 100,
  maxDelayMs: 250,
  maxAttempts: undefined,
  windowMs: 60_000,
  resetAfterMs: 10_000,
};
const CIRCUMSTANCES: Circumstances = {
  policy: POLICY,
  atMs: 2_000,
  random: 0.5,
};
const PROCESS = { pid: 7, startedAtMs: 1_000 };
const KEEP: Intent = { type: "keep", isProbed: true };
const REST: Intent = { type: "rest" };
const START: Intent = { type: "start" };

/** Each state with each intent that goes with it. */
const SITUATIONS = {
  idle: [{ status: "pending" }, REST],
  waiting: [{ status: "pending", waitingFor: "b" }, START],
  starting: [{ status: "starting", ...PROCESS }, KEEP],
  running: [{ status: "running", ...PROCESS }, KEEP],
  healthy: [{ status: "healthy", ...PROCESS, healthySinceMs: 1_500 }, KEEP],
  unhealthy: [{ status: "unhealthy", ...PROCESS, reason: "is ill" }, KEEP],
  "stopping for good": [{ status: "stopping", ...PROCESS }, REST],
  "stopping for a start": [{ status: "stopping", ...PROCESS }, START],
  "stopping as unfit": [{ status: "stopping", ...PROCESS }, KEEP],
  "backing off": [
    { status: "backing_off", untilMs: 3_000, reason: "failed" },
    START,
  ],
  exited: [{ status: "exited", asked: true }, REST],
  failed: [{ status: "failed", reason: "failed" }, REST],
} satisfies Record<string, [State, Intent]>;

type Situation = keyof typeof SITUATIONS;

const ALL = Object.keys(SITUATIONS) as Situation[];
const UP: Situation[] = ["starting", "running", "healthy", "unhealthy"];
const STOPPING: Situation[] = [
  "stopping for good",
  "stopping for a start",
  "stopping as unfit",
];
const ALIVE = [...UP, ...STOPPING];
const DEAD = ALL.filter((each) => !ALIVE.includes(each));
const TO_START: Situation[] = ["waiting", "backing off"];
const OTHERS = ALL.filter((each) => !TO_START.includes(each));

const without = (some: readonly Situation[], ...others: Situation[]) =>
  some.filter((each) => !others.includes(each));
const silent = { words: "", isAdvice: false };
const ended: Message = {
  type: "ended",
  exit: { code: 1, signal: null },
  lastWords: silent,
  leftBehind: "",
};

/** What each message leads to: the states, the rest that is done, the intent. */
const TABLE: [Message, Record<string, readonly Situation[]>][] = [
  [{ type: "start" }, {
    "pending, await_dependencies; start": [
      "idle",
      "waiting",
      "backing off",
      "exited",
      "failed",
    ],
    "; start": STOPPING,
    "; keep": UP,
  }],
  [{ type: "stop" }, {
    "stopping, stop_process; rest": UP,
    "stop_process; rest": STOPPING,
    "exited; rest": ["idle", ...TO_START],
    "; rest": ["exited", "failed"],
  }],
  [{ type: "comes_due", dueMs: 1, words: "03:00" }, { "; as before": ALL }],
  [{ type: "waits", for: "c" }, {
    "pending; start": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "may_start" }, {
    "launch; start": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "due" }, {
    "launch; start": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "may_never_start", reason: "b is gone" }, {
    "failed; rest": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "launched", pid: 8, atMs: 1_990, isProbed: true }, {
    "starting; keep": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "launched", pid: 8, atMs: 1_990, isProbed: false }, {
    "running; keep": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "not_launched", why: "could not start" }, {
    "backing_off, await_time; start": TO_START,
    "; as before": OTHERS,
  }],
  [{ type: "probed", finding: { healthy: true } }, {
    "healthy; keep": ["starting", "unhealthy"],
    "; as before": without(ALL, "starting", "unhealthy"),
  }],
  [{ type: "probed", finding: { healthy: false, reason: "is silent" } }, {
    "unhealthy, stopping, stop_process; keep": ["starting", "healthy"],
    "stopping, stop_process; keep": ["running", "unhealthy"],
    "; as before": without(ALL, ...UP),
  }],
  [{ type: "passed_over", words: "busy" }, {
    "starting; keep": ["starting"],
    "healthy, note; keep": ["healthy"],
    "; as before": without(ALL, "starting", "healthy"),
  }],
  [{
    type: "over_limit",
    usage: { pid: 7, rssBytes: 2, limitBytes: 1 },
    reason: "used 2",
  }, {
    "note, stopping, stop_process; keep": UP,
    "; as before": without(ALL, ...UP),
  }],
  [{ type: "left_group" }, {
    "stopping; keep": UP,
    "; as before": without(ALL, ...UP),
  }],
  [ended, {
    "exited; rest": ["stopping for good"],
    "exited, pending, await_dependencies; start": ["stopping for a start"],
    "backing_off, await_time; start": [...UP, "stopping as unfit"],
    "; as before": DEAD,
  }],
  [{ ...ended, leftBehind: "left 1 process behind" }, {
    "note, exited; rest": ["stopping for good"],
    "note, exited, pending, await_dependencies; start": [
      "stopping for a start",
    ],
    "note, backing_off, await_time; start": [...UP, "stopping as unfit"],
    "; as before": DEAD,
  }],
  [{ ...ended, lastWords: { words: "Denied net", isAdvice: true } }, {
    "exited; rest": ["stopping for good"],
    "exited, pending, await_dependencies; start": ["stopping for a start"],
    "advise, backing_off, await_time; start": [...UP, "stopping as unfit"],
    "; as before": DEAD,
  }],
  [{ type: "unstoppable", words: "runs as root" }, {
    "failed; rest": ALIVE,
    "; as before": DEAD,
  }],
];

testDecisions("nextAction()", SITUATIONS, TABLE, CIRCUMSTANCES);

Deno.test("the table has a row for each message", () => {
  const types: Record<Message["type"], true> = {
    start: true,
    stop: true,
    "comes_due": true,
    waits: true,
    "may_start": true,
    "may_never_start": true,
    due: true,
    launched: true,
    "not_launched": true,
    "over_limit": true,
    probed: true,
    "passed_over": true,
    "left_group": true,
    ended: true,
    unstoppable: true,
  };

  const rows = new Set(TABLE.map(([{ type }]) => type));

  assertEquals([...rows].sort(), Object.keys(types).sort());
});

/** Deals with messages one after the other; returns what was told. */
function follow(
  messages: readonly [atMs: number, message: Message][],
  policy: Partial<RestartPolicy> = {},
) {
  let state: State = { status: "pending" };
  let memory: Memory = NO_MEMORY;
  let actions: readonly Action[] = [];
  const told: string[] = [];
  for (const [atMs, message] of messages) {
    ({ memory, actions } = nextAction(state, memory, message, {
      policy: { ...POLICY, ...policy },
      atMs,
      random: 0.5,
    }));
    for (const action of actions) {
      if (action.type === "change") state = nextState(state, action.event);
      if ("message" in action && action.message) told.push(action.message);
    }
  }
  return { state, memory, actions, told };
}

const launched = (atMs: number, isProbed = true): [number, Message] => [
  atMs,
  { type: "launched", pid: 7, atMs, isProbed },
];
const started: [number, Message][] = [
  [0, { type: "start" }],
  [0, { type: "may_start" }],
  launched(1_000),
];
const healthy: Message = { type: "probed", finding: { healthy: true } };
const unhealthy: Message = {
  type: "probed",
  finding: { healthy: false, reason: "is silent" },
};

Deno.test("nextAction() tells of a service's whole life in words", () => {
  const { told } = follow([
    [0, { type: "start" }],
    [0, { type: "waits", for: "b to be healthy" }],
    [0, { type: "may_start" }],
    launched(1_000),
    [1_250, healthy],
    [1_300, healthy],
    [1_400, { type: "passed_over", words: "busy: is silent" }],
    [1_500, { type: "passed_over", words: "busy: is silent" }],
    [1_600, healthy],
    [2_000, unhealthy],
    [2_100, ended],
    [2_100, { type: "due" }],
    launched(2_200),
    [2_300, { type: "stop" }],
    [2_400, { ...ended, exit: { code: 143, signal: "SIGTERM" } }],
  ]);

  assertEquals(told, [
    "waits for b to be healthy",
    "started, pid 7",
    "healthy after 250 ms",
    "busy: is silent",
    "answers again",
    "unhealthy: is silent",
    "is stopped because it is unhealthy",
    "was unhealthy: is silent; starts again at once",
    "started, pid 7",
    "is asked to stop",
    "was ended by SIGTERM",
  ]);
});

Deno.test("nextAction() says what a service was about to do when it is stopped", () => {
  const stop: [number, Message] = [2_200, { type: "stop" }];
  const [waiting, backingOff] = [
    follow([[0, { type: "start" }], stop]),
    follow([...started, [1_100, ended], stop]),
  ];

  assertEquals(waiting.told.at(-1), "stopped before it started");
  assertEquals(detailOf(waiting.state), "stopped before it started");
  assertEquals(backingOff.told.at(-1), "stopped before it started again");
  assertEquals(detailOf(backingOff.state), "stopped before it started again");
});

Deno.test("nextAction() leaves an unhealthy process alone with restart: no", () => {
  const ill = follow([...started, [1_100, unhealthy]], { when: "no" });
  const well = follow([...started, [1_100, unhealthy], [1_200, healthy]], {
    when: "no",
  });

  assertEquals(ill.state.status, "unhealthy");
  assertEquals(well.state.status, "healthy");
  assertEquals(well.memory.intent, {
    type: "keep",
    isProbed: true,
    healthySinceMs: 1_200,
  });
});

Deno.test("nextAction() counts as healthy the time until a process became unfit", () => {
  const { memory } = follow([
    ...started,
    [1_000, healthy],
    // Healthy for resetAfterMs, and ill for long after that.
    [1_000 + POLICY.resetAfterMs, unhealthy],
    [90_000, ended],
  ]);
  const { memory: tooShort } = follow([
    [0, { type: "start" }],
    [0, { type: "not_launched", why: "could not start" }],
    launched(1_000),
    [1_000, healthy],
    [1_000 + POLICY.resetAfterMs - 1, unhealthy],
    [90_000, ended],
  ]);

  assertEquals(memory.history.inARow, 1);
  assertEquals(tooShort.history.inARow, 2);
});

Deno.test("nextAction() takes what runs for a second without a healthcheck for healthy", () => {
  const after = (ranMs: number) =>
    follow([
      [0, { type: "start" }],
      launched(1_000, false),
      [1_000 + ranMs, ended],
    ]).actions.find(({ type }) => type === "await_time");

  assertEquals(after(999), { type: "await_time", delayMs: 50 });
  assertEquals(after(1_000), { type: "await_time", delayMs: 0 });
});

Deno.test("nextAction() gives the figures of an excess once, and fails for good of it", () => {
  const { state, told } = follow([
    ...started,
    [1_100, {
      type: "over_limit",
      usage: { pid: 7, rssBytes: 2, limitBytes: 1 },
      reason: "used 2 of 1",
    }],
    [1_200, { ...ended, exit: { code: 0, signal: null } }],
  ], { when: "no" });

  assertEquals(told.slice(-3), [
    "used 2 of 1",
    "is stopped because it is over its mem_limit",
    "was over its mem_limit",
  ]);
  assertEquals(state, {
    status: "failed",
    reason: "used 2 of 1",
    exit: { code: 0, signal: null },
  });
});

Deno.test("nextAction() says of what ended well and left others what to do about it", () => {
  const { told } = follow([
    ...started,
    [1_100, { type: "left_group" }],
    [1_200, { ...ended, exit: { code: 0, signal: null } }],
  ], { when: "no" });

  assertEquals(told.slice(-2), [
    "left processes behind",
    "exited with code 0; it left processes running: does it put itself into the background? Have it run in the foreground",
  ]);
});

Deno.test("nextAction() says of what a process failed, and keeps it as the reason", () => {
  const { state, told } = follow([
    ...started,
    [1_100, {
      ...ended,
      lastWords: { words: "Error: no such table", isAdvice: false },
    }],
  ], { when: "no" });

  assertEquals(told.at(-1), "exited with code 1: Error: no such table");
  assertEquals(state, {
    status: "exited",
    exit: { code: 1, signal: null },
    asked: false,
    reason: "exited with code 1: Error: no such table",
  });
});

Deno.test("nextAction() gives up what was restarted too often, and says how often", () => {
  const failing: [number, Message][] = [
    [1_000, { type: "not_launched", why: "could not start: no program" }],
    [1_000, { type: "due" }],
  ];
  const { state, memory } = follow([
    [0, { type: "start" }],
    ...failing,
    ...failing,
    [3_500, { type: "not_launched", why: "could not start: no program" }],
  ], { maxAttempts: 2 });

  assertEquals(state, {
    status: "failed",
    reason:
      "restarted 2 times within 2.5 s; the last time it could not start: no program",
  });
  assertEquals(memory.restarts, 2);
  assertEquals(memory.intent, REST);
});

Deno.test("nextAction() forgets earlier restarts when somebody asks for a start", () => {
  const { memory } = follow([
    [0, { type: "start" }],
    [0, { type: "not_launched", why: "could not start" }],
    [0, { type: "start" }],
  ]);

  assertEquals(memory.history, NO_RESTARTS);
});
