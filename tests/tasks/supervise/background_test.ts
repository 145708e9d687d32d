import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { createWorkspace } from "../../support/supervised.ts";

Deno.test("supervise --wait leaves what services write to their rotated logs", async () => {
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
  await workspace.run("stop");

  assertEquals(waited.code, 0, waited.stderr);
  assertEquals(logs.split("\n").toSorted(), ["", "a | err", "a | out"]);
  const own = await Deno.readTextFile(
    join(workspace.folder, ".denizen", "supervisor.log"),
  );
  assertEquals(own, "");
});

Deno.test("supervise --quiet prints what goes wrong, and nothing else", async () => {
  await using workspace = await createWorkspace({
    good: { command: ["echo", "out"] },
    bad: { command: ["false"], restart: "no" },
  });

  const { code, stdout, stderr } = await workspace.run("supervise", "--quiet");

  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Service "bad" exited with code 1\n$/);
});
