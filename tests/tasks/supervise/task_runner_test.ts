import { assertEquals } from "@std/assert";
import { isTaskRunner } from "../../../tasks/supervise/task_runner.ts";
import { createWorkspace } from "../../support/supervised.ts";

Deno.test("isTaskRunner() knows `deno task` among what starts a supervisor", () => {
  const lines: [string, boolean][] = [
    ["deno task supervise", true],
    ["/usr/local/bin/deno --quiet task --config x.json supervise", true],
    ["deno run -A main.ts supervise", false],
    ["node /usr/lib/node_modules/npm/bin/npm-cli.js run up", false],
    ["sh -c deno task supervise", false],
    ["", false],
  ];

  for (const [line, expected] of lines) {
    assertEquals(isTaskRunner(line.split(" ")), expected, line);
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
