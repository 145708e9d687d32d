import { assertEquals } from "@std/assert";
import { createRunView } from "../../../orchestrator/run_view.ts";
import { toldRun } from "../../../tasks/run/told_run.ts";
import { eventually } from "../../support/eventually.ts";
import { serveNotedDashboard } from "../../support/noted_dashboard.ts";
import { tempFolder } from "../../support/temp_folder.ts";

/** A run without stages. */
function anyRun() {
  return createRunView({
    run: "r",
    title: "a → b",
    swaps: () => ({ count: 0, busy: false }),
    stages: { processes: () => [] },
  });
}

Deno.test("toldRun() tells a dashboard that starts later, and one that comes back, to the end", async () => {
  await using folder = await tempFolder();
  const view = anyRun();
  const told = toldRun(view, { stateDir: folder.path, everyMs: 10 });
  told.begin();
  assertEquals(view.isWatched, false);
  {
    await using first = await serveNotedDashboard(folder.path);
    await eventually("the first is told", () => first.told.length > 0);
    assertEquals(first.told[0]?.record.title, "a → b");
  }
  // Who has left is missed at the next that there is to tell.
  view.happened("It goes on");
  await eventually("nobody watches", () => !view.isWatched);
  await using second = await serveNotedDashboard(folder.path);
  await eventually("the second is told", () => second.told.length > 0);
  view.over();
  await told[Symbol.asyncDispose]();

  const [{ record, over }] = second.told as [typeof second.told[0]];
  assertEquals([record.id, record.phase, over], ["r", "failed", true]);
  assertEquals(record.events.map(({ message }) => message), ["It goes on"]);
});

Deno.test("toldRun() ends with the run where there is no dashboard, and where one has left its files", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("dashboard"));
  for (const left of ["", "dashboard/token", "dashboard/collector.sock"]) {
    if (left) await Deno.writeTextFile(folder.file(left), "x");
    const view = anyRun();
    const told = toldRun(view, { stateDir: folder.path, everyMs: 10 });
    told.begin();
    view.over();
    await told[Symbol.asyncDispose]();

    await eventually("nobody watches", () => !view.isWatched);
  }
});
