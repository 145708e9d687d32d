import { assertEquals } from "@std/assert";
import { pause } from "../../../runtime/program/abort.ts";
import { spawnScript } from "../../support/spawned.ts";

/** A client that hangs is not waited for longer than this. */
const BOUND_MS = 20_000;

Deno.test("a call on a connection that was destroyed waits for the next one", async () => {
  await using client = spawnScript(
    "tests/fixtures/calls_on_destroyed_session.ts",
  );
  const over = new AbortController();

  const line = await Promise.race([
    client.stdout.next(),
    pause(BOUND_MS, over.signal).then(() => "it hangs"),
  ]);
  over.abort();

  assertEquals(line, "SERVING by connection 2");
});
