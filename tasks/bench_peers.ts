/**
 * The `bench:peers` command: measures what others would take for the same job,
 * over the same file in the same run.
 *
 * @module
 */

import { resolve } from "node:path";
import { startGuardian } from "../runtime/process/guardian.ts";
import { integer, readFlags } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { PROJECT, shortPath } from "../runtime/program/paths.ts";
import { BENCH_FLAGS, checkForm, markdownFlag } from "./bench/flags.ts";
import { describeMachine } from "./bench/machine.ts";
import { describePeers } from "./bench/peers/describe.ts";
import type { PeersDocument } from "./bench/peers/document.ts";
import { measurePeers, QUICK, RECORD } from "./bench/peers/measure.ts";
import { findPeers, ourPrograms } from "./bench/peers/programs.ts";
import {
  FOR_THE_PAGE,
  readResults,
  toJson,
  withPeers,
  writeResults,
} from "./bench/results_file.ts";
import { pipelineFlags } from "./pipeline.ts";
import { printHelp } from "./terminal/help.ts";

const FLAGS = {
  events: integer(
    `events; then ${RECORD.largeFactor} times as many (default: ${RECORD.events}; with --quick ${QUICK.events}, and ${QUICK.largeFactor} times)`,
    undefined,
    { min: 1_000, max: 100_000_000 },
  ),
  rounds: integer(
    `rounds over each file (default: ${RECORD.rounds}, and ${RECORD.largeRounds} over the large one; ${QUICK.rounds} with --quick)`,
    undefined,
    { min: 1, max: 1_000 },
  ),
  port: pipelineFlags.port,
  markdown: markdownFlag,
  ...BENCH_FLAGS,
};

/**
 * Runs the command. Its figures go into bench/results.json, beside the others,
 * unless they are only a look.
 *
 * @returns The exit code: 130 or 143 when it was interrupted.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If a program fails, or counts otherwise than the monolith.
 */
export async function benchPeers(argv: string[]): Promise<number> {
  const { flags, given } = readFlags(argv, FLAGS);
  const { json, quick, help, port, markdown, events, rounds } = flags;
  if (help) {
    printHelp(
      "bench:peers [flags]",
      "Measures what other programs take for the same job.",
      FLAGS,
    );
    return 0;
  }
  checkForm(given);
  const effort = quick ? QUICK : RECORD;
  const resultsPath = resolve(PROJECT, "bench", "results.json");
  await readResults(resultsPath); // says now that it cannot be added to
  const { programs, missing } = await findPeers();
  for (const { name, remedy } of missing) {
    log(`${name} is not here and is left out: \`${remedy}\` brings it`);
  }
  using interrupts = listenForInterrupts();
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  const startMs = performance.now();
  try {
    await using guardian = startGuardian();
    const measured = await measurePeers(
      {
        ...effort,
        ...(events === undefined ? {} : { events }),
        ...(rounds === undefined ? {} : { rounds, largeRounds: rounds }),
      },
      {
        programs: [...ourPrograms(port), ...programs],
        folder,
        guardian,
        interrupts,
      },
    );
    const document: PeersDocument = {
      date: new Date().toISOString(),
      quick,
      machine: describeMachine(),
      elapsedMs: Math.round(performance.now() - startMs),
      ...measured,
      missing: missing.map(({ name, remedy }) => ({ name, remedy })),
    };
    print(
      json
        ? toJson(withPeers({ command: "bench" }, document)).trimEnd()
        : describePeers(document, markdown ? "markdown" : "terminal"),
    );
    if (quick) return 0;
    await writeResults(
      resultsPath,
      withPeers(await readResults(resultsPath), document),
    );
    log(`Wrote ${shortPath(resultsPath)}${FOR_THE_PAGE}`);
    return 0;
  } catch (error) {
    if (!interrupts.stop.aborted) throw error;
    log("Interrupted: nothing was written");
    return interrupts.stop.reason;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
