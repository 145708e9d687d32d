/** Results that are written while a run goes on. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import {
  assertNothingLeft,
  type Command,
  ended,
  findStages,
  type Run,
  runFolder,
  startRun,
} from "../support/runs.ts";

const COUNTED = ["--key=k", "--time=t:epoch_ms", "--every=100ms"];
const WINDOW_MS = 1_000;
/** Time between two events, by their own time. */
const STEP_MS = 100;

/** Writes events, each of them of a time after that of the one before. */
function createWriter(run: Run) {
  const writer = run.stdin!.getWriter();
  const encoder = new TextEncoder();
  let events = 0;
  return {
    /** How many are written. */
    get events() {
      return events;
    },
    async write(count: number) {
      const lines = Array.from(
        { length: count },
        () => `{"t":${STEP_MS * events++},"k":"x"}\n`,
      );
      await writer.write(encoder.encode(lines.join("")));
    },
    /** Writes what is no event, and nothing after it. */
    async end() {
      await writer.write(encoder.encode("?\n"));
      await writer.close();
    },
  };
}

interface Line {
  "window_start": string;
  count: number;
  final: boolean;
}

/** The lines by windows, in seconds, each as it must be. */
function checkLines(lines: readonly Line[], events: number) {
  const final = lines.filter((line) => line.final)
    .map((line) => [Date.parse(line["window_start"]) / WINDOW_MS, line.count]);
  const each = WINDOW_MS / STEP_MS;
  const expected = Array.from(
    { length: Math.ceil(events / each) },
    (_, window) => [window, Math.min(each, events - window * each)],
  );
  assertEquals(final, expected);
  const closed = new Set<string>();
  for (const { "window_start": start, final } of lines) {
    assert(!closed.has(start), `${start} comes after its end`);
    if (final) closed.add(start);
  }
}

for (const command of ["pipeline", "monolith"] satisfies Command[]) {
  Deno.test(`${command} --every appends each final result once, whatever is killed`, async () => {
    await using folder = await runFolder();
    await using run = startRun(command, folder, [
      ...COUNTED,
      "--input=-",
      "--output=-",
      "--window=1s",
      "--allowed-lateness=1s",
      ...(command === "pipeline" ? ["--checkpoint-interval=50ms"] : []),
    ], { stdin: "piped" });
    const writer = createWriter(run);
    const lines: Line[] = [];
    const find = async (isWanted: (line: Line) => boolean) => {
      for (let text; (text = await run.stdout.next()) !== undefined;) {
        const line: Line = JSON.parse(text);
        lines.push(line);
        if (isWanted(line)) return;
      }
      assert(false, await run.stderr.rest());
    };
    /** Writes until results come that are final. */
    const untilFinal = async () => {
      await writer.write(55);
      await find(({ final }) => final);
      await find(({ final }) => !final);
    };

    await untilFinal();
    if (command === "pipeline") {
      for (const [at, stage] of ["sink", "aggregate"].entries()) {
        const { [stage]: pid } = await findStages(run.port);
        Deno.kill(pid!, "SIGKILL");
        await run.stderr.find(new RegExp(`recovery ${at + 1} of 10`));
        await untilFinal();
      }
    }
    run.kill("SIGINT");
    const { code, stdout, stderr } = await ended(run);

    assertEquals(code, 0, stderr);
    for (const text of stdout.split("\n").filter(Boolean)) {
      lines.push(JSON.parse(text));
    }
    checkLines(lines, writer.events);
    assert(lines.some(({ final }) => !final));
    assertEquals(await folder.names(), ["rejects.ndjson"]);
    if (command === "pipeline") await assertNothingLeft(run);
  });
}

Deno.test("monolith --every replaces its file, and says of a run that fails what is there", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.output, "of an earlier run");
  await using run = startRun("monolith", folder, [
    ...COUNTED,
    "--input=-",
    "--max-rejects=0",
  ], { stdin: "piped" });
  const writer = createWriter(run);

  await writer.write(3);
  await eventually(
    "the results so far are there",
    async () => (await Deno.readTextFile(folder.output)).includes("count"),
  );
  await writer.end();
  const { code, stderr } = await ended(run);

  assertEquals(code, 1);
  assertMatch(
    stderr,
    /the last is line 4: not valid JSON; ".*results\.ndjson" has the last results so far$/,
  );
  assertEquals(
    await Deno.readTextFile(folder.output),
    '{"k":"x","count":3}\n',
  );
});
