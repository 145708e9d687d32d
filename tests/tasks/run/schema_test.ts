/** Runs over events of other shapes than the built-in one. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { writeEvents } from "../../../tasks/generate.ts";
import { monolith } from "../../../tasks/monolith.ts";
import { endHere } from "../../support/command_here.ts";
import { argsOf, runFolder, runToEnd, runWell } from "../../support/runs.ts";

const SCHEMA = `
time: { field: time }
key: [{ field: route, name: path }, status, class]
values:
  ms: { of: [avg, p50, p95, p99, max], as: number }
  bytes: { of: [count, sum, min, max] }
required: [time, route]
`;
const RULES = `
- name: no-health
  when: { route: /health }
  drop: true
- name: server-error
  when: { status: { gte: 500 } }
  set: { class: 5xx, slow: "no" }
- name: slow
  when: { ms: { gt: 4.5 } }
  set: { slow: "yes" }
`;
/** What a line can be besides an answer of a web server. */
const ODD = [
  '{"time":"2026-01-01T00:00:00Z","route":7,"status":"200","bytes":9007199254740993,"ms":0.1}',
  '{"time":"2026-01-01T00:00:00Z","route":true,"status":null}',
  '{"time":"2026-01-01T00:00:09Z","route":"\\u0041","bytes":-9007199254740993,"ms":1e-300}',
  '{"time":"2026-01-01T00:00:01Z"}',
  '{"time":"2026-01-01","route":"/"}',
  '{"time":"2026-01-01T00:00:02Z","route":{"a":1}}',
  '{"time":"2026-01-01T00:00:02Z","route":"/","ms":"12"}',
  "?",
];

/** A folder with an access log, odd lines among it, and what is wanted of it. */
async function accessLog(count: number) {
  const folder = await runFolder();
  const input = folder.file("access.ndjson");
  await writeEvents({ count, workload: "access-log" }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  ODD.forEach((line, at) =>
    lines.splice(Math.floor(count * at / ODD.length), 0, line)
  );
  await Deno.writeTextFile(input, lines.join("\n"));
  await Deno.writeTextFile(folder.file("schema.yaml"), SCHEMA);
  await Deno.writeTextFile(folder.file("rules.yaml"), RULES);
  const args = [
    `--input=${input}`,
    `--schema=${folder.file("schema.yaml")}`,
    `--rules=${folder.file("rules.yaml")}`,
  ];
  return { ...folder, args };
}

Deno.test("a run by a schema is the monolith's byte for byte, through workers and the death of each stage", async () => {
  await using log = await accessLog(40_000);
  const args = [...log.args, "--window=10s", "--allowed-lateness=1s"];
  const monolith = await runWell("monolith", args);
  await using folder = await runFolder();

  const run = await runToEnd("pipeline", folder, [
    ...args,
    "--batch=5",
    "--workers=parse:2",
    "--checkpoint-interval=20ms",
    "--chaos=aggregate@30%,sink@50%,rules@60%,parse@70%,ingest@80%",
  ], { ports: 12 });

  assertEquals(run.code, 0, run.stderr);
  assertEquals(run.stderr.match(/^chaos: SIGKILL to /gm)?.length, 5);
  assertMatch(run.stderr, /recovery \d of 10/);
  assertEquals(await Deno.readTextFile(folder.output), monolith.results);
  assertEquals(await Deno.readTextFile(folder.rejects), monolith.rejects);
  const rejects = monolith.rejects.trimEnd().split("\n")
    .map((line) => JSON.parse(line).reason);
  assert(rejects.includes("route is missing"));
  assert(rejects.includes("ms is not a number"));
  assert(rejects.some((reason) => reason.startsWith("late: ")));
  assert(monolith.results.includes('"sum":"9007199254740993"'));
});

Deno.test("wrong flags for a schema are refused, each with what to do", async () => {
  await using log = await accessLog(1);
  const [input = "", schema = ""] = log.args;
  const cases: [args: string[], message: RegExp][] = [
    [[schema, "--key=a"], /^Cannot use --key with --schema: .* put it there$/],
    [
      ["--schema=/nowhere"],
      /^Cannot read the schema "\/nowhere": it does not exist$/,
    ],
    [["--key=a", "--window=1m"], /^Cannot use --window: .* as in --time=ts$/],
    [["--key=a", "--offset=1m"], /^Cannot use --offset without windows: /],
    [["--key=a", "--sort=b"], /^Cannot use --sort=b: results have no such/],
    [["--key=a", "--types=b"], /^Cannot use --types: .* one_of in a schema/],
    [["--key=a..b"], /^Cannot read --key=a..b: expected a field/],
    [["--value=ms"], /^Cannot read --value=ms: expected a field and its/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await endHere(() =>
      monolith(argsOf(log, [input, ...args]))
    );

    assertEquals(code, 2, stderr);
    assertMatch(stderr, message);
  }
});

Deno.test("too many groups end a run, and --other puts them together", async () => {
  await using log = await accessLog(1_000);
  // Flags that hold lists add up.
  const args = [log.args[0]!, "--key=route", "--key=ms", "--max-groups=50"];

  const ended = await runToEnd("monolith", log, args);
  const other = await runWell("monolith", [...args, "--other"]);

  assertEquals(ended.code, 1);
  assertMatch(ended.stderr, /--max-groups/);
  assertMatch(ended.stderr, /--other/);
  const lines = other.results.trimEnd().split("\n");
  assertEquals(lines.length, 51);
  assertMatch(
    lines.at(-1)!,
    /^\{"route":"other","ms":"other","other":true,"count":\d+/,
  );
});
