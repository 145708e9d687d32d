import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import { createWorkspace } from "../../support/supervised.ts";

const test = testsAtOnce("supervise without a terminal");

test("supervise --wait leaves what services write to their rotated logs", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sh", "-c", "echo out; echo err >&2; touch done; sleep 1000"],
      healthcheck: { exec: ["test", "-e", "done"] },
    },
    broken: { command: ["false"], restart: "no" },
  });

  const waited = await workspace.run("supervise", "--wait", "a");
  const logs = (await workspace.run("logs", "a")).stdout;
  await workspace.run("start", "broken");
  await eventually(
    "broken has ended by itself",
    async () => (await workspace.services()).get("broken")?.state === "exited",
  );
  await workspace.run("stop");

  assertEquals(waited.code, 0, waited.stderr);
  assertEquals(logs.split("\n").toSorted(), ["", "a | err", "a | out"]);
  const own = await Deno.readTextFile(
    join(workspace.folder, ".denizen", "supervisor.log"),
  );
  assertEquals(own, "supervisor | broken: exited with code 1\n");
});

test("supervise --quiet prints what goes wrong, when it does, and nothing else", async () => {
  await using workspace = await createWorkspace({
    good: { command: ["echo", "out"] },
    bad: { command: ["false"], restart: "no" },
    loops: {
      command: ["sh", "-c", "exit 3"],
      restart: "on-failure",
      restart_policy: { max_attempts: 5, delay: "1ms", max_delay: "1ms" },
    },
    // While this runs the supervisor has nothing to say at its own end.
    lasts: { command: ["sleep", "1000"] },
  });

  const quiet = workspace.supervise("--quiet");
  await quiet.said(/^supervisor \| bad: exited with code 1$/);
  await quiet.said(/^supervisor \| loops: restarted 5 times within .* code 3$/);
  quiet.kill("SIGTERM");

  assertEquals(await quiet.exit, 0);
  const loops = quiet.lines.filter((line) => line.includes("starts again"));
  assertEquals(loops.length, 3, "the first, second and fourth restart");
  assertEquals(quiet.lines.length, 5, quiet.lines.join("\n"));
});

test("supervise --json prints what is written and what happens, a document a line", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sh", "-c", "echo one; echo two >&2"], restart: "no" },
  });

  const { code, stdout } = await workspace.run("supervise", "--json");

  assertEquals(code, 0);
  const documents = stdout.trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(
    documents.filter(({ stream }) => stream)
      .map(({ service, stream, text }) => [service, stream, text]).toSorted(),
    [["a", "stderr", "two"], ["a", "stdout", "one"]],
  );
  assertEquals(
    documents.filter(({ state }) => state)
      .map(({ service, state }) => [service, state]),
    [["a", "running"], ["a", "exited"]],
  );
  assertEquals(documents.at(-1).type, "supervisor_stopped");
});

test("supervise --json --quiet prints only what goes wrong", async () => {
  await using workspace = await createWorkspace({
    good: { command: ["echo", "out"] },
    bad: { command: ["false"], restart: "no" },
  });

  const { code, stdout } = await workspace.run(
    "supervise",
    "--json",
    "--quiet",
  );

  assertEquals(code, 1);
  const [only, ...others] = stdout.trimEnd().split("\n");
  assertEquals(others, []);
  const { service, state, exitCode } = JSON.parse(only!);
  assertEquals([service, state, exitCode], ["bad", "exited", 1]);
});
