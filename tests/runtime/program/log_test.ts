import { assertEquals } from "@std/assert";
import { Failure, Fault } from "../../../runtime/program/errors.ts";
import { exitCodeOf } from "../../../runtime/program/exit.ts";
import { logged } from "../../support/logged.ts";
import {
  divertLog,
  divertPrint,
  log,
  logDefect,
  print,
} from "../../../runtime/program/log.ts";

Deno.test("what is logged and printed is visible, whoever gave the words for it", () => {
  const logged: string[] = [];
  const printed: string[] = [];
  {
    using _log = divertLog((text) => void logged.push(text));
    using _print = divertPrint((text) => void printed.push(text));
    log("Cannot reach \x1b]0;evil\x07");
    logDefect("asking", "\x9b2J");
    print("a\r\u202eb\nc");
    print(JSON.stringify(["\x7f"]));
  }

  assertEquals(logged, [
    "Cannot reach \\u001b]0;evil\\u0007\n",
    "Defect while asking: \\u009b2J\n",
  ]);
  assertEquals(printed, ["a\\r\\u202eb\nc", '["\\u007f"]']);
});

Deno.test("exitCodeOf() tells a failure in its lines, and what another program says in one", async () => {
  using log = logged();

  for (
    const error of [
      new Failure("two problems:\n  one"),
      new Fault("invalid", "no\nsupervisor | all is well"),
    ]
  ) assertEquals(await exitCodeOf(() => Promise.reject(error)), 1);

  assertEquals(log.lines, [
    "two problems:",
    "  one",
    "no supervisor | all is well",
  ]);
});
