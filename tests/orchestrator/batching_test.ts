import { assertEquals, assertThrows } from "@std/assert";
import { BATCH_FLAGS, batchingOf } from "../../orchestrator/batching.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { readFlags } from "../../runtime/program/flags.ts";

/** What a command line asks for. */
function read(...args: string[]) {
  const { batch, linger } = readFlags(args, BATCH_FLAGS).flags;
  return batchingOf(batch, linger);
}

Deno.test("batches fill themselves unless a size is given", () => {
  assertEquals(read(), { batch: 8_192, lingerMs: 1, windowBatches: 8 });
  assertEquals(read("--batch=auto"), read());
  assertEquals(read("--batch=10"), {
    batch: 10,
    lingerMs: 100,
    windowBatches: 0,
  });
});

Deno.test("--linger bounds the wait of either kind", () => {
  assertEquals(read("--linger=0ms"), { ...read(), lingerMs: 0 });
  assertEquals(read("--batch=10", "--linger=1m30s"), {
    ...read("--batch=10"),
    lingerMs: 90_000,
  });
});

for (const size of ["0", "1000001", "1.5", "-1", "many", "AUTO"]) {
  Deno.test(`--batch=${size} is refused`, () => {
    assertThrows(
      () => read(`--batch=${size}`),
      UsageError,
      `Cannot read --batch="${size}": expected a whole number from 1 to 1000000, or auto`,
    );
  });
}

for (const time of ["soon", "10", "-1ms", "1ms later"]) {
  Deno.test(`--linger=${time} is refused`, () => {
    assertThrows(
      () => read(`--linger=${time}`),
      UsageError,
      `Cannot read --linger="${time}": expected a duration such as 500ms, 1s or 1m30s`,
    );
  });
}
