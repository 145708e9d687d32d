/**
 * The programs in other languages, for tests: the calculator's and the stages.
 *
 * They need toolchains that not every machine has. Where one is not built its
 * tests are ignored, with the reason in their names; in CI they run, and fail.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Server } from "./calculator_system.ts";
import type { DeclareTest, TestRun } from "./at_once.ts";
import { type Lines, spawn, type Spawned } from "./spawned.ts";
import { freeAddress } from "./free_ports.ts";

const RUST = "calculator/rust/target/release";
const CPP = "calculator/cpp/build";

/** The programs, as paths in the repository. */
export const RUST_CLIENT = `${RUST}/calculator-client`;
export const RUST_SERVER = `${RUST}/calculator-server`;
export const RUST_SOAK = `${RUST}/calculator-soak`;
export const CPP_CLIENT = `${CPP}/calculator-client`;
/** Built with the address and the undefined behaviour sanitizer. */
export const CPP_SANITIZED_CLIENT = `${CPP}/sanitized/calculator-client`;
export const CPP_SANITIZED_UNIT_TESTS = `${CPP}/sanitized/unit-tests`;
export const CPP_SOAK = `${CPP}/calculator-soak`;
export const CPP_UNIT_TESTS = `${CPP}/unit-tests`;
/** The stages of the pipeline. */
export const RUST_PARSE = "stages/rust/target/release/parse";
export const GO_AGGREGATE = "stages/go/bin/aggregate";

/** True where a missing toolchain is a mistake and not somebody's choice. */
const IN_CI = Deno.env.get("CI") === "true";

/**
 * Declares a test that needs programs which have been built.
 *
 * @param declare What declares it where they are there.
 */
export function testBuilt(
  name: string,
  programs: readonly string[],
  run: TestRun,
  declare: DeclareTest = Deno.test,
): void {
  const missing = programs.find((program) => !isFile(program));
  testWhere(
    name,
    missing &&
      `${missing} is not there; "deno task ${commandOf(missing)}" builds it`,
    run,
    declare,
  );
}

/** The command that builds a program. */
function commandOf(program: string): string {
  return program.startsWith("stages/") ? "build:stages" : "build:clients";
}

/** Declares a test that cannot run where there is a reason against it. */
export function testWhere(
  name: string,
  reason: string | undefined,
  run: TestRun,
  declare: DeclareTest = Deno.test,
): void {
  if (reason === undefined) return declare(name, run);
  Deno.test({
    name: `${name} (skipped: ${reason})`,
    ignore: !IN_CI,
    fn: () => {
      throw new Error(`Cannot run this test, and in CI it must: ${reason}`);
    },
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(new URL(`../../${path}`, import.meta.url)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Starts a client. */
export function startBuilt(
  program: string,
  broker: string,
  args: string[],
): Spawned {
  return spawn(program, [`--broker=${broker}`, ...args]);
}

/** Starts the server in Rust and waits until it listens. */
export async function startRustServer(
  broker: string,
  { address = freeAddress(), args = [] }: {
    address?: string;
    args?: string[];
  } = {},
): Promise<Server> {
  const spawned = spawn(RUST_SERVER, [
    `--address=${address}`,
    `--broker=${broker}`,
    ...args,
  ]);
  const line = await spawned.stderr.find(/^Serving on /);
  return Object.assign(spawned, { address: line.slice("Serving on ".length) });
}

/** Starts the server in Rust and waits until the broker knows it. */
export async function startRegisteredRustServer(
  broker = freeAddress(),
): Promise<Server> {
  const server = await startRustServer(broker);
  await server.stderr.find(/^Registered/);
  return server;
}

const ANSWER =
  /^(\d+) ([-+x/]) (\d+) = (-?[\d.]+) \(\d+\.\d ms, (127\.0\.0\.1:\d+)\)$/;

/** Checks one line of a client, and returns who answered. */
export function checkAnswer(line: string | undefined): string {
  const [, left, symbol, right, result, address] = ANSWER.exec(line ?? "") ??
    [];
  assert(address !== undefined, `not an answer: ${line}`);
  const [a, b] = [Number(left), Number(right)];
  const exact = { "+": a + b, "-": a - b, "x": a * b, "/": a / b }[symbol!]!;
  assert(
    result === String(Number(exact.toPrecision(15))),
    `a wrong answer: ${line}`,
  );
  return address;
}

/** Reads so many answers; every line has to be one, and right. */
export async function readAnswers(
  output: Lines,
  wanted: number,
): Promise<string[]> {
  const addresses: string[] = [];
  while (addresses.length < wanted) {
    addresses.push(checkAnswer(await output.next()));
  }
  return addresses;
}

/** So many lines are read for what has to come at last. */
const MAX_LINES = 20_000;

/** How many answers in a row tell who answers. */
const IN_A_ROW = 20;

/**
 * Reads until some answers in a row came from these servers, each in its turn:
 * one answers alone until the others are connected, or once it is alone.
 */
export async function readUntilInTurn(
  output: Lines,
  servers: readonly string[],
): Promise<void> {
  const latest: string[] = [];
  for (let read = 0; read < MAX_LINES; read++) {
    latest.push(checkAnswer(await output.next()));
    if (latest.length > IN_A_ROW) latest.shift();
    const isInTurn = latest.every((address, place) =>
      servers.includes(address) &&
      (place < servers.length
        ? latest.indexOf(address) === place
        : address === latest[place - servers.length])
    );
    if (latest.length === IN_A_ROW && isInTurn) return;
  }
  throw new Error(
    `Not answered by ${servers.join(" and ")} in turn, but by ${
      latest.join(", ")
    }`,
  );
}

/** Kills processes, and waits until they are gone. */
export async function killed(...processes: Spawned[]): Promise<void> {
  for (const each of processes) each.kill("SIGKILL");
  await Promise.all(processes.map(({ status }) => status));
}
