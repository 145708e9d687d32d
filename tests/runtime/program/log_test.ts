import { assertEquals } from "@std/assert";
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
