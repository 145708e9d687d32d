/** Several inputs through both commands. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { monolith } from "../../tasks/monolith.ts";
import {
  argsOf,
  type Command,
  findStages,
  killWhole,
  opened,
  runFolder,
  runToEnd,
  runWell,
  startRun,
  unfinishedFile,
} from "../support/runs.ts";
import { endHere } from "../support/command_here.ts";
import { eventually } from "../support/eventually.ts";
import { makePipe } from "../support/programs.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const EVENT = '{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u","value":';
/** None that the shipped rules drop. */
const event = (value: number) => `${EVENT}${value + 100}}`;

/** Writes the inputs of a run; returns them in the order of their names. */
async function writeInputs(folder: TempFolder): Promise<string[]> {
  const contents = [
    `${event(1)}\n${event(2)}\nfirst`,
    "",
    gzipSync(`\ufeff${event(4)}\n\nsecond\n${event(8)}`),
    Buffer.from(`\ufeff${event(16)}\r\n${"x".repeat(300)}\n`),
  ];
  return await Promise.all(contents.map(async (content, at) => {
    const path = folder.file(`${at}.part`);
    await Deno.writeFile(path, Buffer.from(content));
    return await Deno.realPath(path);
  }));
}

/** The places in a rejects file. */
function placesIn(rejects: string) {
  return rejects.trimEnd().split("\n").map((line) => JSON.parse(line))
    .map(({ file, line, offset }) => [file, line, offset]);
}

Deno.test("pipeline and monolith read several inputs in order, and name the file of each reject", async () => {
  await using folder = await tempFolder();
  const paths = await writeInputs(folder);
  const [a, , c, d] = paths;
  const byOrder = ["--max-line=200", `--input=${c}`, `--input=${a}`, d!, a!];
  const byPattern = ["--max-line=200", `--input=${folder.file("?.p*t")}`];

  const written = {
    pattern: await runWell("pipeline", [...byPattern, "--workers=parse:2"]),
    order: await runWell("pipeline", byOrder),
    monolithPattern: await runWell("monolith", byPattern),
    monolithOrder: await runWell("monolith", byOrder),
  };

  for (
    const { report, rejects } of [written.pattern, written.monolithPattern]
  ) {
    assertEquals(report.results.map(({ count, sum }) => [count, sum]), [
      [5, 531],
    ]);
    assertEquals(placesIn(rejects), [
      [a, 3, 2 * event(1).length + 2],
      [c, 3, event(4).length + 5],
      [d, 2, event(16).length + 5],
    ]);
  }
  for (const { report, rejects } of [written.order, written.monolithOrder]) {
    assertEquals(report.results.map(({ count, sum }) => [count, sum]), [
      [7, 734],
    ]);
    assertEquals(placesIn(rejects).map(([file]) => file), [c, a, d, a]);
  }
  assertEquals(written.pattern.rejects, written.monolithPattern.rejects);
  assertEquals(written.order.rejects, written.monolithOrder.rejects);
});

Deno.test("a pipe and standard input may be among several, and a message names the file", async () => {
  await using folder = await tempFolder();
  const [a] = await writeInputs(folder);
  const pipe = makePipe(folder.file("pipe"));
  const outcome = async (command: Command) => {
    await using runs = await runFolder();
    await using run = startRun(command, runs, [
      a!,
      "-",
      pipe,
      "--max-rejects=1",
    ], { stdin: "piped" });
    const writer = run.stdin!.getWriter();
    await writer.write(new TextEncoder().encode(event(32)));
    await writer.close();
    await Deno.writeTextFile(pipe, `${event(64)}\nlast\n`);
    const stderr = await run.stderr.rest();
    const { code } = await run.status;
    return { code, stderr, rejects: await Deno.readTextFile(runs.rejects) };
  };

  for (const command of ["pipeline", "monolith"] as const) {
    const { code, stderr, rejects } = await outcome(command);

    assertEquals(code, 1, stderr);
    assertMatch(
      stderr,
      new RegExp(
        `2 rejects are more than --max-rejects=1; the last is line 2 of "${pipe}": `,
      ),
    );
    assertEquals(placesIn(rejects).map(([file]) => file), [a, pipe]);
  }
});

