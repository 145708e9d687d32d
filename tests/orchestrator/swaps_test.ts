import { assertEquals, assertRejects } from "@std/assert";
import type { Exchange } from "../../orchestrator/exchange.ts";
import type { StageSpec } from "../../orchestrator/stage_specs.ts";
import {
  createSwaps,
  describeSwap,
  type SwapPhase,
  whyNot,
} from "../../orchestrator/swaps.ts";
import { Failure, Fault, UsageError } from "../../runtime/program/errors.ts";
import type { StageName } from "../../stages/names.ts";
import { logged } from "../support/logged.ts";

/** When a stage cannot be swapped, and why. */
const REASONS: [
  stage: StageName,
  state: { phase: SwapPhase; swapping?: StageName; pipe?: string },
  reason: string | undefined,
][] = [
  ["parse", { phase: "running" }, undefined],
  ["ingest", { phase: "running" }, undefined],
  ["parse", { phase: "running", pipe: "-" }, undefined],
  ["parse", { phase: "starting" }, "the chain is not open yet"],
  ["sink", { phase: "over" }, "the run is over"],
  [
    "ingest",
    { phase: "running", pipe: "-" },
    "what it has read of standard input would be gone with it; put the input into a file",
  ],
  [
    "ingest",
    { phase: "running", pipe: "/p" },
    'what it has read of "/p" would be gone with it; put the input into a file',
  ],
  [
    "rules",
    { phase: "running", swapping: "parse" },
    '"parse" is being swapped; wait until that is done',
  ],
  [
    "parse",
    { phase: "running", swapping: "parse" },
    '"parse" is being swapped; wait until that is done',
  ],
  ["parse", { phase: "over", swapping: "parse" }, "the run is over"],
];

Deno.test("whyNot() says when a stage cannot be swapped", () => {
  for (const [stage, state, reason] of REASONS) {
    assertEquals(whyNot(stage, state), reason, JSON.stringify([stage, state]));
  }
});

Deno.test("describeSwap() names the variant, or that the processes are new", () => {
  const process = { name: "parse", pid: 7, address: "" } as const;
  const swapped = {
    stage: "parse",
    variant: undefined,
    processes: [process],
    event: 4_100,
  } as const;

  assertEquals(
    [
      swapped,
      { ...swapped, processes: [process, { ...process, pid: 8 }] },
      { ...swapped, variant: "rust" },
    ].map(describeSwap),
    [
      'Swapped "parse" for a new process (pid 7): going on from event 4,100',
      'Swapped "parse" for new processes (pid 7, 8): going on from event 4,100',
      'Swapped "parse" for its variant "rust" (pid 7): going on from event 4,100',
    ],
  );
});

/** Swaps over stages that do as they are told, and what was done to them. */
function swapsOver(
  { fails, loss, lanes = true, count = 1 }: {
    fails?: Error;
    loss?: string;
    lanes?: boolean;
    /** How many processes the stage has. */
    count?: number;
  } = {},
) {
  const done: string[] = [];
  const { signal: stop } = new AbortController();
  const swaps = createSwaps({
    inputs: ["in"],
    stop,
    specsOf(stage, variant = "own") {
      if (variant === "none") throw new UsageError("There is no such variant");
      const spec = {
        name: stage,
        args: [variant],
        program: { variant: variant === "own" ? undefined : variant, lanes },
      } as unknown as StageSpec;
      return Promise.resolve(new Array(count).fill(spec));
    },
    stages: {
      prepare([spec]) {
        const [variant] = spec!.args;
        done.push(`up ${variant}`);
        if (fails) return Promise.reject(fails);
        const exchange: Exchange = {
          loss,
          processes: [{ name: spec!.name, pid: 7, address: "" }],
          carryOut() {
            done.push(`in place ${variant}`);
            return Promise.resolve();
          },
          [Symbol.asyncDispose]() {
            done.push(`over ${variant}`);
            return Promise.resolve();
          },
        };
        return Promise.resolve(exchange);
      },
    },
  });
  /** Waits for the new processes, as who drives the run does. */
  const untilReady = () =>
    new Promise<void>((resolve) =>
      swaps.ready.addEventListener("abort", () => resolve(), { once: true })
    );
  return { swaps, done, untilReady };
}

