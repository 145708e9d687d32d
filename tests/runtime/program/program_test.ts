import { assertEquals } from "@std/assert";

import { spawnFixture } from "../../support/spawned.ts";
import { freeAddress } from "../../support/free_ports.ts";

for (
  const { signal, expected } of [
    { signal: "SIGTERM", expected: 0 },
    { signal: "SIGINT", expected: 130 },
  ] as const
) {
  Deno.test(`a program that ${signal} finds in a call ends with ${expected}, and without a word`, async () => {
    await using program = await spawnFixture("asks_for_ever.ts", {
      args: [`--address=${freeAddress()}`],
    });

    program.kill(signal);
    const { code } = await program.status;

    assertEquals(await program.stderr.rest(), "");
    assertEquals(code, expected);
  });
}
