/**
 * `deno task bench:etcd`: two brokers on one etcd, and a client that calls all the
 * time while a broker, a server and etcd are killed.
 *
 * @module
 */

import { startGuardian } from "../runtime/process/guardian.ts";
import { Failure } from "../runtime/program/errors.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { describe } from "./bench/etcd/describe.ts";
import { shortfalls } from "./bench/etcd/figures.ts";
import { measureOutages, type OutagePlan } from "./bench/etcd/measure.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { describeMachine, machineLine } from "./bench/machine.ts";
import { printHelp } from "./terminal/help.ts";

/** For the record: longer than the lease of a broker, and a minute. */
const RECORD: OutagePlan = {
  callsPerSecond: 200,
  observeMs: 15_000,
  awayMs: 60_000,
};

const QUICK: OutagePlan = {
  callsPerSecond: 200,
  observeMs: 3_000,
  awayMs: 10_000,
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @returns The exit code: 1 if a target was missed.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If there is no etcd.
 */
export async function benchEtcd(argv: string[]): Promise<number> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    printHelp(
      "bench:etcd [flags]",
      "Kills a broker, a server and etcd under a client that calls all the time.",
      BENCH_FLAGS,
    );
    return 0;
  }
  await using guardian = startGuardian();
  const machine = describeMachine();
  const loadBefore = Deno.loadavg()[0]!;
  const figures = await measureOutages(guardian, quick ? QUICK : RECORD);
  if (!figures) {
    throw new Failure(
      "Cannot measure etcd: it is not there; Debian has it as etcd-server",
    );
  }
  const load = [loadBefore, Deno.loadavg()[0]!];
  const missed = shortfalls(figures);
  if (json) {
    print(JSON.stringify(
      {
        command: "bench:etcd",
        date: new Date().toISOString(),
        quick,
        machine,
        load,
        ...figures,
        missed,
      },
      undefined,
      2,
    ));
  } else {
    const [before, after] = load.map((each) => each.toFixed(1));
    print(
      `${machineLine(machine)}; load ${before} before, ${after} after\n${
        describe(figures)
      }`,
    );
  }
  for (const each of missed) log(`Target missed: ${each}`);
  return missed.length === 0 ? 0 : 1;
}
