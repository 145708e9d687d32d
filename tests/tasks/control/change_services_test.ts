import { assertEquals, assertMatch } from "@std/assert";
import { createWorkspace } from "../../support/supervised.ts";

Deno.test("a service that is not in the config is a wrong command line, whatever is asked of it", async () => {
  await using workspace = await createWorkspace({
    broker: { command: ["sleep", "1000"] },
  });
  const supervised = workspace.supervise();
  await supervised.said(/broker: started/);

  for (const command of ["stop", "start", "restart", "logs"]) {
    const { code, stderr } = await workspace.run(command, "nosuch");

    assertEquals([command, code], [command, 2]);
    assertMatch(stderr, /^Cannot find .*"nosuch".* broker$/m);
  }
});
