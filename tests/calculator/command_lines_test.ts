/** One table of command lines, tried with the clients of all three languages. */

import { assertEquals } from "@std/assert";
import { clientFlags } from "../../calculator/client.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { readFlags, toggle } from "../../runtime/program/flags.ts";
import { describeHelp } from "../../runtime/program/help.ts";
import { visible } from "../../runtime/program/visible_text.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  CPP_CLIENT,
  CPP_SANITIZED_CLIENT,
  RUST_CLIENT,
  testBuilt,
} from "../support/built_clients.ts";
import { startBroker, startRegistered } from "../support/calculator_system.ts";
import { spawn } from "../support/spawned.ts";
import {
  COMMAND_LINES,
  type CommandLineCase,
  LONG,
  NOT_UTF8,
  WITH_A_PROCESS,
} from "./command_lines.ts";

const test = testsAtOnce("command lines of the clients");

const TYPESCRIPT_CLIENT =
  `${Deno.execPath()} run --quiet --no-prompt --cached-only --allow-net --ignore-env calculator/client.ts`;

/** Programs that run at the same time. */
const AT_ONCE = 4;

/** What came of a command line. */
interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

for (
  const [language, client] of [
    ["Rust", RUST_CLIENT],
    ["C++", CPP_CLIENT],
    ["sanitized C++", CPP_SANITIZED_CLIENT],
  ] as const
) {
  testBuilt(
    `a ${language} client does with each command line what all clients do`,
    [client],
    async () => {
      const wrong = await tryOut(client, [...COMMAND_LINES, ...NOT_UTF8]);

      assertEquals(wrong, []);
    },
  );
}

test("a TypeScript client does with a command line what all clients do", async () => {
  const whole = COMMAND_LINES.filter(({ args }) =>
    WITH_A_PROCESS.includes(args)
  );

  const wrong = await tryOut(TYPESCRIPT_CLIENT, whole);

  assertEquals(whole.length, WITH_A_PROCESS.length);
  assertEquals(wrong, []);
});

test("a TypeScript client reads the flags of each command line as all clients do", async () => {
  const cases = COMMAND_LINES.filter(({ args }) => !args.includes(">"));
  const lines = await wordsOf(cases.map(({ args }) => args));

  const wrong = cases.flatMap((each, index) =>
    problemOf(each, readAlone(lines[index]!)) ?? []
  );

  assertEquals(wrong, []);
});

/** Runs a client with each command line. @returns What is wrong. */
async function tryOut(
  client: string,
  cases: readonly CommandLineCase[],
): Promise<string[]> {
  await using broker = await startBroker();
  await using _server = await startRegistered(broker.address);
  const left = [...cases];
  const wrong: string[] = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let each; (each = left.shift());) {
      await using run = spawn("bash", ["-c", `exec ${client} ${each.args}`], {
        env: { ...LONG, BROKER: broker.address },
      });
      const { code } = await run.status;
      const stdout = await run.stdout.rest();
      const stderr = await run.stderr.rest();
      wrong.push(...problemOf(each, { code, stdout, stderr }) ?? []);
    }
  }));
  return wrong;
}

/** What the TypeScript client would do, without its process and servers. */
function readAlone(words: string[]): Outcome {
  const flags = { ...clientFlags, help: toggle("print this") };
  const usage = "calculator/client.ts [flags]";
  const summary = "Asks calculator servers for made-up calculations.";
  try {
    const { help } = readFlags(words, flags).flags;
    const stdout = help
      ? describeHelp({ usage, summary, flags })
      : "1 + 1 = 2 (0.1 ms, 127.0.0.1:1)";
    return { code: 0, stdout, stderr: "" };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { code: 2, stdout: "", stderr: visible(error.message) };
  }
}

/** Splits command lines as a shell does. */
async function wordsOf(lines: readonly string[]): Promise<string[][]> {
  const script = lines.map((line) => `printf '%s\\0' ${line} end-of-line\n`);
  await using shell = spawn("bash", ["-c", script.join("")], {
    env: { ...LONG, BROKER: "127.0.0.1:1" },
  });
  await shell.status;
  const words = (await shell.stdout.rest()).split("\0");
  const all: string[][] = [[]];
  for (const word of words.slice(0, -1)) {
    if (word === "end-of-line") all.push([]);
    else all.at(-1)!.push(word);
  }
  return all;
}

function problemOf(
  { args, code, stdout, stderr }: CommandLineCase,
  outcome: Outcome,
): string[] | undefined {
  const fits = outcome.code === code && stdout.test(outcome.stdout) &&
    stderr.test(outcome.stderr);
  if (fits) return undefined;
  return [
    `${args}: ended with ${outcome.code}, standard output "${
      shortened(outcome.stdout)
    }", standard error "${
      shortened(outcome.stderr)
    }"; wanted were ${code}, ${stdout}, ${stderr}`,
  ];
}

function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 200)} ...` : text;
}
