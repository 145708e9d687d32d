/** The C++ client as a process, against our broker and server. */

import { assertEquals } from "@std/assert";
import {
  CPP_CLIENT,
  CPP_UNIT_TESTS,
  testBuilt,
} from "../support/built_clients.ts";
import { spawn } from "../support/spawned.ts";
import { testClient } from "./client_behaviour.ts";

testClient("C++", CPP_CLIENT);

testBuilt("the unit tests in C++ pass", [CPP_UNIT_TESTS], async () => {
  await using tests = spawn(CPP_UNIT_TESTS, []);

  const { code } = await tests.status;

  assertEquals(await tests.stderr.rest(), "");
  assertEquals(code, 0);
});
