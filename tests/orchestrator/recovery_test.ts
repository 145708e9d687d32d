import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import {
  type Break,
  type History,
  nextRecovery,
  type Recovery,
  type RecoveryPolicy,
  UNBROKEN,
} from "../../orchestrator/recovery.ts";
import type { WorkerName } from "../../orchestrator/workers.ts";
import { createPlaces } from "../../stages/events/places.ts";
import type { Position } from "../../proto/pipeline/batches.ts";

const POLICY: RecoveryPolicy = { maxRecoveries: 10, batch: 100 };

/** Where the event of this number begins, in lines of ten bytes. */
function at(event: number): Position {
  return { event, offset: event * 10, line: event };
}

/** A break of which `dead` died, with these events on their way. */
function breakOf(
  dead: WorkerName[],
  committed: number,
  sent: number,
): Break {
  return {
    dead,
    what: dead.map((name) => `stage "${name}" was ended`).join(" and "),
    reached: { committed: at(committed), sent: at(sent) },
  };
}

/** What follows these breaks, one after the other. */
function after(
  breaks: Break[],
  policy: Partial<RecoveryPolicy> = {},
): Recovery {
  let history: History = UNBROKEN;
  let next: Recovery = { action: "recover", history };
  for (const broken of breaks) {
    assert(next.action === "recover", "gave up before");
    next = nextRecovery({ ...POLICY, ...policy }, history, broken);
    if (next.action === "recover") history = next.history;
  }
  return next;
}

function historyAfter(...breaks: Break[]): History {
  const next = after(breaks);
  assert(next.action === "recover");
  return next.history;
}

Deno.test("nextRecovery() goes on after the first death, without care", () => {
  assertEquals(historyAfter(breakOf(["parse"], 100, 500)), {
    recoveries: 1,
    streak: { stage: "parse", deaths: 1, until: at(500) },
    care: undefined,
  });
});

Deno.test("nextRecovery() takes care of a part in which one stage has died twice", () => {
  assertEquals(
    historyAfter(
      breakOf(["parse"], 100, 6_500),
      breakOf(["parse"], 300, 5_000),
    ),
    {
      recoveries: 2,
      streak: { stage: "parse", deaths: 2, until: at(6_500) },
      care: { batch: 62, until: at(6_500).offset },
    },
  );
});

/** Breaks that have nothing to do with one another. */
const APART: Record<string, Break[]> = {
  "another stage": [breakOf(["parse"], 0, 50), breakOf(["rules"], 0, 50)],
  "a part further on": [breakOf(["parse"], 0, 50), breakOf(["parse"], 50, 90)],
  "two stages at once": [
    breakOf(["parse"], 0, 50),
    breakOf(["parse", "sink"], 0, 50),
  ],
  "no stage at all": [breakOf(["parse"], 0, 50), breakOf([], 0, 50)],
  "a stage with nothing on its way": [
    breakOf(["parse"], 0, 50),
    breakOf(["parse"], 50, 50),
  ],
  "a chain that was never open": [
    breakOf(["parse"], 0, 50),
    { ...breakOf(["parse"], 0, 0), reached: undefined },
  ],
};

for (const [what, breaks] of Object.entries(APART)) {
  Deno.test(`nextRecovery() does not count the death of ${what} with the one before`, () => {
    const { recoveries, streak, care } = historyAfter(...breaks);

    assertEquals([recoveries, care], [2, undefined]);
    assertLessOrEqual(streak?.deaths ?? 0, 1);
  });
}

Deno.test("nextRecovery() forgets a streak over a break that is of something else", () => {
  const { streak } = historyAfter(
    breakOf(["parse"], 0, 50),
    breakOf(["parse", "sink"], 0, 50),
    breakOf(["parse"], 0, 50),
  );

  assertEquals(streak?.deaths, 1);
});

