/**
 * `deno task bench:broker`: measures a broker from outside, as its users see
 * it: one process that registers, asks, watches and calculates, and the broker
 * and a calculator server beside it.
 *
 * @module
 */

import { startGuardian } from "../runtime/process/guardian.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { measureCalculations } from "./bench/broker/calculations.ts";
import { measureCalls } from "./bench/broker/calls.ts";
import { measureChanges } from "./bench/broker/changes.ts";
import { describe } from "./bench/broker/describe.ts";
import { measureEmptyCalls } from "./bench/broker/empty_calls.ts";
import { measureEtcd } from "./bench/broker/etcd.ts";
import type { Figures } from "./bench/broker/figures.ts";
import { measureKills } from "./bench/broker/kills.ts";
import { measureRegistrations } from "./bench/broker/registrations.ts";
import { measureWatchers } from "./bench/broker/watchers.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** How much of each is measured. */
const SIZES = {
  record: {
    resolves: 5_000,
    inFlightResolves: 40_000,
    calculations: 5_000,
    inFlightCalculations: 40_000,
    changes: 2_000,
    changesToHundred: 300,
    kills: 20,
    registrations: 10_000,
    watchers: 1_000,
    changesToThousand: 50,
  },
  quick: {
    resolves: 1_000,
    inFlightResolves: 5_000,
    calculations: 1_000,
    inFlightCalculations: 5_000,
    changes: 300,
    changesToHundred: 30,
    kills: 3,
    registrations: 10_000,
    watchers: 1_000,
    changesToThousand: 5,
  },
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 */
export async function benchBroker(argv: string[]): Promise<void> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    return printHelp(
      "bench:broker [flags]",
      "Measures the broker and the calculator, and etcd if that is there.",
      BENCH_FLAGS,
    );
  }
  const sizes = quick ? SIZES.quick : SIZES.record;
  await using guardian = startGuardian();
  const etcd = await measureEtcd(guardian, sizes);
  const figures: Figures = {
    ...await measureCalls(guardian, sizes),
    ...await measureCalculations(guardian, sizes),
    // Not first: this process has to be as warm for them.
    ...await measureEmptyCalls(guardian, sizes),
    changeToOneWatcher: await measureChanges(guardian, 1, sizes.changes),
    changeToEachOf100Watchers: await measureChanges(
      guardian,
      100,
      sizes.changesToHundred,
    ),
    killToEvent: await measureKills(guardian, sizes.kills),
    registrations: await measureRegistrations(guardian, sizes.registrations),
    watchers: await measureWatchers(
      guardian,
      sizes.watchers,
      sizes.changesToThousand,
    ),
  };
  print(
    json
      ? JSON.stringify(
        {
          command: "bench:broker",
          deno: Deno.version.deno,
          quick,
          ...figures,
          ...(etcd ? { etcd } : {}),
        },
        undefined,
        2,
      )
      : describe(figures, etcd),
  );
}