Deno.test("a run over several inputs that is killed whole in each goes on exactly once, and names what is another", async () => {
  await using folder = await tempFolder();
  const state = folder.file("state");
  const many = (from: number) =>
    Array.from({ length: 20_000 }, (_, at) => `${event(from + at)}\n`).join("");
  const paths = [0, 1, 2].map((at) => folder.file(`${at}.ndjson`));
  // Its line tells when the run is in that input.
  const contents = paths.map((_, at) => `first\n${many(at * 20_000)}junk`);
  await Deno.writeTextFile(paths[0]!, contents[0]!);
  await Deno.writeFile(paths[1]!, gzipSync(contents[1]!));
  await Deno.writeTextFile(paths[2]!, contents[2]!);
  const plain = await runWell("monolith", paths);
  await using runs = await runFolder();
  const args = [...paths, `--state=${state}`];

  for (const [at, path] of paths.entries()) {
    await using run = startRun("pipeline", runs, [
      ...args,
      ...(at === 0 ? [] : ["--resume"]),
      "--batch=5",
      "--checkpoint-interval=1ms",
    ]);
    await opened(run);
    const stages = await findStages(run.port);
    await eventually(`the run is in ${path}`, async () => {
      const rejects = await unfinishedFile(runs, "rejects.ndjson");
      return rejects !== undefined &&
        (await Deno.readTextFile(rejects)).includes(path);
    });
    await killWhole(run, stages);
  }

  const last = await Deno.readTextFile(paths[2]!);
  await Deno.writeTextFile(paths[2]!, last.slice(0, -1));
  const refused = await runToEnd("pipeline", runs, [...args, "--resume"]);
  assertEquals(refused.code, 2);
  assertMatch(
    refused.stderr,
    new RegExp(`"${paths[2]}": the input had ${last.length} bytes and has`),
  );

  const { mtime } = await Deno.stat(paths[0]!);
  await Deno.writeTextFile(paths[2]!, last);
  const manifest = `${state}/run.json`;
  const kept = JSON.parse(await Deno.readTextFile(manifest));
  await Deno.utime(paths[2]!, mtime!, kept.inputs[2].changedMs / 1_000);
  const resumed = await runToEnd("pipeline", runs, [
    ...args,
    "--resume",
    "--chaos=ingest@85%",
    "--batch=5",
    "--json",
  ]);
  assertMatch(resumed.stderr, /\(recovery 1 of 10\)/);
  assertEquals(resumed.code, 0, resumed.stderr);
  const { resumedAt } = JSON.parse(resumed.stdout);
  // How far the last save is behind depends on how long one takes.
  assert(resumedAt > 0, `resumed at event ${resumedAt}`);
  assertEquals(await Deno.readTextFile(runs.output), plain.results);
  assertEquals(await Deno.readTextFile(runs.rejects), plain.rejects);
  // Counted without the project's own code.
  const values = Array.from({ length: 60_000 }, (_, at) => at + 100);
  assertEquals(plain.report.results.map(({ count, sum }) => [count, sum]), [
    [values.length, values.reduce((sum, value) => sum + value, 0)],
  ]);
  assertEquals(
    placesIn(plain.rejects),
    paths.flatMap((path, at) => [
      [path, 1, 0],
      [path, 20_002, contents[at]!.length - "junk".length],
    ]),
  );
});

Deno.test("a pattern without a file, and standard input twice, are refused", async () => {
  await using folder = await runFolder();
  const pattern = folder.file("*.none");
  for (
    const [args, message] of [
      [
        [`--input=${pattern}`],
        `Cannot read the input "${pattern}": no file matches it`,
      ],
      [
        ["-", "--input=-"],
        "Cannot read standard input twice: it gives its bytes only once",
      ],
    ] as const
  ) {
    assertEquals(await endHere(() => monolith(argsOf(folder, [...args]))), {
      code: 2,
      stdout: "",
      stderr: message,
    });
  }
});
