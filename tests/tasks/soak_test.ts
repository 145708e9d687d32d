import { assert, assertEquals, assertMatch } from "@std/assert";
import { BROKEN_CONNECTIONS } from "../../tasks/soak/broken_connections.ts";
import {
  type ComparedLines,
  compareLines,
} from "../../tasks/soak/compare_lines.ts";
import type { Weathered } from "../../tasks/soak/storm.ts";
import { startTask } from "../support/calculator_system.ts";
import { spawnFixture } from "../support/spawned.ts";

Deno.test("soak: broken connections end no broker, calculator, stage or supervisor", async () => {
  await using task = startTask(
    "soak",
    "--rounds=1",
    "--lines=2000",
    "--seed=7",
    "--json",
  );

  const { code } = await task.status;
  const stdout = await task.stdout.rest();
  // First, since it says why there is no JSON where there is none.
  assertEquals(await task.stderr.rest(), "");
  const { servers, lines }: { servers: Weathered[]; lines: ComparedLines } =
    JSON.parse(stdout);

  assertEquals(
    servers.map(({ name, connections, problems }) => ({
      name,
      connections,
      problems,
    })),
    [
      "broker",
      "calculator",
      "ingest",
      "parse",
      "rules",
      "aggregate",
      "sink",
      "supervisor",
    ].map((name) => ({
      name,
      connections: BROKEN_CONNECTIONS.length,
      problems: [],
    })),
  );
  for (const { name, answers } of servers) {
    assert(answers > 1, `${name} answered another client ${answers} times`);
  }
  // The same lines in the same order: a seed repeats them.
  assertEquals(lines, await compareLines({ lines: 2_000, seed: 7 }));
  assert(lines.lines >= 2_000 && lines.problems.length === 0);
  assertEquals(code, 0);
});

Deno.test("soak --address takes a server of one's own, and says what became of it", async () => {
  await using server = await spawnFixture("ends_with_first_client.ts");
  await using task = startTask(
    "soak",
    "--rounds=1",
    `--address=${server.firstLine}`,
  );

  const { code } = await task.status;

  assertEquals(code, 1);
  assertMatch(
    (await task.stderr.rest()).split("\n").at(-1)!,
    /^deno did not answer another client: .*, refused a connection \(.+\)$/,
  );
});

Deno.test("there are more than thirty kinds of broken connection, each with a name", () => {
  const names = new Set(BROKEN_CONNECTIONS.map(({ name }) => name));

  assertEquals(names.size, BROKEN_CONNECTIONS.length);
  assert(names.size > 30);
});
