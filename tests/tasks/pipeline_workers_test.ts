/**
 * Several processes of a stage: the answer is that of one process, byte for
 * byte, whatever is killed, and a mistake is named.
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Failure } from "../../runtime/program/errors.ts";
import { writeEvents } from "../../tasks/generate.ts";
import { hostileInput } from "../fixtures/hostile_input.ts";
import { driveWith } from "../support/driven_run.ts";
import { prepareInput } from "../support/prepared_input.ts";
import {
  assertNothingLeft,
  ended,
  findStages,
  freePorts,
  opened,
  runFolder,
  runToEnd,
  runWell,
  startRun,
  writeWithoutEnd,
} from "../support/runs.ts";

const CASES: [workers: string, ports: number, batches: string[]][] = [
  ["parse:2", 6, ["auto"]],
  ["rules:3", 7, ["100"]],
  ["parse:2,rules:3", 8, ["1", "50"]],
];

Deno.test("several workers give what one process does", async (test) => {
  await using folder = await prepareInput(20_003);
  for (const [workers, ports, batches] of CASES) {
    for (const batch of batches) {
      await test.step(`--workers=${workers} --batch=${batch}`, async () => {
        const { report, ...written } = await runWell("pipeline", [
          `--input=${folder.input}`,
          `--workers=${workers}`,
          `--batch=${batch}`,
        ], { ports });

        assertEquals(written, folder.right);
        const count = (stage: string) =>
          Number(new RegExp(`${stage}:(\\d)`).exec(workers)?.[1] ?? 1);
        assertEquals(
          report.stages.map(({ name, workers }) => [name, workers]),
          [
            ["ingest", 1],
            ["parse", count("parse")],
            ["rules", count("rules")],
            ["aggregate", 1],
            ["sink", 1],
          ],
        );
      });
    }
  }
});

Deno.test("several workers give what one process does on hostile input", async (test) => {
  await using folder = await runFolder();
  const input = folder.file("hostile.ndjson");
  const { bytes, rejected, accepted } = hostileInput();
  await Deno.writeFile(input, bytes);
  const args = [`--input=${input}`, "--workload=mixed"];
  const right = await runWell("monolith", args);
  for (const batch of ["auto", "7"]) {
    await test.step(`--batch=${batch}`, async () => {
      const { report, results, rejects } = await runWell("pipeline", [
        ...args,
        "--workers=parse:2,rules:2",
        `--batch=${batch}`,
      ], { ports: 7 });

      assertEquals(results, right.results);
      assertEquals(rejects, right.rejects);
      assertEquals(report.events, rejected + accepted);
    });
  }
});

Deno.test("the figures of the workers are those of their stage", async () => {
  await using folder = await prepareInput(20_000);

  const { report } = await runWell("pipeline", [
    `--input=${folder.input}`,
    "--workers=parse:2,rules:3",
    "--batch=100",
  ], { ports: 8 });

  const flow = report.stages.map((each) => [each.in, each.out, each.batches]);
  const accepted = report.events - report.rejected;
  assertEquals(flow.slice(0, 3), [
    [report.events, report.events, 200],
    [report.events, accepted, 200],
    [accepted, accepted - report.filtered, 200],
  ]);
  assertEquals(flow[3]![2], 200);
});

for (const text of ["", "no event\n"]) {
  Deno.test(`several workers come to the end of ${JSON.stringify(text)}`, async () => {
    await using folder = await runFolder();
    const input = folder.file("in.ndjson");
    await Deno.writeTextFile(input, text);

    const { report } = await runWell("pipeline", [
      `--input=${input}`,
      "--workers=parse:3,rules:2",
    ], { ports: 8 });

    assertEquals([report.events, report.rejected], [
      text ? 1 : 0,
      text ? 1 : 0,
    ]);
  });
}

const WORKERS = "--workers=parse:2,rules:2";
const PORTS = 7;

Deno.test("a worker that is killed costs time and no count, and so do two at once", async (test) => {
  await using folder = await prepareInput(100_000);
  for (
    const [chaos, named] of [
      ["parse.2@30%", ["parse.2"]],
      ["parse@40%", ["parse.1"]],
      ["parse.1@20%,rules.2@20%", ["parse.1", "rules.2"]],
      ["rules.1@60%,rules.2@60%", ["rules.1", "rules.2"]],
      ["aggregate@25%,parse.1@70%,sink@end", ["aggregate", "parse.1", "sink"]],
    ] as const
  ) {
    await test.step(chaos, async () => {
      await using out = await runFolder();
      const { code, stdout, stderr } = await runToEnd("pipeline", out, [
        "--json",
        `--input=${folder.input}`,
        WORKERS,
        "--batch=200",
        `--chaos=${chaos}`,
      ], { ports: PORTS });

      assertEquals(code, 0, stderr);
      assert(JSON.parse(stdout).recoveries >= 1, stderr);
      for (const name of named) {
        assertMatch(
          stderr,
          new RegExp(`stage "${name}" \\(pid \\d+\\) was ended by SIGKILL`),
        );
      }
      assertEquals({
        results: await Deno.readTextFile(out.output),
        rejects: await Deno.readTextFile(out.rejects),
      }, folder.right);
    });
  }
});

Deno.test("a worker that is frozen is killed and started again", async () => {
  await using folder = await prepareInput(100_000);
  await using out = await runFolder();

  const { code, stderr } = await runToEnd("pipeline", out, [
    `--input=${folder.input}`,
    WORKERS,
    "--batch=100",
    "--chaos=rules.2@stop:50%",
  ], { ports: PORTS });

  assertEquals(code, 0, stderr);
  assertMatch(stderr, /stage "rules\.2" \(pid \d+\) was frozen: /);
  assertEquals(await Deno.readTextFile(out.output), folder.right.results);
  assertEquals(await Deno.readTextFile(out.rejects), folder.right.rejects);
});

Deno.test("standard input is exactly once through the crash of workers", async () => {
  await using folder = await prepareInput(100_000);
  await using out = await runFolder();
  await using run = startRun("pipeline", out, ["--input=-", WORKERS], {
    stdin: "piped",
    ports: PORTS,
  });
  const input = await Deno.readFile(folder.input);
  const writer = run.stdin!.getWriter();
  const half = Math.floor(input.length / 2);
  await writer.write(input.subarray(0, half));
  await opened(run);
  const pids = await findStages(run.port, PORTS);
  for (const name of ["parse.2", "rules.1"]) Deno.kill(pids[name]!, "SIGKILL");

  await writer.write(input.subarray(half));
  await writer.close();

  const { code, stderr } = await ended(run);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /recovery 1 of 10/);
  assertEquals({
    results: await Deno.readTextFile(out.output),
    rejects: await Deno.readTextFile(out.rejects),
  }, folder.right);
});

Deno.test("a worker's death ends the run where no recovery is allowed, and nothing is left", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--input=-",
    "--max-recoveries=0",
    WORKERS,
  ], { stdin: "piped", ports: PORTS });
  const writing = writeWithoutEnd(run.stdin!);
  await opened(run);
  await writing.first;
  const pids = await findStages(run.port, PORTS);
  assertEquals(Object.keys(pids).sort(), [
    "aggregate",
    "ingest",
    "parse.1",
    "parse.2",
    "rules.1",
    "rules.2",
    "sink",
  ]);

  Deno.kill(pids["parse.2"]!, "SIGKILL");

  const { code, stderr } = await ended(run);
  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot finish the run: stage "parse.2" (pid ${
      pids["parse.2"]
    }) was ended by SIGKILL, and --max-recoveries=0`,
  );
  await writing.broken;
  await assertNothingLeft(run);
});

Deno.test("more rejects than allowed are said, and not that a lane is gone", async () => {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await Deno.writeTextFile(input, "{}\n".repeat(20));

  const { code, stderr } = await runToEnd("pipeline", folder, [
    `--input=${input}`,
    "--batch=4",
    "--max-rejects=5",
    WORKERS,
  ], { ports: PORTS });

  assertEquals(code, 1);
  assertEquals(
    stderr,
    "Cannot go on: 8 rejects are more than --max-rejects=5; the last is line 8: ts is missing",
  );
});

Deno.test("a line that whichever worker dies of ends the run with its number", async () => {
  await using folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count: 5_000 }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  lines.splice(1_233, 0, '{"poison":1}');
  await Deno.writeTextFile(input, lines.join("\n"));

  const failure = await assertRejects(
    () =>
      driveWith(folder, {
        args: [`--input=${input}`, "--batch=100"],
        workers: { parse: 2 },
        scripts: { parse: "tests/fixtures/stage_that_dies_of_a_line.ts" },
      }),
    Failure,
  );

  assertMatch(
    failure.message,
    /^Cannot finish the run: stage "parse\.[12]" .* exited with code 70, \d times by now at event 1233, line 1234 of the input /,
  );
});

Deno.test("pipeline says who listens on the port of a worker", async () => {
  await using folder = await runFolder();
  const port = freePorts(PORTS);
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: port + 5 });

  const { code, stderr } = await runToEnd("pipeline", folder, [
    "--count=1",
    WORKERS,
  ], { port, ports: PORTS });

  assertEquals(code, 1);
  assertEquals(
    stderr,
    `Cannot start stage "parse.2": Cannot serve on "127.0.0.1:${
      port + 5
    }": process ${Deno.pid} (deno) listens there; choose other ports with --port`,
  );
});

for (
  const [args, message] of [
    [
      ["--workers=sink:2"],
      'Cannot read --workers="sink:2": there can only be one "sink"; several are possible of parse and rules, which keep nothing',
    ],
    [
      ["--workers=parse:16", "--port=65530"],
      "Cannot use --port=65530: the processes of this run need 20 ports, so it is at most 65516",
    ],
    [
      ["--workers=parse:2", "--chaos=parse.3@10%"],
      'Cannot use --chaos=parse.3@10%: the processes of "parse" are parse.1, parse.2; say how many by --workers',
    ],
    [
      ["--chaos=parse.1@10%"],
      'Cannot use --chaos=parse.1@10%: the processes of "parse" are parse; say how many by --workers',
    ],
  ] as const
) {
  Deno.test(`pipeline refuses ${args.join(" ")}`, async () => {
    await using folder = await runFolder();
    await using run = startRun("pipeline", folder, [...args]);

    assertEquals(await ended(run), { code: 2, stdout: "", stderr: message });

    assertEquals(await folder.names(), []);
  });
}

Deno.test("each worker may reach the whole next stage and nothing else", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, [
    "--input=-",
    "--workers=parse:2,rules:2",
  ], { stdin: "piped", ports: PORTS });
  await opened(run);
  const pids = await findStages(run.port, PORTS);

  const net: Record<string, string[]> = {};
  for (const [name, pid] of Object.entries(pids)) {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`);
    const flag = line.split("\0").find((arg) => arg.startsWith("--allow-net="));
    net[name] = flag!.split("=")[1]!.split(",").map((address) =>
      String(Number(address.split(":")[1]) - run.port)
    );
  }

  assertEquals(net, {
    ingest: ["0", "1", "5"],
    "parse.1": ["1", "2", "6"],
    "parse.2": ["5", "2", "6"],
    "rules.1": ["2", "3"],
    "rules.2": ["6", "3"],
    aggregate: ["3", "4"],
    sink: ["4"],
  });
});
