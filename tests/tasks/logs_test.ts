import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { formatEntries } from "../../supervisor/logs/log_file.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { spawnScript } from "../support/spawned.ts";
import { createWorkspace, type Workspace } from "../support/supervised.ts";

const test = testsAtOnce("logs");

/** Starts `logs`, which goes on until it is stopped. */
function startLogs({ folder }: Workspace, ...args: string[]) {
  return spawnScript("tests/fixtures/runs_task.ts", {
    args: ["logs", `--config=${join(folder, "config.yaml")}`, ...args],
  });
}

/** Writes a log as the supervisor would have: a line each second. */
async function writeLog(
  { folder }: Workspace,
  name: string,
  service: string,
  texts: readonly string[],
  startMs = 0,
) {
  const logs = join(folder, ".denizen", "logs");
  await Deno.mkdir(logs, { recursive: true });
  const lines = texts.map((text, index) =>
    formatEntries(service, "stdout", `${text}\n`, {
      atMs: startMs + index * 1_000,
    })
  );
  await Deno.writeTextFile(join(logs, name), lines.join(""));
}

const COUNT = 2_000;
/** Counts in many small writes, so that its log is rotated a hundred times. */
const COUNTING = {
  command: [
    ...["sh", "-c"],
    `i=0
    while [ $i -lt ${COUNT} ]; do
      i=$((i + 1)); echo $i
      [ $((i % 20)) -ne 0 ] || sleep 0.01
    done
    exec sleep 1000`,
  ],
  // As many files as it takes: none may be removed here.
  logging: { max_size: "1k", max_files: 200 },
};

test("logs -f loses and doubles no line while logs are rotated", async () => {
  await using workspace = await createWorkspace({ a: COUNTING, b: COUNTING });
  await using following = startLogs(workspace, "-f");
  await using late = startLogs(workspace, "-f", "--grep=[05]$", "b");

  workspace.supervise();
  const counts: Record<string, number> = { a: 0, b: 0 };
  while (counts["a"]! < COUNT || counts["b"]! < COUNT) {
    const line = await following.stdout.next();
    const [, service = "", number] = /^(\w) \| (\d+)$/.exec(line ?? "") ?? [];
    assertEquals(Number(number), counts[service]! + 1, `after ${line}`);
    counts[service] = Number(number);
  }
  for (let number = 5; number <= COUNT; number += 5) {
    assertEquals(await late.stdout.next(), `b | ${number}`);
  }
  following.kill("SIGINT");

  assertEquals((await following.status).code, 130);
  assertEquals(await following.stderr.rest(), "");
  const files = (await Array.fromAsync(
    Deno.readDir(join(workspace.folder, ".denizen", "logs")),
  )).filter(({ name }) => name.startsWith("a.log"));
  // A busy machine reads more at once, and rotates less often.
  assert(files.length > 5, `there are only ${files.length} files`);

  // The same, read at once: across all files, by time.
  const { stdout } = await workspace.run("logs", "--json");
  const entries = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const times = entries.map(({ time }) => time);
  assertEquals(times, times.toSorted());
  assertEquals(
    entries.filter(({ service }) => service === "b").map(({ text }) => text),
    Array.from({ length: COUNT }, (_, index) => `${index + 1}`),
  );
});

