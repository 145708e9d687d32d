import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { divertPrint } from "../../runtime/program/log.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { conformance } from "../../tasks/conformance.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Runs the command, and returns its exit code and what it has printed. */
async function run(...argv: string[]): Promise<[number, string]> {
  const lines: string[] = [];
  using _diverted = divertPrint((text) => void lines.push(text));
  const code = await conformance(argv);
  return [code, lines.join("\n")];
}

Deno.test("conformance() says what there is instead of what was asked for", async () => {
  for (
    const [argv, message] of [
      [[], /name one of ingest, parse/],
      [["pars"], /Cannot check stage "pars"; did you mean "parse"/],
      [["parse=rist"], /no variant "rist" of stage "parse"/],
      [["parse", "--only=gaps"], /no check "gaps"; did you mean "gap"/],
      [["sink", "--only=lanes-out"], /lanes-out is for ingest, parse/],
    ] as const
  ) {
    const error = await assertRejects(() => run(...argv), UsageError);
    assertMatch(error.message, message);
  }
});

Deno.test("conformance() shows what a stage does wrong, and what it leaves out", async () => {
  await using folder = await tempFolder();
  const path = folder.file("stages.yaml");
  const variant = (fault: string) => ({
    script: join(PROJECT, "tests/fixtures/faulty_stage.ts"),
    args: [`--fault=${fault}`],
    permissions: { net: ["self", "next"] },
    lanes: false,
  });
  const variants = { wrong: variant("loses-sync"), right: variant("none") };
  await Deno.writeTextFile(
    path,
    JSON.stringify({ stages: { parse: { variants } } }),
  );
  const only = "--only=sync-passed,lanes-out,report-once";

  const [wrong, table] = await run("parse=wrong", `--stages=${path}`, only);
  const [right, json] = await run(
    ...["parse=right", `--stages=${path}`, only, "--json"],
  );

  assertEquals([wrong, right], [1, 0]);
  assertMatch(
    table,
    /^sync-passed +FAILED .*\n(.*\n)? {2}sent: .*\n {2}came: .*\n {2}expected: .*\n {2}see: +docs\/write-a-stage\.md#5-committed$/m,
  );
  assertMatch(table, /^lanes-out +absent +not offered: lanes\. /m);
  assertMatch(table, /^parse=wrong: 1 ok, 1 failed, 1 not offered$/m);
  assertEquals(
    Math.max(...table.split("\n").map((line) => line.length)) <= 80,
    true,
  );
  assertEquals(
    JSON.parse(json).checks.map(
      ({ id, outcome }: { id: string; outcome: string }) => [id, outcome],
    ),
    [["sync-passed", "ok"], ["lanes-out", "absent"], ["report-once", "ok"]],
  );
});

Deno.test("conformance() names a stage that does not start, and what it wrote", async () => {
  await using folder = await tempFolder();
  const path = folder.file("stages.yaml");
  const dead = { command: ["sh", "-c", "echo no licence >&2; exit 4"] };
  await Deno.writeTextFile(
    path,
    JSON.stringify({ stages: { parse: { variants: { dead } } } }),
  );

  const { message } = await assertRejects(
    () => run("parse=dead", `--stages=${path}`),
    Failure,
  );

  assertMatch(message, /^Cannot check stage "parse=dead": it does not start\n/);
  assertMatch(message, /no licence/);
});

Deno.test("conformance() lists each stage and variant", async () => {
  const [code, list] = await run("--list");

  assertEquals(code, 0);
  assertEquals(
    list.split("\n").filter((name) => !name.includes("=")),
    ["ingest", "parse", "rules", "aggregate", "sink"],
  );
});
