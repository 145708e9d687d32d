import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  describeExcess,
  heapFlags,
} from "../../../runtime/process/memory_limit.ts";
import { commandLine } from "../../../runtime/process/command_line.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import {
  createWorkspace,
  fixture,
  runFixture,
} from "../../support/supervised.ts";

const test = testsAtOnce("mem_limit");

const MIB = 2 ** 20;

Deno.test("describeExcess() never says that the limit exceeds itself", () => {
  assertEquals(
    describeExcess(71 * MIB, 64 * MIB),
    "used 71 MiB of mem_limit 64 MiB",
  );
  assertEquals(
    describeExcess(64 * MIB + 1, 64 * MIB),
    "used 65 MiB of mem_limit 64 MiB",
  );
  assertEquals(
    describeExcess(900_000, 500 * 1024),
    "used 879 KiB of mem_limit 500 KiB",
  );
});

Deno.test("heapFlags() follow the limit, unless the service sets a size", () => {
  const limit = 256 * MIB;

  assertEquals(heapFlags(undefined, undefined), []);
  assertEquals(heapFlags(limit, undefined), ["--max-old-space-size=192"]);
  assertEquals(heapFlags(limit, "--expose-gc"), ["--max-old-space-size=192"]);
  for (
    const own of [
      "--max-old-space-size=64",
      "--expose-gc,--max_old_space_size=64",
      "--max-heap-size=64",
    ]
  ) assertEquals(heapFlags(limit, own), []);
});

Deno.test("commandLine() limits the heap of a script and of nothing else", () => {
  const memLimitBytes = 256 * MIB;
  const script = commandLine(
    {
      memLimitBytes,
      workingDir: "/work",
      runs: {
        kind: "script",
        script: "/work/a.ts",
        args: [],
        permissions: {},
      },
    },
    [],
    "",
  );
  const command = commandLine(
    {
      memLimitBytes,
      workingDir: "/work",
      runs: { kind: "command", program: "a", args: ["b"] },
    },
    [],
    "",
  );

  assertEquals(script.args.slice(0, 3), [
    "run",
    "--cached-only",
    "--v8-flags=--max-old-space-size=192",
  ]);
  assertEquals(command.args, ["b"]);
});

test("a service over its mem_limit is restarted, counted, and the figure is told", async () => {
  await using workspace = await createWorkspace({
    a: {
      // In a child: what counts is the group.
      command: [
        "sh",
        "-c",
        '"$@" & wait',
        "sh",
        ...runFixture("holds_memory.ts", "200"),
      ],
      mem_limit: "150m",
    },
    b: { command: runFixture("holds_memory.ts", "1"), mem_limit: "1g" },
  });

  const supervised = workspace.supervise();
  await supervised.said(/^a \| holding 200 MiB$/);
  await supervised.said(/a: used (2\d\d|3\d\d) MiB of mem_limit 150 MiB$/);
  await supervised.said(
    /a: was over its mem_limit; starts again (at once|in \d+ ms)$/,
  );
  await supervised.said(/a: started/, 2);

  const services = await workspace.services();
  assert((services.get("a")?.restarts ?? 0) >= 1);
  assertEquals(services.get("b")?.restarts, 0);
});

test("a service that always is over its mem_limit is given up", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: runFixture("holds_memory.ts", "50"),
      mem_limit: "20m",
      restart_policy: { delay: "1ms", max_delay: "1ms", max_attempts: 1 },
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(
    /^Service "a" restarted 1 time within [\d.]+ s; the last time it used \d+ MiB of mem_limit 20 MiB$/,
  );
});

test("with restart: no a service over its mem_limit has failed", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: runFixture("holds_memory.ts", "50"),
      mem_limit: "20m",
      restart: "no",
    },
  });

  const supervised = workspace.supervise();

  assertEquals(await supervised.exit, 1);
  await supervised.said(/^Service "a" used \d+ MiB of mem_limit 20 MiB$/);
});

test("the heap of a script ends with its mem_limit", async () => {
  await using workspace = await createWorkspace({
    a: {
      script: fixture("says_heap_limit.ts"),
      mem_limit: "256m",
      restart: "no",
    },
    b: {
      script: fixture("says_heap_limit.ts"),
      mem_limit: "256m",
      environment: { DENO_V8_FLAGS: "--max-old-space-size=512" },
      restart: "no",
    },
  });

  const supervised = workspace.supervise();
  await supervised.exit;

  const limit = async (name: string) =>
    Number((await supervised.said(new RegExp(`^${name} \\| (\\d+)$`)))[1]);
  const [a, b] = [await limit("a"), await limit("b")];
  assert(a >= 192 && a < 320, `the heap of a may have ${a} MiB`);
  assert(b >= 512, `the heap of b may have ${b} MiB`);
});

test("a mem_limit that is no size is refused", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["true"], mem_limit: "64 megs" },
  });

  const { code, stderr } = await workspace.run("supervise");

  assertEquals(code, 2);
  assertMatch(stderr, /a\.mem_limit: expected a size such as 10MiB or 10m/);
});