test("logs --since, --grep and --tail choose lines across rotated files", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["true"] },
    b: { command: ["true"] },
  });
  await writeLog(workspace, "a.log.1", "a", ["one", "two"]);
  await writeLog(workspace, "a.log", "a", ["\x1b[31mthree", "four"], 2_000);
  await writeLog(workspace, "b.log", "b", ["TWO", "five"], 1_500);
  const printed = async (...args: string[]) =>
    (await workspace.run("logs", ...args)).stdout.trimEnd().split("\n");

  assertEquals(await printed(), [
    ...["a | one", "a | two", "b | TWO", "a | \x1b[31mthree\x1b[0m"],
    ...["b | five", "a | four"],
  ]);
  assertEquals(await printed("--since=1970-01-01T00:00:02.5Z"), [
    ...["b | five", "a | four"],
  ]);
  assertEquals(await printed("--since=10m"), [""]);
  assertEquals(await printed("--grep=^th|(?i:two)"), [
    ...["a | two", "b | TWO", "a | \x1b[31mthree\x1b[0m"],
  ]);
  assertEquals(await printed("-n=1"), ["b | five", "a | four"]);
  assertEquals(await printed("--tail", "2", "--grep=e$", "a"), [
    ...["a | one", "a | \x1b[31mthree\x1b[0m"],
  ]);
  const timed = [
    "1970-01-01T00:00:01.500Z b | TWO",
    "1970-01-01T00:00:02.000Z a | \x1b[31mthree\x1b[0m",
    "1970-01-01T00:00:02.500Z b | five",
    "1970-01-01T00:00:03.000Z a | four",
  ];
  assertEquals(await printed("-t", "-n=2"), timed);
  assertEquals(await printed("--timestamps", "--tail=2"), timed);
  assertEquals(
    (await printed("-t", "--json", "-n=1")).map((line) => JSON.parse(line)),
    [
      ["b", "1970-01-01T00:00:02.500Z", "five"],
      ["a", "1970-01-01T00:00:03.000Z", "four"],
    ].map(([service, time, text]) => ({
      time,
      service,
      stream: "stdout",
      text,
    })),
  );
});

test("logs -ft goes on, with the time of each line before it", async () => {
  await using workspace = await createWorkspace({
    talker: { command: ["sh", "-c", "echo hi; exec sleep 1000"] },
  });
  await using following = startLogs(workspace, "-ft");
  workspace.supervise();

  assertMatch(
    await following.stdout.next() ?? "",
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z talker \| hi$/,
  );
  following.kill("SIGINT");
  assertEquals((await following.status).code, 130);
});

test("logs shows all replicas of a service that is named, or the one that is", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["true"], deploy: { replicas: 2 } },
    b: { command: ["true"] },
  });
  for (const name of ["a-1", "a-2", "b"]) {
    await writeLog(workspace, `${name}.log`, name, [`of ${name}`]);
  }
  const printed = async (...args: string[]) =>
    (await workspace.run("logs", ...args)).stdout.trimEnd().split("\n");

  assertEquals(await printed("a"), ["a-1 | of a-1", "a-2 | of a-2"]);
  assertEquals(await printed("a-2"), ["a-2 | of a-2"]);
});

test("logs says what is wrong with its command line", async () => {
  await using workspace = await createWorkspace({
    worker: { command: ["true"] },
    "worker-2": { command: ["true"] },
    silent: { command: ["true"] },
  });
  await writeLog(workspace, "worker.log", "worker", ["one"]);
  await writeLog(workspace, "worker-2.log", "worker-2", ["two"]);
  const refused = async (...args: string[]) => {
    const { code, stderr } = await workspace.run("logs", ...args);
    assertEquals(code, 2, stderr);
    return stderr;
  };

  assertMatch(
    await refused("--grep=a("),
    /^Cannot read --grep="a\(": expected a regular expression: Unterminated group\n$/,
  );
  assertMatch(
    await refused("--since=tomorrow"),
    /^Cannot read --since="tomorrow": expected a duration such as 10m, or/,
  );
  assertMatch(await refused("-n=-1"), /^Cannot read -n="-1": expected a whole/);
  assertMatch(
    await refused("-f", "wroker"),
    /^Cannot find a log of "wroker" in .*; did you mean "worker"\?\n$/,
  );
  const silent = await workspace.run("logs", "silent");
  assertEquals([silent.code, silent.stdout], [0, ""]);
  const service = await workspace.run("logs", "worker");
  assertEquals(service.stdout, "worker | one\n");
});

test("logs shows what there is although the config is broken, and else says so", async () => {
  await using workspace = await createWorkspace({ a: { comand: ["true"] } });

  const before = await workspace.run("logs");
  await writeLog(workspace, "a-2.log", "a-2", ["one"]);
  const after = await workspace.run("logs", "a");

  assertEquals(before.code, 2);
  assertMatch(before.stderr, /services\.a\.comand: unknown key/);
  assertEquals([after.code, after.stdout], [0, "a-2 | one\n"]);
});
