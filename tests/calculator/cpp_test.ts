/** The C++ client as a process, against our broker and server. */

import { assertEquals } from "@std/assert";
import {
  CPP_CLIENT,
  CPP_SANITIZED_UNIT_TESTS,
  CPP_UNIT_TESTS,
  testBuilt,
} from "../support/built_clients.ts";
import { spawn } from "../support/spawned.ts";
import { testClient } from "./client_behaviour.ts";

testClient("C++", CPP_CLIENT);

for (
  const [how, program] of [
    ["", CPP_UNIT_TESTS],
    [" under the sanitizers", CPP_SANITIZED_UNIT_TESTS],
  ] as const
) {
  testBuilt(`the unit tests in C++ pass${how}`, [program], async () => {
    await using tests = spawn(program, []);

    const { code } = await tests.status;

    assertEquals(await tests.stderr.rest(), "");
    assertEquals(code, 0);
  });
}
