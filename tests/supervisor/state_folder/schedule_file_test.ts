import { assertEquals } from "@std/assert";
import { divertLog } from "../../../runtime/program/log.ts";
import { openScheduleFile } from "../../../supervisor/state_folder/schedule_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const DAILY = { pattern: "@daily", timezone: undefined };
const BERLIN = { pattern: "@daily", timezone: "Europe/Berlin" };

Deno.test("openScheduleFile() finds what the supervisor before has seen to", async () => {
  await using folder = await tempFolder();
  {
    await using file = await openScheduleFile(folder.path, ["a", "b", "c"]);
    file.handled("a", DAILY, 1_000);
    file.ran("a", { atMs: 500, exit: { code: 3, signal: null } });
    file.handled("b", BERLIN, 2_000);
    file.handled("c", DAILY, 3_000);
  }

  await using file = await openScheduleFile(folder.path, ["a", "b"]);

  assertEquals(file.handledMsOf("a", DAILY), 1_000);
  assertEquals(file.lastRunOf("a"), {
    atMs: 500,
    exit: { code: 3, signal: null },
  });
  assertEquals(file.handledMsOf("b", BERLIN), 2_000);
  assertEquals(
    file.handledMsOf("b", DAILY),
    undefined,
    "another schedule has missed nothing",
  );
  assertEquals(
    file.handledMsOf("c", DAILY),
    undefined,
    "there is no such service any more",
  );
});

Deno.test("a schedule that was stopped by hand misses nothing, and its last run is known", async () => {
  await using folder = await tempFolder();
  {
    await using file = await openScheduleFile(folder.path, ["a", "b"]);
    for (const name of ["a", "b"]) {
      file.handled(name, DAILY, 1_000);
      file.ran(name, { atMs: 500 });
    }
    file.dropped("a");
    // Whoever stops from now on is to go on under the next supervisor.
    file.hold();
    file.dropped("b");
  }

  await using file = await openScheduleFile(folder.path, ["a", "b"]);

  assertEquals(
    ["a", "b"].map((name) => file.handledMsOf(name, DAILY)),
    [undefined, 1_000],
  );
  assertEquals(file.lastRunOf("a"), { atMs: 500 });
});

for (const text of ["null", "[", '{"a":{"awaited":{"pattern":1}}}']) {
  Deno.test(`openScheduleFile() says that a schedules.json of ${text} is damaged, and goes on`, async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("schedules.json"), text);
    let said = "";
    using _taken = divertLog((line) => said += line);

    await using file = await openScheduleFile(folder.path, ["a"]);

    assertEquals(file.handledMsOf("a", DAILY), undefined);
    assertEquals(
      said,
      `Cannot use "${
        folder.file("schedules.json")
      }": it is damaged, so it cannot be known which runs were missed\n`,
    );
  });
}

Deno.test("a run that was begun is known until it is over", async () => {
  await using folder = await tempFolder();
  {
    await using file = await openScheduleFile(folder.path, ["a", "b"]);
    for (const name of ["a", "b"]) file.began(name, 500);
    file.ran("b", { atMs: 500 });
  }

  await using file = await openScheduleFile(folder.path, ["a", "b"]);

  assertEquals(["a", "b"].map(file.begunMsOf), [500, undefined]);
});
