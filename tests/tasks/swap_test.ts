/**
 * Processes of stages are exchanged while a run goes on: the answer is byte for
 * byte that of a run in which nothing happens.
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { runAddress } from "../../orchestrator/run_address.ts";
import { RunService } from "../../proto/pipeline/run_contract.ts";
import type { WatchUpdate__Output } from "../../proto/types/pipeline/v1/WatchUpdate.ts";
import { connectToRun } from "../../runtime/control/run_connection.ts";
import { ifThere, isThere } from "../../runtime/files/optional_file.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { askHealth } from "../../runtime/rpc/ask_health.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { pipelineRun } from "../../tasks/mcp/pipeline_run.ts";
import { pipeline } from "../../tasks/pipeline.ts";
import { endHere } from "../support/command_here.ts";
import { eventually } from "../support/eventually.ts";
import { type Prepared, prepareInput } from "../support/prepared_input.ts";
import {
  argsOf,
  assertNothingLeft,
  ended,
  findStages,
  type RunFolder,
  runFolder,
  runToEnd,
  stagesGone,
  startRun,
} from "../support/runs.ts";
import { spawnScript } from "../support/spawned.ts";

const COUNT = 40_000;

let much: Prepared;
Deno.test.beforeAll(async () => {
  much = await prepareInput(COUNT);
});
Deno.test.afterAll(async () => {
  await much[Symbol.asyncDispose]();
});

Deno.test("--swap exchanges stages in mid-run, also workers and beside kills, and is no recovery", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    `--input=${much.input}`,
    "--json",
    // Slow, so that it is not over before the last one is up.
    "--batch=1",
    "--workers=parse:2",
    "--swap=parse@5%,ingest@10%",
    "--swap=aggregate@15%",
    "--chaos=rules@20%,parse.2@40%",
  ], { ports: 12 });
  const { code, stdout, stderr } = await ended(run);

  assertEquals(code, 0, stderr);
  const { swaps, recoveries } = JSON.parse(stdout);
  assertEquals({ swaps, recoveries }, { swaps: 3, recoveries: 2 }, stderr);
  for (const what of ["new processes", "a new process"]) {
    assertMatch(stderr, new RegExp(`Swapped "\\w+" for ${what} \\(pid `));
  }
  await assertRight(folder);
  await assertNothingLeft(run);
});

/** Checks that what was written is what one process writes. */
async function assertRight(folder: RunFolder): Promise<void> {
  assertEquals({
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  }, much.right);
}

/** Calls the service of a run, and keeps all that it says. */
async function callRun(state: string) {
  const address = await runAddress(state);
  const run = connectToRun(address, state, "the run");
  const updates: WatchUpdate__Output[] = [];
  const over = (async () => {
    for await (const update of run.serverStream(RunService.Watch, {})) {
      updates.push(update);
    }
  })();
  over.catch(() => {}); // of a run that is killed
  return {
    address,
    updates,
    over,
    swap: (stage: string, variant = "") =>
      run.unary(RunService.Swap, { stage, variant }, { deadlineMs: 60_000 }),
    stop: () => run.unary(RunService.Stop, {}),
  };
}

