import { assertEquals } from "@std/assert";
import { startGuardian } from "../../../../runtime/process/guardian.ts";
import { readChildrenCpuMs } from "../../../../tasks/bench/peers/children_cpu.ts";
import {
  judgeBrokenLines,
  readOutcome,
} from "../../../../tasks/bench/peers/outcome.ts";
import {
  type Command,
  findPeers,
  PEERS,
  readVersion,
} from "../../../../tasks/bench/peers/programs.ts";
import { runPlainScript } from "../../../../tasks/bench/plain_script.ts";
import { runProgram } from "../../../../tasks/bench/run_command.ts";
import { firstDifference } from "../../../../tasks/bench/same_results.ts";
import { generateEvents } from "../../../../tasks/generate/generator.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

const CLICK = { key: "click", count: 2, sum: 30, avg: 15, min: 10, max: 20 };
const OUTCOME = {
  events: 5,
  rejected: 1,
  filtered: 2,
  results: [{ ...CLICK, tags: { tier: { bronze: 2 } } }],
};

Deno.test("readVersion() finds the version in what a tool says", () => {
  assertEquals(
    ["mlr 6.6.0\n", "jq-1.6\n", "2.1.0\n", "jq-1.7.1-ubuntu", "", "none"]
      .map(readVersion),
    ["6.6.0", "1.6", "2.1.0", "1.7.1-ubuntu", undefined, undefined],
  );
});

Deno.test("findPeers() tells what is there from what is not, and what brings it", async () => {
  const ask = ({ program, args }: Command) =>
    Promise.resolve(
      program === "jq" || args.join().includes('"polars"') ? "v1.2" : undefined,
    );

  const { programs, missing } = await findPeers(ask);

  assertEquals(
    programs.map(({ name, version }) => [name, version]),
    [["Polars", "1.2"], ["jq", "1.2"]],
  );
  assertEquals(missing.map(({ remedy }) => remedy), [
    "pip install duckdb",
    "pip install bytewax orjson",
    "apt-get install miller",
  ]);
});

Deno.test("readOutcome() takes numbers as each tool writes them, and leaves out tags of no event", () => {
  const text = `{"results":[{"tags":{"tier":{"gold":0,"bronze":2}},"max":20,
    "min":10.0,"key":"click","sum":3e1,"count":2,"avg":15.0,"more":1}],
    "filtered":2,"rejected":1,"events":5}`;

  assertEquals(readOutcome(text), OUTCOME);
});

Deno.test("judgeBrokenLines() tells counting from skipping, stopping and being wrong", () => {
  const say = (change: Partial<typeof OUTCOME>) =>
    JSON.stringify({ ...OUTCOME, ...change });

  assertEquals(
    [
      say({}),
      say({ events: 4, rejected: 0 }),
      undefined,
      say({ filtered: 3 }),
    ].map((stdout) => judgeBrokenLines(OUTCOME, stdout)),
    [
      "counted",
      "skipped",
      "stops",
      { difference: "filtered is 3 and not 2" },
    ],
  );
});

Deno.test("readChildrenCpuMs() adds up what children took, whatever the program is called", () => {
  const stat =
    `7 (a) b (c) S 1 7 7 0 -1 4194560 10 20 0 0 900 800 12 30 20 0 1`;

  assertEquals(readChildrenCpuMs(stat), 420);
});

Deno.test("each peer has a script, and each that is here counts as the plain script does", async () => {
  await using folder = await tempFolder();
  await using guardian = startGuardian();
  const never = new AbortController().signal;
  const context = { guardian, interrupts: { stop: never, hurry: never } };
  const input = folder.file("events.ndjson");
  const [block] = generateEvents({ count: 500 });
  await Deno.writeFile(input, block!);
  const expected = await runPlainScript(input, context);

  for (const { script } of PEERS) {
    await Deno.stat(
      new URL(`../../../../bench/peers/${script}`, import.meta.url),
    );
  }
  const { programs } = await findPeers();
  const differences = await Promise.all(programs.map(async (program) => {
    const { name, command } = program;
    const { stdout } = await runProgram(name, command(input, ""), context);
    return [name, firstDifference(expected, readOutcome(stdout))];
  }));

  assertEquals(
    differences,
    programs.map(({ name }) => [name, undefined]),
  );
});
