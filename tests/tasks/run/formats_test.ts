/** Results in another format and order, as a user asks for them. */

import { assertEquals, assertMatch } from "@std/assert";
import {
  type Command,
  ended,
  runFolder,
  runToEnd,
} from "../../support/runs.ts";
import { spawnScript } from "../../support/spawned.ts";

const COMMANDS: Command[] = ["pipeline", "monolith"];

/** Three types, the first of them as often as the others together. */
const EVENTS = ["view", "click", "view", "purchase"].map((type, at) =>
  JSON.stringify({
    ts: "2026-01-01T00:00:00.250Z",
    type,
    user: "u1",
    value: at === 1 ? 2 ** 53 + 2 : at,
  })
).join("\n");

Deno.test("a run that is given a format and no file writes one whose name says it", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), EVENTS);
  await using run = spawnScript("main.ts", {
    args: ["monolith", "--input=in", "--format=table"],
    cwd: folder.path,
  });

  const { code, stdout } = await ended(run);

  assertEquals(code, 0);
  assertMatch(stdout, /^results: \.denizen\/results\.txt$/m);
  assertMatch(
    await Deno.readTextFile(folder.file(".denizen/results.txt")),
    /^key +count +sum /m,
  );
});

Deno.test("a run writes the format that the file's name says, the top of its results, and leaves nothing else", async () => {
  for (const command of COMMANDS) {
    await using folder = await runFolder();
    await Deno.writeTextFile(folder.file("in"), EVENTS);
    await Deno.writeTextFile(folder.file("rules"), "[]");
    const { code, stdout, stderr } = await runToEnd(command, folder, [
      `--input=${folder.file("in")}`,
      `--rules=${folder.file("rules")}`,
      "--types=view,click,purchase",
      `--output=${folder.file("results.csv")}`,
      "--top=2",
      "--sort=sum",
      "--json",
    ]);

    assertEquals({ code, stderr }, { code: 0, stderr: "" }, command);
    assertEquals(
      await Deno.readTextFile(folder.file("results.csv")),
      "key,count,sum,avg,min,max\r\n" +
        "click,1,9007199254740994,9007199254740994,9007199254740994,9007199254740994\r\n" +
        "purchase,1,3,3,3,3\r\n",
    );
    assertEquals(
      JSON.parse(stdout).results.map(({ key }: { key: string }) => key),
      ["click", "purchase"],
    );
    assertEquals(await folder.names(), [
      "in",
      "rejects.ndjson",
      "results.csv",
      "rules",
    ]);
  }
});

Deno.test("--format goes before the file's name, and to standard output; an unknown field is refused", async () => {
  await using folder = await runFolder();
  await Deno.writeTextFile(folder.file("in"), EVENTS);
  const run = (...args: string[]) =>
    runToEnd("monolith", folder, [`--input=${folder.file("in")}`, ...args]);

  const table = await run("--output=-", "--format=table");
  const refused = await run("--sort=tags.tier.glod");

  assertEquals(table.code, 0, table.stderr);
  assertMatch(
    table.stdout,
    /^ +tags\n +tier\nkey +count +sum .* gold\nclick +1 +9,007,199,254,740,994 /,
  );
  assertEquals({ ...refused, stdout: "" }, {
    code: 2,
    stdout: "",
    stderr:
      'Cannot use --sort=tags.tier.glod: results have no such field; did you mean "tags.tier.gold"?',
  });
});