Deno.test("nextRecovery() gives up when all recoveries are used up", () => {
  for (const maxRecoveries of [1, 2, 10]) {
    const breaks = Array.from(
      { length: maxRecoveries },
      (_, count) => breakOf(["sink"], count * 100, count * 100 + 50),
    );
    const one = breakOf(["sink"], 9_000, 9_050);

    const last = after(breaks, { maxRecoveries });
    assertEquals(
      last.action === "recover" && last.history.recoveries,
      maxRecoveries,
    );
    assertEquals(after([...breaks, one], { maxRecoveries }), {
      action: "give_up",
      reason:
        `stage "sink" was ended, and --max-recoveries=${maxRecoveries} is used up`,
    });
  }
});

Deno.test("nextRecovery() does not go on where no recovery is allowed", () => {
  assertEquals(after([breakOf(["sink"], 0, 50)], { maxRecoveries: 0 }), {
    action: "give_up",
    reason: 'stage "sink" was ended, and --max-recoveries=0',
  });
});

Deno.test("nextRecovery() gives up at one event of which a stage has died three times", () => {
  const again = breakOf(["rules"], 700, 701);

  assertEquals(historyAfter(again, again).care, {
    batch: 1,
    until: at(701).offset,
  });
  assertEquals(after([again, again, again]), {
    action: "give_up",
    reason:
      'stage "rules" was ended, 3 times by now at event 700, line 701 of the input (byte 7000); look at that line, and at what "rules" has said',
  });
});

Deno.test("nextRecovery() names the event before it says that recoveries are used up", () => {
  const again = breakOf(["rules"], 700, 701);

  const last = after([again, again, again], { maxRecoveries: 2 });

  assert(last.action === "give_up" && /at event 700/.test(last.reason));
});

Deno.test("nextRecovery() names the line of the event, and not blank ones before it", () => {
  // Two blank lines and the event's, which is the third.
  const broken: Break = {
    ...breakOf(["rules"], 0, 0),
    reached: {
      committed: { event: 7, offset: 70, line: 10 },
      sent: { event: 8, offset: 82, line: 13 },
    },
  };

  const last = after([broken, broken, broken]);

  assert(last.action === "give_up");
  assertEquals(/line (\d+)/.exec(last.reason)?.[1], "13");
});

Deno.test("nextRecovery() names no line where ingest's last word was not heard", () => {
  const again = breakOf(["rules"], 700, 701);
  const cut = { ...again, reached: { ...again.reached!, atLeast: true } };

  const history = historyAfter(again, again, cut);

  // It was sent this event, or one behind it: the part stays what it was.
  assertEquals([history.streak?.deaths, history.streak?.until], [3, at(701)]);
  const last = after([again, again, cut, again]);
  assert(last.action === "give_up" && /4 times/.test(last.reason));
});

Deno.test("nextRecovery() goes on where three deaths are at more than one event", () => {
  const again = breakOf(["rules"], 700, 702);

  assertEquals(historyAfter(again, again, again).recoveries, 3);
});

Deno.test("nextRecovery() keeps to a part that shrinks while a stage dies in it", () => {
  const { care, streak } = historyAfter(
    breakOf(["rules"], 0, 6_400),
    breakOf(["rules"], 0, 6_400),
    breakOf(["rules"], 128, 192), // one batch of 64 is on its way
  );

  assertEquals([care, streak?.until], [
    { batch: 1, until: at(192).offset },
    at(192),
  ]);
});

Deno.test("nextRecovery() lets go of care once the part is behind", () => {
  const { care, streak } = historyAfter(
    breakOf(["rules"], 0, 640),
    breakOf(["rules"], 0, 640),
    breakOf(["rules"], 640, 900),
  );

  assertEquals([care, streak?.deaths], [undefined, 1]);
});

/**
 * Goes through an input as the pipeline does, with a stage that dies of one
 * event; returns the reason that the run ends with. In the breaks that are
 * `cut`, the last of what was saved and sent is not heard of.
 */