Deno.test("a swap is done once the chain is open with what came up before; one at a time, and counted", async () => {
  const { swaps, done, untilReady } = swapsOver();
  await assertRejects(
    () => swaps.swap({ stage: "parse" }),
    Failure,
    "not open",
  );
  swaps.opened(0);

  using log = logged();
  const ready = untilReady();
  const going = swaps.swap({ stage: "parse", variant: "rust" });
  await ready;
  await assertRejects(
    () => swaps.swap({ stage: "rules" }),
    Failure,
    'Cannot swap "rules": "parse" is being swapped',
  );
  assertEquals([swaps.busy, swaps.count, await swaps.carryOut()], [
    true,
    0,
    true,
  ]);
  assertEquals(await swaps.carryOut(), false);
  swaps.opened(12);
  const { stage, variant, event } = await going;
  assertEquals([stage, variant, event], ["parse", "rust", 12]);

  assertEquals(done, ["up rust", "in place rust", "over rust"]);
  assertEquals([swaps.busy, swaps.count, swaps.variant("parse")], [
    false,
    1,
    "rust",
  ]);
  assertEquals(log.lines.length, 1);
});

Deno.test("what does not come up, or dies before its turn, is refused and changes nothing", async () => {
  const cases = [
    [swapsOver({ fails: new Failure("it exited") }), "rust", "it exited"],
    [swapsOver({ loss: "it was ended" }), "rust", "it was ended"],
    [swapsOver(), "none", 'Cannot swap "parse": There is no such variant'],
    [
      swapsOver({ lanes: false, count: 2 }),
      "rust",
      'Cannot swap "parse": there are 2 processes of it, and variant "rust" has `lanes: false`',
    ],
  ] as const;
  for (const [{ swaps, done, untilReady }, variant, message] of cases) {
    swaps.opened(0);
    const ready = untilReady().then(() => swaps.carryOut());
    await assertRejects(
      () => swaps.swap({ stage: "parse", variant }),
      Error,
      message,
    );
    if (message === "it was ended") assertEquals(await ready, false);
    assertEquals([swaps.count, swaps.busy, swaps.variant("parse")], [
      0,
      false,
      undefined,
    ]);
    assertEquals(done.filter((each) => each.startsWith("in place")), []);
  }
});

Deno.test("what refuses the opening gives way to what was there before", async () => {
  const { swaps, done, untilReady } = swapsOver();
  const refusal = new Fault("failed_precondition", "It knows no windows");
  swaps.opened(0);
  assertEquals(await swaps.takeBack(refusal), false);
  const ready = untilReady();
  const refused = assertRejects(
    () => swaps.swap({ stage: "parse", variant: "rust" }),
    Failure,
    'Cannot swap "parse": It knows no windows',
  );
  await ready;
  await swaps.carryOut();

  assertEquals(await swaps.takeBack(new Fault("unavailable", "broke")), false);
  assertEquals(await swaps.takeBack(refusal), true);
  await refused;
  assertEquals(done, [
    "up rust",
    "in place rust",
    "up own",
    "in place own",
    "over rust",
  ]);
  assertEquals([swaps.count, swaps.variant("parse")], [0, undefined]);
});

Deno.test("a swap that waits is refused at the end of the run", async () => {
  const { swaps, untilReady } = swapsOver();
  swaps.opened(0);
  const ready = untilReady();
  const refused = assertRejects(
    () => swaps.swap({ stage: "parse" }),
    Failure,
    "the run is over",
  );
  await ready;
  swaps.over();
  await refused;
  await assertRejects(
    () => swaps.swap({ stage: "parse" }),
    Failure,
    "the run is over",
  );
});
