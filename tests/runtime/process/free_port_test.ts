import { assertEquals } from "@std/assert";
import { isFree, pickPort } from "../../../runtime/process/free_port.ts";

const NONE: ReadonlySet<number> = new Set();

Deno.test("pickPort() gives what is free, and not what is spoken for", () => {
  const first = pickPort("a-1", NONE);
  using _somebody = Deno.listen({ hostname: "127.0.0.1", port: first });

  const second = pickPort("a-1", NONE);
  const third = pickPort("a-1", new Set([second]));

  assertEquals([isFree(first), isFree(second)], [false, true]);
  assertEquals(new Set([first, second, third]).size, 3);
});