function dieOf(
  poison: number,
  { batch, window, saves, cut }: {
    batch: number;
    window: number;
    saves: number[];
    cut: boolean[];
  },
): { reason: string; recoveries: number } {
  const policy = { maxRecoveries: 1_000, batch };
  let history: History = UNBROKEN;
  let committed = 0;
  for (;;) {
    const { care, recoveries } = history;
    const begun = committed;
    const isCareful = (event: number) =>
      care !== undefined && at(event).offset < care.until;
    let sent = committed;
    while (isCareful(committed)) {
      // One batch, which is saved before the next one is sent.
      sent = committed + care!.batch;
      if (sent > poison) break;
      committed = sent;
    }
    if (sent <= poison) {
      // Saved now and then: of what comes before the poison, some is.
      const save = saves[recoveries % saves.length]!;
      committed = Math.max(committed, poison - save);
      const batches = Math.floor((poison - committed) / batch) + 1 + window;
      sent = committed + batches * batch;
    }
    const broken = breakOf(["parse"], committed, sent);
    const unheard = Math.min(committed - begun, saves[0]!);
    if (cut[recoveries]) {
      broken.reached = {
        committed: at(committed - unheard),
        sent: at(sent - unheard),
        atLeast: true,
      };
    }
    const next = nextRecovery(policy, history, broken);
    if (next.action === "give_up") {
      return { reason: next.reason, recoveries };
    }
    history = next.history;
  }
}

Deno.test("nextRecovery() finds the event that a stage dies of, in few deaths", () => {
  fc.assert(fc.property(
    fc.nat(10_000_000),
    fc.record({
      batch: fc.oneof(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 1_000_000 }),
      ),
      window: fc.integer({ min: 0, max: 64 }),
      saves: fc.array(fc.nat(20_000), { minLength: 1, maxLength: 5 }),
      cut: fc.array(fc.boolean(), { maxLength: 6 }),
    }),
    (poison, options) => {
      const { reason, recoveries } = dieOf(poison, options);

      assertEquals(
        /at event (\d+), line (\d+)/.exec(reason)?.slice(1).map(Number),
        [poison, poison + 1],
      );
      // So that --max-recoveries=10 is enough for it.
      assertLessOrEqual(recoveries, 7 + options.cut.length);
    },
  ));
});

Deno.test("nextRecovery() takes the workers of a stage for one: a line that kills one kills the next", () => {
  const { streak, care } = historyAfter(
    breakOf(["parse.1"], 0, 200),
    breakOf(["parse.2"], 0, 200),
  );

  assertEquals(streak, { stage: "parse", deaths: 2, until: at(200) });
  assertEquals(care, { batch: 2, until: at(200).offset });
});

Deno.test("nextRecovery() names the worker that died last of a line", () => {
  const last = after([
    breakOf(["parse.1"], 0, 1),
    breakOf(["parse.2"], 0, 1),
    breakOf(["parse.1"], 0, 1),
  ]);

  assert(last.action === "give_up");
  assertEquals(
    last.reason.startsWith('stage "parse.1" was ended, 3 times'),
    true,
  );
});

Deno.test("nextRecovery() names the file of the event where there are several", () => {
  const inputs = ["/a", "/b"];
  const { startOf } = createPlaces(inputs.length);
  const inFirst = { event: 6, offset: 60, line: 6 };
  const inSecond = { event: 7, offset: startOf(1) + 12, line: 2 };
  const between = { event: 7, offset: startOf(1), line: 0 };
  for (
    const [committed, sent, place] of [
      [inFirst, { event: 7, offset: 70, line: 7 }, 'line 7 of "/a" (byte 60)'],
      [inFirst, between, 'line 7 of "/a" (byte 60)'],
      [inFirst, inSecond, 'line 2 of "/b" (byte 0)'],
      [
        inSecond,
        { event: 8, offset: startOf(1) + 20, line: 3 },
        'line 3 of "/b" (byte 12)',
      ],
    ] as const
  ) {
    const broken: Break = {
      dead: ["rules"],
      what: "it was ended",
      reached: { committed, sent },
    };

    const next = after([broken, broken, broken], { inputs });

    assert(next.action === "give_up");
    assertStringIncludes(next.reason, `, ${place}; look at that line`);
  }
});
