import { assertEquals } from "@std/assert";
import { taskRunnerIn } from "../../../tasks/supervise/task_runner.ts";
import { createWorkspace } from "../../support/supervised.ts";

Deno.test("taskRunnerIn() knows who starts a supervisor and waits for it", () => {
  const lines: [string, string | undefined][] = [
    ["deno task supervise", "deno task"],
    ["/usr/local/bin/deno --quiet task --config x.json supervise", "deno task"],
    ["/usr/bin/node /p/node_modules/.bin/denizen supervise", "denizen"],
    ["node --no-warnings /p/bin/denizen.mjs supervise", "denizen"],
    ["deno run -A main.ts supervise", undefined],
    ["node /usr/lib/node_modules/npm/bin/npm-cli.js run up", undefined],
    ["sh -c deno task supervise", undefined],
    ["", undefined],
  ];

  for (const [line, expected] of lines) {
    assertEquals(taskRunnerIn(line.split(" ")), expected, line);
  }
});

Deno.test("a supervisor whose parent has ended runs on where npm, and not deno task, has set INIT_CWD", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sh", "-c", "while echo tick; do sleep 0.1; done"] },
  });
  const ready = `${workspace.folder}/ready`;

  const supervised = workspace.superviseIn(
    `INIT_CWD=/ "$@" --plain & until [ -e ${ready} ]; do sleep 0.05; done`,
  );
  await supervised.said(/a \| tick/);
  await Deno.writeTextFile(ready, "");
  // The parent is looked at once a second: this is more than two.
  const before = supervised.lines.length;
  await supervised.said(/a \| tick/, before + 25);

  assertEquals((await workspace.services()).get("a")?.state, "running");
});
