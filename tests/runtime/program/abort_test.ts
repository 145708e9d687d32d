import { assertEquals } from "@std/assert";
import { abortOnDispose } from "../../../runtime/program/abort.ts";

Deno.test("abortOnDispose() aborts at the end of its block", () => {
  let signal: AbortSignal;
  {
    using ended = abortOnDispose();
    signal = ended.signal;
    assertEquals(signal.aborted, false);
  }

  assertEquals(signal.aborted, true);
});
