/**
 * Programs in Go that tests ask: what other tools make of our files.
 *
 * They are built on demand. Where Go is not there their tests are ignored, with the
 * reason in their names; in CI they run, and fail.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";
import { endsWell } from "./programs.ts";
import { spawn } from "./spawned.ts";

const GO = ["go", "/usr/local/go/bin/go"].find((program) =>
  endsWell(program, ["version"])
);

/** Declares a test that needs Go, and the modules that its programs name. */
export function testGo(name: string, run: TestRun): void {
  testWhere(
    name,
    GO === undefined
      ? "it needs Go 1.24 or newer (see go.dev/doc/install)"
      : undefined,
    run,
  );
}

/** Programs that are built, or being built, by name. */
const built = new Map<string, Promise<string>>();

/**
 * Runs a program of tests/fixtures/ and returns what it printed.
 *
 * @param name Its folder there.
 * @throws {Error} If it does not build, or fails.
 */
export async function askGo(
  name: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const program = built.get(name) ?? build(name);
  built.set(name, program);
  return await outputOf(await program, args, env);
}

async function build(name: string): Promise<string> {
  const program =
    new URL(`../../.denizen/bin/${name}`, import.meta.url).pathname;
  await outputOf(GO!, [
    `-C=tests/fixtures/${name}`,
    ...["build", "-mod=readonly", `-o=${program}`, "."],
  ]);
  return program;
}

async function outputOf(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  await using running = spawn(program, args, { env });
  const [{ code }, output, errors] = await Promise.all([
    running.status,
    running.stdout.rest(),
    running.stderr.rest(),
  ]);
  assertEquals(code, 0, errors);
  return output;
}
