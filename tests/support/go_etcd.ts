/**
 * A program in Go that finds services, and is found, by etcd alone.
 *
 * @module
 */

import { spawn, type Spawned } from "./spawned.ts";
import { endsWell } from "./programs.ts";

const FOLDER = new URL("../fixtures/go_etcd", import.meta.url).pathname;
const MODULE = `go -C tests/fixtures/go_etcd mod download`;

/** Why it cannot be built here; undefined where it can. */
export function whyNoGoEtcd(): string | undefined {
  if (!endsWell("go", ["version"])) return "it needs Go 1.24";
  // Without the network: what has been downloaded has to do.
  const list = [`-C=${FOLDER}`, "list", "-mod=readonly", "-deps", "."];
  return endsWell("env", ["GOPROXY=off", "GOTOOLCHAIN=local", "go", ...list])
    ? undefined
    : `its modules are not there; "${MODULE}" fetches them`;
}

/** Builds it. @param folder Where the program is put. */
export async function buildGoEtcd(folder: string): Promise<string> {
  const program = `${folder}/go_etcd`;
  await using build = spawn("go", [
    `-C=${FOLDER}`,
    "build",
    "-mod=readonly",
    `-o=${program}`,
    ".",
  ], { env: { GOPROXY: "off", GOTOOLCHAIN: "local" } });
  const { success } = await build.status;
  if (!success) throw new Error(await build.stderr.rest());
  return program;
}

/** Starts it: `call` prints the product of 6 and 7, `serve` its address. */
export function startGoEtcd(
  program: string,
  what: "call" | "serve",
  { etcd, tls = {} }: { etcd: string; tls?: object },
): Spawned {
  return spawn(program, [
    what,
    `--etcd=${etcd}`,
    "--target=services/calculator.v1.CalculatorService",
    ...Object.entries(tls).map(([part, file]) => `--tls-${part}=${file}`),
  ]);
}
