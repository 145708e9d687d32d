import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { readQuestion } from "../../tasks/calculate.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  startBroker,
  startRegistered,
  startTask,
} from "../support/calculator_system.ts";
import { freeAddress } from "../support/free_ports.ts";

const test = testsAtOnce("calculate");

for (
  const [words, operand1, operation, operand2] of [
    [["6", "x", "7"], 6, "OPERATION_MULTIPLY", 7],
    [["6", "*", "7"], 6, "OPERATION_MULTIPLY", 7],
    [["6", "times", "7"], 6, "OPERATION_MULTIPLY", 7],
    [["6 x 7"], 6, "OPERATION_MULTIPLY", 7],
    [["-3", "-", "-4.5"], -3, "OPERATION_SUBTRACT", -4.5],
    [["+1", "+", ".5"], 1, "OPERATION_ADD", 0.5],
    [["1e3", "/", "2."], 1_000, "OPERATION_DIVIDE", 2],
  ] as const
) {
  Deno.test(`readQuestion() reads ${words.join(" ")}`, () => {
    assertEquals(readQuestion(words), { operand1, operation, operand2 });
  });
}

for (
  const [words, message] of [
    [[], /Cannot calculate "": expected two numbers and an operation/],
    [["6", "x"], /expected two numbers and an operation, as in: 6 x 7$/],
    [["6", "a.ts", "b.ts", "7"], /a "\*" has to be quoted/],
    [["6", "mod", "7"], /"mod" is none of \+ plus add, - minus subtract/],
    [["six", "x", "7"], /Cannot calculate with "six": it is not a number/],
    [["6", "x", "0x10"], /with "0x10"/],
    [["6", "x", "Infinity"], /with "Infinity"/],
    [["6", "x", "1e999"], /not a number that a double holds/],
  ] as const
) {
  Deno.test(`readQuestion() refuses "${words.join(" ")}"`, () => {
    const error = assertThrows(() => readQuestion(words), UsageError);

    assertMatch(error.message, message);
  });
}

test("calculate prints the answer and who gave it", async () => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  await using task = startTask(
    "calculate",
    "-6",
    "x",
    "-7",
    `--broker=${broker.address}`,
  );

  const { code } = await task.status;

  assertEquals(code, 0);
  assertMatch(
    await task.stdout.rest(),
    new RegExp(`^-6 x -7 = 42 \\(\\d+\\.\\d ms, ${server.address}\\)$`),
  );
  assertEquals(await task.stderr.rest(), "");
});

for (
  const [words, wanted, message] of [
    [["6", "/", "0"], 1, "Cannot divide 6: the divisor is 0"],
    [
      ["6", "foo", "0"],
      2,
      'Cannot calculate "6 foo 0": "foo" is none of + plus add, - minus subtract, x * times, / over divide',
    ],
  ] as const
) {
  test(`calculate ${words.join(" ")} exits with ${wanted}`, async () => {
    await using broker = await startBroker();
    await using _server = await startRegistered(broker.address);
    await using task = startTask(
      "calculate",
      ...words,
      `--broker=${broker.address}`,
    );

    const { code } = await task.status;

    assertEquals(code, wanted);
    assertEquals(await task.stderr.rest(), message);
  });
}

test("calculate says what to start when no broker answers", async () => {
  const address = freeAddress();
  await using task = startTask(
    "calculate",
    "6",
    "x",
    "7",
    `--broker=${address}`,
  );

  const { code } = await task.status;

  assertEquals(code, 1);
  assertEquals(
    await task.stderr.rest(),
    `Cannot calculate 6 x 7: no broker answers at ${address}; "deno task supervise" starts what is needed`,
  );
});

test("calculate says what to start when no server is registered", async () => {
  await using broker = await startBroker();
  await using task = startTask(
    "calculate",
    "6",
    "x",
    "7",
    `--broker=${broker.address}`,
  );

  const { code } = await task.status;

  assertEquals(code, 1);
  assertEquals(
    await task.stderr.rest(),
    `Cannot calculate 6 x 7: no calculator server is registered with the broker at ${broker.address}; "deno task supervise" starts what is needed`,
  );
});
