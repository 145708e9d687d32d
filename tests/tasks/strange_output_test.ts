/** What a service writes, and a config says, cannot command a terminal. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { createWorkspace } from "../support/supervised.ts";

/** A title, a cleared screen, an 8-bit control, and a line written over. */
const STRANGE = "\x1b]0;evil\x07\x1b[2J\x9b31m\rgone \x1b[31mre\u202ed";
const VISIBLE =
  "\\u001b]0;evil\\u0007\\u001b[2J\\u009b31m\\rgone \x1b[31mre\\u202ed\x1b[0m";

Deno.test("no command lets a service's bytes through to the terminal, unless --raw asks for them", async () => {
  const write = `printf '%s\\n' "$1"; printf '%s\\n' "$1" >&2; exit 3`;
  await using workspace = await createWorkspace({
    a: { command: ["sh", "-c", write, "sh", STRANGE], restart: "no" },
  });
  const run = async (task: string, ...args: string[]) => {
    const { stdout, stderr } = await workspace.run(task, ...args);
    return { stdout, stderr, all: stdout + stderr };
  };

  const shown = await run("supervise", "--plain");
  const raw = await run("supervise", "--raw");
  const logs = await run("logs", "-n=1");
  const rawLogs = await run("logs", "-n=1", "--raw");
  const json = await run("logs", "-n=1", "--json");
  const events = await run("events");
  const plan = await run("supervise", "--dry-run");
  const unknown = await run("logs", STRANGE);
  await Deno.writeTextFile(
    join(workspace.folder, "config.yaml"),
    `services: { a: { command: ["true"], "\\e[2Jkey\\u202e": 1 } }`,
  );
  const broken = await run("supervise", "--dry-run");

  assertMatch(shown.all, /a \| /);
  assertEquals(
    [shown.stdout, shown.stderr].map((text) =>
      text.split("\n").find((line) => line.startsWith("a | "))
    ),
    Array(2).fill(`a | ${VISIBLE}`),
  );
  assertEquals(logs.stdout, `a | ${VISIBLE}\n`);
  assert(raw.stdout.includes(`a | ${STRANGE}\n`));
  assertEquals(rawLogs.stdout, `a | ${STRANGE}\n`);
  assertEquals(JSON.parse(json.stdout).text, STRANGE);
  assertMatch(events.stdout, /exited .*gone re\\u202ed/);
  assertMatch(plan.stdout, /evil/);
  assertMatch(unknown.stderr, /evil/);
  assertMatch(broken.stderr, /\\u001b\[2Jkey\\u202e/);
  for (const { all } of [json, events, plan, unknown, broken]) {
    const controls = all.match(/[\p{Cc}\u202e]/gu) ?? [];
    assertEquals(new Set(controls), new Set(["\n"]), JSON.stringify(all));
  }
});
