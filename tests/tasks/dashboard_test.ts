import { assertEquals, assertMatch } from "@std/assert";
import { createWorkspace } from "../support/supervised.ts";

Deno.test("dashboard says which line a supervisor without one lacks", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sleep", "1000"] },
  });
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);

  const { code, stdout, stderr } = await workspace.run("dashboard");

  assertEquals([code, stdout], [1, ""]);
  assertMatch(
    stderr,
    /^Cannot open the dashboard: "\S*config\.yaml" has none; add the line "dashboard: true" at its top, and then "deno task reload --config=\S+"$/m,
  );
});