Deno.test("a run over standard input is watched, and its stages are swapped there and back beside a kill, from outside", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--input=-",
    "--json",
    "--workers=rules:2",
  ], { ports: 12, stdin: "piped", env: { INIT_CWD: folder.path } });
  const link = `${folder.path}/.denizen/pipelines/${run.pid}`;
  await eventually("it is served", () => isThere(link));
  const state = await Deno.readLink(link);
  const { address, updates, over, swap } = await callRun(state);
  const lines = await Deno.readFile(much.input);
  const half = Math.floor(lines.length / 2);
  const writer = run.stdin!.getWriter();
  await writer.write(lines.subarray(0, half));
  const portOf = (stage: string) => run.port + STAGE_PORTS.indexOf(stage);

  // Who does not know the token may ask for its health, and nothing else.
  const stranger = connect(address, { token: null });
  assertEquals(
    (await askHealth(stranger, { deadlineMs: 5_000 })).kind,
    "serving",
  );
  const refusal = await assertRejects(
    () => stranger.unary(RunService.Stop, {}),
    Fault,
  );
  assertEquals(refusal.code, "unauthenticated");
  stranger.close();

  const { says, data } = await pipelineRun(
    { config: folder.file("config.yaml"), stateDir: folder.file(".denizen") },
    {},
    new AbortController().signal,
  );
  assertEquals(says, ["A run goes on. This is how it is now."]);
  assertEquals(JSON.parse(data.join("\n")).processes.length, 6);

  const before = await findStages(run.port, 12);
  for (const stage of ["parse", "rules", "aggregate", "sink"]) {
    const { processes } = await swap(stage);
    assertEquals(
      processes.map(({ stage, address, variant }) => [stage, address, variant]),
      (stage === "rules" ? ["rules", "rules.2"] : [stage]).map((name) => [
        stage,
        `127.0.0.1:${portOf(name) + STAGE_PORTS.length}`,
        "",
      ]),
    );
  }
  const after = await findStages(run.port, 12);
  for (const [name, pid] of Object.entries(before)) {
    const isOld = name === "ingest";
    assert(after[name] !== undefined, `${name} is there`);
    assertEquals(after[name] === pid, isOld, name);
  }

  Deno.kill(after["parse"]!, "SIGKILL");
  await eventually(
    "it has recovered",
    () => updates.some(({ status }) => status?.recoveries === 1),
  );
  const both = await Promise.allSettled([swap("parse"), swap("sink")]);
  const refused = both.filter(({ status }) => status === "rejected");
  assertEquals(refused.length, 1);
  assertMatch(
    String((refused[0] as PromiseRejectedResult).reason),
    /Cannot swap "\w+": "\w+" is being swapped/,
  );
  const faults: [stage: string, variant: string, words: string][] = [
    ["ingest", "", 'Cannot swap "ingest": what it has read of standard input'],
    ["parse", "none", 'Cannot swap "parse": there is no variant "none"'],
    ["prase", "", 'There is no stage "prase"'],
  ];
  for (const [stage, variant, words] of faults) {
    await assertRejects(() => swap(stage, variant), Fault, words);
  }
  await using command = spawnScript("main.ts", {
    args: ["pipeline", "swap", "aggregate=default"],
    env: { INIT_CWD: folder.path },
  });
  const { code, stdout } = await ended(command);
  assertEquals(code, 0);
  assertMatch(stdout, /^Swapped "aggregate" for a new process \(pid \d+\)/);

  await writer.write(lines.subarray(half));
  await writer.close();
  const end = await ended(run);
  await over;

  assertEquals(end.code, 0, end.stderr);
  const { swaps, recoveries } = JSON.parse(end.stdout);
  assertEquals({ swaps, recoveries }, { swaps: 6, recoveries: 1 }, end.stderr);
  assertEquals(
    [
      updates[0]?.kind,
      updates.filter(({ kind }) => kind === "snapshot").length,
    ],
    ["snapshot", 1],
  );
  assertEquals(updates.at(-1)?.kind, "finished");
  assertEquals(updates.at(-1)?.finished?.totals?.events, COUNT);
  const phases = new Set(updates.map(({ status }) => status?.phase));
  for (const phase of ["RUN_SWAPPING", "RUN_RECOVERING", "RUN_FINISHED"]) {
    assert(phases.has(phase as "RUN_SWAPPING"), phase);
  }
  await assertRight(folder);
  assertEquals(await folder.names(), ["rejects.ndjson", "results.ndjson"]);
  assertEquals(await isThere(state), false);
  await assertNothingLeft(run);
});

