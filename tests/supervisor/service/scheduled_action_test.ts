import { assertEquals } from "@std/assert";
import type { RestartPolicy } from "../../../runtime/process/restart_policy.ts";
import {
  type Circumstances,
  type Memory,
  type Message,
  NO_MEMORY,
} from "../../../supervisor/service/decision.ts";
import { nextAction } from "../../../supervisor/service/next_action.ts";
import { nextState, type State } from "../../../supervisor/service/state.ts";
import {
  type DecisionTable,
  type SituationOf,
  testDecisions,
} from "../../support/decision_table.ts";

const POLICY: RestartPolicy = {
  when: "no",
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
  nextRun: () => "04:00",
};
const PROCESS = { pid: 7, startedAtMs: 1_000 };

/** Each state of a service with a schedule, with each intent that goes with it. */
const SITUATIONS = {
  idle: [{ status: "pending" }, { type: "rest" }],
  scheduled: [{ status: "scheduled" }, { type: "schedule" }],
  waiting: [{ status: "pending", waitingFor: "b" }, { type: "start" }],
  running: [{ status: "running", ...PROCESS }, {
    type: "keep",
    isProbed: false,
  }],
  "stopping for good": [{ status: "stopping", ...PROCESS }, { type: "rest" }],
  "stopping until due": [{ status: "stopping", ...PROCESS }, {
    type: "schedule",
  }],
  "stopping for a run": [{ status: "stopping", ...PROCESS }, { type: "start" }],
  "stopping as unfit": [{ status: "stopping", ...PROCESS }, {
    type: "keep",
    isProbed: true,
    unfit: { why: "is ill", atMs: 1_500 },
  }],
  "backing off": [
    { status: "backing_off", untilMs: 3_000, reason: "failed" },
    { type: "start" },
  ],
  exited: [{ status: "exited", asked: true }, { type: "rest" }],
  failed: [{ status: "failed", reason: "runs as root" }, { type: "rest" }],
} satisfies Record<string, SituationOf>;

type Situation = keyof typeof SITUATIONS;

const ALL = Object.keys(SITUATIONS) as Situation[];
const AT_REST: Situation[] = ["idle", "exited", "failed"];
const STOPPING: Situation[] = [
  "stopping for good",
  "stopping until due",
  "stopping for a run",
  "stopping as unfit",
];
const ALIVE: Situation[] = ["running", ...STOPPING];
const TO_START: Situation[] = ["waiting", "backing off"];
const without = (...others: Situation[]) =>
  ALL.filter((each) => !others.includes(each));

const ended: Message = {
  type: "ended",
  exit: { code: 0, signal: null },
  lastWords: { words: "", isAdvice: false },
  leftBehind: "",
};
const failed: Message = { ...ended, exit: { code: 1, signal: null } };

const TABLE: DecisionTable<Situation> = [
  [{ type: "start" }, {
    "scheduled; schedule": AT_REST,
    "; schedule": ["scheduled", "stopping for good", "stopping until due"],
    "pending, await_dependencies; start": TO_START,
    "; start": ["stopping for a run"],
    "; keep": ["running", "stopping as unfit"],
  }],
  [{ type: "start", now: true }, {
    "pending, await_dependencies; start": [
      ...AT_REST,
      "scheduled",
      ...TO_START,
    ],
    "; start": STOPPING,
    "; keep": ["running"],
  }],
  [{ type: "stop" }, {
    "exited; rest": ["idle", "scheduled", ...TO_START],
    "stopping, stop_process; rest": ["running"],
    "stop_process; rest": STOPPING,
    "; rest": ["exited", "failed"],
  }],
  [{ type: "comes_due", dueMs: 1, words: "03:00" }, {
    "pending, await_dependencies; start": ["scheduled", "backing off"],
    "note; as before": [
      "waiting",
      "running",
      "stopping until due",
      "stopping for a run",
      "stopping as unfit",
    ],
    "; rest": [...AT_REST, "stopping for good"],
  }],
  [{ type: "may_start" }, {
    "launch; start": TO_START,
    "; as before": without(...TO_START),
  }],
  [{ type: "may_never_start", reason: "b has failed" }, {
    "scheduled; schedule": TO_START,
    "; as before": without(...TO_START),
  }],
  [{ type: "not_launched", why: "could not start" }, {
    "scheduled; schedule": TO_START,
    "; as before": without(...TO_START),
  }],
  [{ type: "launched", pid: 8, atMs: 1_990, isProbed: false }, {
    "running; keep": TO_START,
    "; as before": without(...TO_START),
  }],
  [ended, {
    "scheduled; schedule": [
      "running",
      "stopping as unfit",
      "stopping until due",
    ],
    "exited; rest": ["stopping for good"],
    "exited, pending, await_dependencies; start": ["stopping for a run"],
    "; as before": without(...ALIVE),
  }],
  [{ type: "unstoppable", words: "runs as root" }, {
    "failed; rest": ALIVE,
    "; as before": without(...ALIVE),
  }],
];

testDecisions("nextAction() of a schedule", SITUATIONS, TABLE, CIRCUMSTANCES);

