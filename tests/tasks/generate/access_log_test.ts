import { assert, assertEquals } from "@std/assert";
import { generateEvents } from "../../../tasks/generate/generator.ts";

function logOf(count: number, seed = 42): string {
  const blocks = [...generateEvents({ count, seed, workload: "access-log" })];
  return blocks.map((block) => new TextDecoder().decode(block)).join("");
}

Deno.test("an access log is the same for the same seed, and another for another", () => {
  assertEquals(logOf(500), logOf(500));
  assert(logOf(500) !== logOf(500, 43));
  assert(logOf(500).startsWith(logOf(100)));
});

Deno.test("an access log has the fields of one, in the order of time", () => {
  const lines = logOf(5_000).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );

  assertEquals(lines.length, 5_000);
  for (const line of lines) {
    assertEquals(
      Object.keys(line),
      ["time", "method", "route", "status", "bytes", "ms"],
    );
    assert(Number.isInteger(line.bytes) && line.bytes >= 0);
    assert(line.ms > 0 && Math.round(line.ms * 100) / 100 === line.ms);
    assertEquals(line.bytes === 0, line.status === 304);
  }
  const times = lines.map(({ time }) => time);
  assertEquals(times, times.toSorted());
  const statuses = Map.groupBy(lines, ({ status }) => status);
  assertEquals([...statuses.keys()].sort(), [200, 304, 404, 500, 503]);
  const routes = Map.groupBy(lines, ({ route }) => route);
  assert(routes.get("/")!.length > routes.get("/health")!.length);
});