/** The stages by their ports, and the second process of rules. */
const STAGE_PORTS = [
  "ingest",
  "parse",
  "rules",
  "aggregate",
  "sink",
  "rules.2",
];

Deno.test("a run that was killed whole in the midst of a swap, and then stopped from outside, goes on with --resume", async () => {
  await using folder = await runFolder();
  const state = folder.file("state");
  const args = [
    `--input=${much.input}`,
    `--state=${state}`,
    "--batch=2",
    "--checkpoint-interval=20ms",
  ];
  {
    await using run = startRun("pipeline", folder, args);
    const socket = await runAddress(state);
    await eventually("it is served", () => isListening(socket));
    const { swap, updates } = await callRun(state);
    await eventually(
      "something is saved",
      () => isThere(`${state}/checkpoint`),
    );
    const swapped = swap("aggregate");
    swapped.catch(() => {}); // it is killed before
    await eventually(
      "it is being swapped",
      () => updates.some(({ status }) => status?.phase === "RUN_SWAPPING"),
    );
    run.kill("SIGKILL");
    await run.status;
    await stagesGone(run.port);
    await assertRejects(() => swapped, Fault);
  }
  const checkpoint = await ifThere(Deno.readFile(`${state}/checkpoint`));
  assertNotEquals(checkpoint, undefined);

  {
    await using run = startRun("pipeline", folder, [...args, "--resume"]);
    const socket = await runAddress(state);
    await eventually("it is served anew", () => isListening(socket));
    await (await callRun(state)).stop();
    const { code, stderr } = await ended(run);
    assertEquals(code, 130, stderr);
    assertMatch(stderr, /^Interrupted: .* go on by --resume$/m);
  }
  const { code, stderr } = await runToEnd("pipeline", folder, [
    ...args,
    "--batch=1000",
    "--resume",
  ]);

  assertEquals(code, 0, stderr);
  await assertRight(folder);
  assertEquals(await folder.names(), ["rejects.ndjson", "results.ndjson"]);
});

/** True once somebody listens on a socket, which may have been left over. */
async function isListening(address: string): Promise<boolean> {
  try {
    const path = address.slice("unix:".length);
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("--swap says what there cannot be", async () => {
  await using folder = await runFolder();
  const cases: [args: string[], message: string][] = [
    [
      ["--input=-", "--swap=ingest@2s"],
      "Cannot use --swap=ingest@2s: what it has read of standard input would be gone with it; put the input into a file",
    ],
    [
      ["--input=-", "--swap=parse@50%"],
      "Cannot use --swap=parse@50%: how much there is of the input is not known; give a time, such as 2s",
    ],
    [
      ["--count=1", "--swap=sink@50%:roast"],
      'Cannot use --swap=sink@50%:roast: there is no variant "roast" of stage "sink"; stages/stages.yaml knows default',
    ],
  ];
  for (const [args, stderr] of cases) {
    assertEquals(await endHere(() => pipeline(argsOf(folder, args))), {
      code: 2,
      stdout: "",
      stderr,
    });
  }
});

Deno.test("pipeline swap says what there is not", async () => {
  await using folder = await runFolder();
  const cases: [args: string[], code: number, message: string][] = [
    [
      ["parse", `--state=${folder.path}`],
      1,
      `No pipeline keeps its state in "${folder.path}" now`,
    ],
    [[], 2, "Cannot swap: name a stage, as in pipeline swap parse=rust"],
    [
      ["prase"],
      2,
      'Cannot swap "prase": there is no stage "prase"; did you mean "parse"?',
    ],
    [
      ["parse="],
      2,
      'Cannot swap "parse=": expected STAGE or STAGE=VARIANT, as in parse=rust, and found "parse="',
    ],
  ];
  for (const [args, code, stderr] of cases) {
    assertEquals(await endHere(() => pipeline(["swap", ...args])), {
      code,
      stdout: "",
      stderr,
    });
  }
});