testDecisions(
  "nextAction() of a schedule with restart: on-failure",
  SITUATIONS,
  [
    [failed, {
      "backing_off, await_time; start": ["running", "stopping as unfit"],
      "scheduled; schedule": ["stopping until due"],
      "exited; rest": ["stopping for good"],
      "exited, pending, await_dependencies; start": ["stopping for a run"],
      "; as before": without(...ALIVE),
    }],
    [ended, {
      "backing_off, await_time; start": ["stopping as unfit"],
      "scheduled; schedule": ["running", "stopping until due"],
      "exited; rest": ["stopping for good"],
      "exited, pending, await_dependencies; start": ["stopping for a run"],
      "; as before": without(...ALIVE),
    }],
  ],
  { ...CIRCUMSTANCES, policy: { ...POLICY, when: "on-failure" } },
);

const { nextRun: _, ...withoutSchedule } = CIRCUMSTANCES;

testDecisions(
  "nextAction() once the schedule is taken away",
  {
    scheduled: SITUATIONS.scheduled,
    "stopping until due": SITUATIONS["stopping until due"],
  },
  [
    [{ type: "start" }, {
      "pending, await_dependencies; start": ["scheduled"],
      "; start": ["stopping until due"],
    }],
    [{ type: "stop" }, {
      "exited; rest": ["scheduled"],
      "stop_process; rest": ["stopping until due"],
    }],
    [ended, {
      "exited; rest": ["stopping until due"],
      "; schedule": ["scheduled"],
    }],
  ],
  withoutSchedule,
);

/** Deals with messages one after the other; returns what was told. */
function follow(
  messages: readonly Message[],
  policy: Partial<RestartPolicy> = {},
): { state: State; told: string[] } {
  let state: State = { status: "pending" };
  let memory: Memory = NO_MEMORY;
  const told: string[] = [];
  for (const message of messages) {
    const decision = nextAction(state, memory, message, {
      ...CIRCUMSTANCES,
      policy: { ...POLICY, ...policy },
    });
    memory = decision.memory;
    for (const action of decision.actions) {
      if (action.type === "change") state = nextState(state, action.event);
      if ("message" in action && action.message) told.push(action.message);
    }
  }
  return { state, told };
}

const due = (words: string): Message => ({
  type: "comes_due",
  dueMs: 1,
  words,
});
const launched: Message = {
  type: "launched",
  pid: 7,
  atMs: 1_000,
  isProbed: false,
};

Deno.test("nextAction() tells of a schedule's life in words", () => {
  const { state, told } = follow([
    { type: "start" },
    due("02:00"),
    { type: "may_start" },
    launched,
    due("03:00"),
    failed,
    { type: "start", now: true },
    { type: "waits", for: "b to be healthy" },
    due("03:05"),
    { type: "may_start" },
    launched,
    ended,
    { type: "stop" },
  ]);

  assertEquals(told, [
    "is scheduled; its next run is at 04:00",
    "is due: its run of 02:00",
    "started, pid 7",
    "skips its run of 03:00: the one before goes on",
    "exited with code 1; its next run is at 04:00",
    "is asked to run now",
    "waits for b to be healthy",
    "skips its run of 03:05: the one before still waits for what it depends on",
    "started, pid 7",
    "exited with code 0; its next run is at 04:00",
    "stopped before its next run",
  ]);
  assertEquals(state, {
    status: "exited",
    asked: true,
    reason: "stopped before its next run",
  });
});

Deno.test("nextAction() goes by the schedule again once a run has used up its restarts", () => {
  const policy = { when: "on-failure", maxAttempts: 1 } as const;
  const { state, told } = follow([
    { type: "start" },
    due("02:00"),
    { type: "may_start" },
    launched,
    failed,
    { type: "due" },
    launched,
    failed,
  ], policy);

  assertEquals(state, {
    status: "scheduled",
    reason:
      "restarted 1 time within 0.0 s; the last time it exited with code 1",
    exit: { code: 1, signal: null },
  });
  assertEquals(
    told.at(-1),
    "restarted 1 time within 0.0 s; the last time it exited with code 1; its next run is at 04:00",
  );
});

Deno.test("nextAction() gives each run its own restarts", () => {
  const policy = { when: "on-failure", maxAttempts: 1 } as const;
  const run = [{ type: "may_start" }, launched, failed] as const;
  const { state } = follow([
    { type: "start" },
    due("02:00"),
    ...run,
    due("03:00"),
    ...run,
  ], policy);

  assertEquals(state.status, "backing_off");
});

Deno.test("nextAction() says of a run over its mem_limit why it ended, and goes on", () => {
  const { state } = follow([
    { type: "start" },
    due("02:00"),
    { type: "may_start" },
    launched,
    {
      type: "over_limit",
      usage: { pid: 7, rssBytes: 2, limitBytes: 1 },
      reason: "used 2 of 1",
    },
    { ...ended, exit: { code: 143, signal: "SIGTERM" } },
  ]);

  assertEquals(state, {
    status: "scheduled",
    reason: "used 2 of 1",
    exit: { code: 143, signal: "SIGTERM" },
  });
});
