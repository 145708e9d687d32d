import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { divertPrint } from "../../runtime/program/log.ts";
import { help } from "../../tasks/help.ts";

Deno.test("help() of a command prints the same as its --help", async () => {
  for (
    const [words, usage] of [
      [["ps"], /^Usage: deno task ps \[flags\]/],
      [["permissions", "learn"], /^Usage: deno task permissions learn /],
      [["help"], /^Usage: deno task help \[flags\] \[command\]/],
    ] as const
  ) assertMatch(await printed([...words]), usage);
});

Deno.test("help() lists the commands, and with --all every one of them", async () => {
  assertEquals((await printed([])).includes("bench:peers"), false);
  assertMatch(await printed(["--all"]), /^ {2}bench:peers +measure /m);
});

Deno.test("help() of an unknown command says which one may be meant", async () => {
  await assertRejects(
    () => help(["pss"]),
    UsageError,
    'Cannot run "pss": there is no such subcommand; did you mean "ps"?',
  );
});

async function printed(argv: string[]): Promise<string> {
  const lines: string[] = [];
  using _diverted = divertPrint((text) => void lines.push(text));
  await help(argv);
  return lines.join("\n");
}
