/** One table of command lines, tried with the clients of all three languages. */

import { assertEquals } from "@std/assert";
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
} from "./command_lines.ts";

const TYPESCRIPT_CLIENT =
  `${Deno.execPath()} run --quiet --no-prompt --cached-only --allow-net --ignore-env calculator/client.ts`;

/** Programs that run at the same time. */
const AT_ONCE = 4;

for (
  const [language, client] of [
    ["TypeScript", TYPESCRIPT_CLIENT],
    ["Rust", RUST_CLIENT],
    ["C++", CPP_CLIENT],
    ["sanitized C++", CPP_SANITIZED_CLIENT],
  ] as const
) {
  const isBuilt = client !== TYPESCRIPT_CLIENT;
  testBuilt(
    `a ${language} client does with each command line what all clients do`,
    isBuilt ? [client] : [],
    async () => {
      await using broker = await startBroker();
      await using _server = await startRegistered(broker.address);
      const left = [...COMMAND_LINES, ...(isBuilt ? NOT_UTF8 : [])];
      const wrong: string[] = [];

      await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        for (let each; (each = left.shift());) {
          const problem = await tryOut(client, each, broker.address);
          if (problem) wrong.push(problem);
        }
      }));

      assertEquals(wrong, []);
    },
  );
}

/** Runs one command line. @returns What is wrong with what came of it. */
async function tryOut(
  client: string,
  { args, code: wanted, ...outputs }: CommandLineCase,
  broker: string,
): Promise<string | undefined> {
  await using run = spawn("bash", ["-c", `exec ${client} ${args}`], {
    env: { ...LONG, BROKER: broker },
  });
  const { code } = await run.status;
  const stdout = await run.stdout.rest();
  const stderr = await run.stderr.rest();
  const fits = code === wanted && outputs.stdout.test(stdout) &&
    outputs.stderr.test(stderr);
  return fits
    ? undefined
    : `${args}: ended with ${code}, standard output "${shortened(stdout)}", ` +
      `standard error "${
        shortened(stderr)
      }"; wanted were ${wanted}, ${outputs.stdout}, ${outputs.stderr}`;
}

function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 200)} ...` : text;
}
