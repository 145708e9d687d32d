/**
 * The stages' sandbox: each runs under exactly its flags, and these deny
 * whatever else a stage might try.
 */

import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { batchingOf } from "../../orchestrator/batching.ts";
import { stageProcess } from "../../orchestrator/stage_program.ts";
import { stageSpecs } from "../../orchestrator/stage_specs.ts";
import { STAGES } from "../../stages/names.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  findStages,
  opened,
  runFolder,
  startRun,
  unfinishedFile,
} from "../support/runs.ts";
import { spawn } from "../support/spawned.ts";
import { freePorts } from "../support/free_ports.ts";
import { withVariable } from "../support/variables.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

const test = testsAtOnce("the rights of stages");

const PROBE = new URL("../fixtures/tries_everything.ts", import.meta.url)
  .pathname;
const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** A run's files; only the paths matter here. */
function planIn(folder: string) {
  return {
    batch: 100,
    batching: batchingOf(100),
    maxLine: 1_024,
    maxRejects: undefined,
    schema: builtInSchema(["click"]),
    inputs: [`${folder}/in`],
    generate: undefined,
    outlets: {},
    output: `${folder}/out`,
    rejects: `${folder}/rejects`,
    rulesPath: `${folder}/rules`,
    rules: [],
  };
}

function optionsIn(state: string, port: number) {
  return {
    port,
    run: "r1",
    token: "t1",
    state,
    checkpointIntervalMs: 250,
  };
}

/** Runs `make` while the user has a secret by a name that a stage may read. */
function besideTheUsersOwn<T>(make: () => T): T {
  using _variable = withVariable("DENIZEN_OF_THE_USER", "secret");
  return make();
}

test("each stage of a running pipeline has exactly its rights, and none of the user's secrets", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--input=-"], {
    stdin: "piped",
    env: { API_KEY: "secret", LC_TEST: "C" },
  });
  await opened(run);
  const pids = await findStages(run.port);

  const rights: Record<string, string[]> = {};
  for (const stage of STAGES) {
    const line = await Deno.readTextFile(`/proc/${pids[stage]}/cmdline`);
    const args = line.split("\0").slice(1);
    rights[stage] = args.slice(0, args.indexOf("main.ts"))
      .filter((arg) => !arg.startsWith("--v8-flags="));
    const environment = await Deno.readTextFile(`/proc/${pids[stage]}/environ`);
    assertEquals(
      environment.split("\0").filter((each) => /^(API_|LC_TEST)/.test(each)),
      ["LC_TEST=C"],
    );
  }

  const address = (at: number) => `127.0.0.1:${run.port + at}`;
  /** A process's own address, and both of the next stage. */
  const net = (at: number) =>
    `--allow-net=${[at, at + 1, at + 1 + STAGES.length].map(address)}`;
  const { output, rejects } = folder;
  const partialRejects = await unfinishedFile(folder, "rejects.ndjson");
  const partials = `${
    partialRejects!.replace(rejects, output)
  },${partialRejects}`;
  const [state] = (rights["aggregate"] ?? [])
    .map((flag) => /^--allow-write=(.*)$/.exec(flag)?.[1])
    .filter((path) => path !== undefined);
  assertMatch(state ?? "", /\/denizen-state-[^/]+$/);
  const always = ["run", "--cached-only", "--no-prompt", "--ignore-env"];
  /** The token of the run, and nothing else of the environment. */
  const token = "--allow-env=DENIZEN_*";
  assertEquals(rights, {
    ingest: [...always, net(0), token],
    parse: [...always, net(1), token],
    rules: [
      ...always,
      net(2),
      `--allow-read=${ROOT}/stages/rules.yaml`,
      token,
    ],
    aggregate: [
      ...always,
      net(3),
      `--allow-read=${state}`,
      `--allow-write=${state}`,
      token,
    ],
    sink: [
      ...always,
      `--allow-net=${address(4)}`,
      `--allow-read=${rejects},${partials}`,
      `--allow-write=${output},${rejects},${partials}`,
      token,
    ],
  });
});

Deno.test("ingest may read its input, where that is a file, and nothing else", async () => {
  const [ingest] = await stageSpecs(
    planIn("/data"),
    optionsIn("/state", 6_001),
  );

  const { args } = stageProcess(ingest!, "127.0.0.1:6001");
  assertEquals(args.filter((arg) => arg.startsWith("--allow-")), [
    "--allow-net=127.0.0.1:6001,127.0.0.1:6002,127.0.0.1:6007",
    "--allow-read=/data/in",
    "--allow-env=DENIZEN_*",
  ]);
});

Deno.test("the engine of a stage is kept from growing with the number of events", async () => {
  const specs = await stageSpecs(
    planIn("/data"),
    optionsIn("/state", 6_001),
  );

  const young = "--v8-flags=--max-semi-space-size=4";
  const freed = `${young},--no-concurrent-array-buffer-sweeping`;
  assertEquals(
    specs.map((spec) =>
      stageProcess(spec, spec.addresses[0]).args
        .find((arg) => arg.startsWith("--v8-flags="))
    ),
    [young, young, freed, freed, freed],
  );
});

Deno.test("a stage is given the command that its hints are to name", async () => {
  const [ingest] = await stageSpecs(
    planIn("/data"),
    optionsIn("/state", 6_001),
  );
  using _variable = withVariable("DENIZEN_COMMAND", "denizen");

  const { env } = stageProcess(ingest!, "127.0.0.1:6001");
  assertEquals(env?.["DENIZEN_COMMAND"], "denizen");
});

for (const stage of STAGES) {
  test(`stage ${stage} is denied whatever it has no need of`, async () => {
    await using folder = await runFolder();
    const secret = folder.file("secret");
    await Deno.writeTextFile(secret, "");
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const specs = await stageSpecs(
      planIn(folder.path),
      optionsIn(folder.file("state"), freePorts()),
    );
    const spec = specs.find(({ name }) => name === stage)!;
    const { args, env = {} } = besideTheUsersOwn(() =>
      stageProcess(spec, spec.addresses[0])
    );
    const flags = args.slice(0, args.indexOf("main.ts"));

    await using probe = spawn(Deno.execPath(), [
      ...flags,
      PROBE,
      secret,
      folder.file("new"),
      `127.0.0.1:${listener.addr.port}`,
    ], { env, clearEnv: true });

    const line = await probe.stdout.next();
    const outcomes = JSON.parse(line ?? await probe.stderr.rest());
    const { "read variables": variables, ...others } = outcomes;
    assertEquals(
      Object.entries(others).filter(([, outcome]) => outcome !== "denied"),
      [],
    );
    const ofTheRun = Object.entries(env)
      .filter(([name]) => name.startsWith("DENIZEN_"));
    assertEquals(JSON.parse(variables), [null, Object.fromEntries(ofTheRun)]);
    assertNotMatch(variables, /DENIZEN_OF_THE_USER/);
    assertEquals(await folder.names(), ["secret"]);
  });
}
