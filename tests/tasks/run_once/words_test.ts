import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { runWords } from "../../../tasks/run_once/words.ts";

const READ: [string[], string[], string[]][] = [
  [[], [], []],
  [["sum"], ["sum"], []],
  [["sum", "--"], ["sum"], []],
  [["sum", "--", "-x", "--", "--help"], ["sum"], ["-x", "--", "--help"]],
  [["--config=a", "sum", "--help"], ["--config=a", "sum", "--help"], []],
  [["--config", "a", "sum", "--", "b"], ["--config", "a", "sum"], ["b"]],
  [["sum", "--config", "a"], ["sum", "--config", "a"], []],
];

Deno.test("runWords() takes what is for the service from behind --", () => {
  for (const [argv, own, args] of READ) {
    assertEquals(runWords(argv), { own, args });
  }
});

Deno.test("runWords() says how to pass what stands behind the service", () => {
  const refused = (...argv: string[]) =>
    assertThrows(() => runWords(argv), UsageError).message.replace(
      /^.*run sum/,
      "run sum",
    );

  assertEquals(refused("sum", "1", "--to=a b"), "run sum -- 1 '--to=a b'");
  assertEquals(
    refused("sum", "--verbose", "--", "x"),
    "run sum -- --verbose x",
  );
});
