/**
 * Another user of this machine. Only root can act as one.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { DeclareTest, TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";

/** A number that no account has. */
export const SECOND_USER = 64_913;

/** Why there is no second user here; undefined where there is one. */
function whyNone(): string | undefined {
  if (Deno.build.os !== "linux") return "it needs Linux";
  if (Deno.uid() !== 0) return "it needs root, to act as a second user";
}

/**
 * Defines a test with a second user; says why where there can be none.
 *
 * @param declare What declares it where there is one.
 */
export function testWithSecondUser(
  name: string,
  run: TestRun,
  declare: DeclareTest = Deno.test,
): void {
  testWhere(name, whyNone(), run, declare);
}

/** Runs a program as the second user. */
export async function asSecondUser(
  program: string,
  ...args: string[]
): Promise<void> {
  await readAsSecondUser(program, args);
}

/** Runs a program as the second user; returns what it prints. */
export async function readAsSecondUser(
  program: string,
  args: string[],
): Promise<string> {
  const user = [`--reuid=${SECOND_USER}`, `--regid=${SECOND_USER}`];
  return await run("setpriv", [...user, "--clear-groups", program, ...args]);
}

/** Makes a file the second user's; a link itself, not what it leads to. */
export async function giveToSecondUser(path: string): Promise<void> {
  await run("chown", ["-h", `${SECOND_USER}:${SECOND_USER}`, path]);
}

async function run(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}
