/** Holds what is to be seen of a run: what a dashboard is told, and its report. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { KeptRun } from "../../dashboard/wire.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { STAGES } from "../../stages/names.ts";
import { findReport } from "../../tasks/run/kept_report.ts";
import { serveNotedDashboard } from "../support/noted_dashboard.ts";
import { runFolder, runToEnd } from "../support/runs.ts";

/** Two events that count, and two lines that are none. */
const LINES = [
  '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}',
  "<script>alert(1)</script>",
  '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":18}',
  '{"ts":"2026-01-01T00:00:00.250Z","type":"</script>","user":"u1","value":1}',
].join("\n");

async function readReport(path: string): Promise<KeptRun> {
  const text = await Deno.readTextFile(path);
  const [, json] = /id="kept-run">(.*?)<\/script>/s.exec(text)!;
  return JSON.parse(json!);
}

Deno.test("a run of a moment is seen in the dashboard, and kept as a report", async () => {
  await using folder = await runFolder();
  await using dashboard = await serveNotedDashboard(folder.file(".denizen"));
  const input = folder.file("<script>.ndjson");
  await Deno.writeTextFile(input, LINES);
  await Deno.writeTextFile(folder.file("run.html"), "older");

  const { code, stdout, stderr } = await runToEnd(
    "pipeline",
    folder,
    ["--report=run.html", input],
    { cwd: folder.path, main: `${PROJECT}/main.ts` },
  );
  const { run, version } = await readReport(folder.file("run.html"));
  const [told] = dashboard.told;

  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assert(stdout.trimEnd().endsWith("\nreport:  run.html"), stdout);
  assert(version && run.startedMs > 0);
  for (const record of [run, told!.record]) {
    assertEquals(record.phase, "finished");
    assertEquals(record.title, "<script>.ndjson → results.ndjson");
    assertEquals(record.end?.events, 4);
    assertEquals(Object.values(record.rejects!), [1, 1]);
    assertEquals(record.results?.rows.map((row) => row.slice(0, 3)), [
      ["click", 2, 35],
    ]);
    assertEquals(record.results?.interim, false);
    const last = record.samples.at(-1)!;
    assertEquals(Object.keys(last.stages), [...STAGES]);
    assertEquals(last.stages.parse?.events, 4);
    assertEquals(record.stages.parse?.rejected, 2);
  }
  assertEquals([dashboard.told.length, told?.over], [1, true]);
});

Deno.test("a run that fails keeps a report too, which says why", async () => {
  await using folder = await runFolder();
  const input = folder.file("events.ndjson");
  await Deno.writeTextFile(input, LINES);

  const { code, stderr } = await runToEnd(
    "pipeline",
    folder,
    [`--report=${folder.file("run.html")}`, "--max-rejects=0", input],
  );
  const { run } = await readReport(folder.file("run.html"));

  assertEquals(code, 1);
  assert(stderr.includes("report: "), stderr);
  assertEquals(run.phase, "failed");
  assertMatch(run.events.at(-1)?.message ?? "", /^Cannot go on: 2 rejects/);
});

Deno.test("findReport() refuses what cannot be written, and other files of the run", async () => {
  await using folder = await runFolder();
  const plan = {
    inputs: [folder.file("in")],
    output: folder.output,
    rejects: folder.rejects,
    rulesPath: folder.file("rules"),
  };
  await Deno.writeTextFile(folder.file("in"), "");
  await Deno.symlink(folder.file("in"), folder.file("link"));
  const cases: [name: string, said: RegExp][] = [
    ["-", /a report is a file/],
    ["", /a report is a file/],
    [folder.path, /it is a folder/],
    [folder.file("none/run.html"), /there is no|No such|does not exist/i],
    ["/dev/null", /it is not a regular file/],
    [folder.file("in"), /as the report: it is the input; .* by --report/],
    [folder.file("link"), /as the report: it is the input/],
    [folder.output, /as the report: it is the output/],
    [folder.file("rules"), /as the report: it is the rules/],
  ];
  for (const [name, said] of cases) {
    const { message } = await assertRejects(
      () => findReport(name, plan),
      UsageError,
    );
    assert(said.test(message), `${name}: ${message}`);
  }

  assertEquals(await findReport(undefined, plan), undefined);
  assertEquals(
    await findReport(folder.file("run.html"), plan),
    folder.file("run.html"),
  );
  assertEquals(await folder.names(), ["in", "link"]);
});
