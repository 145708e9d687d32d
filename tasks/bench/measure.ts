/**
 * Runs the monolith, the plain script and the pipeline over the same inputs,
 * round by round.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { grouped } from "../../runtime/program/numbers.ts";
import { writeEvents } from "../generate.ts";
import type { RunReport } from "../run/report.ts";
import { checkRoom } from "./disk_room.ts";
import type { Compared, Measured, Round } from "./document.ts";
import { type PlainRun, runPlainScript } from "./plain_script.ts";
import {
  comparedTogether,
  flagsOf,
  MONOLITH_BATCH,
  type Workload,
} from "./plan.ts";
import { type CommandRun, runCommand, type RunContext } from "./run_command.ts";
import { firstDifference, type Outcome } from "./same_results.ts";

/** Options for {@linkcode measureRounds}. */
export interface MeasureOptions extends RunContext {
  /** Where inputs and results go. */
  folder: string;
  /** First of the pipeline's ports. */
  port: number;
  /** Most rounds over each workload. */
  rounds: number;
  /** No round but the first begins that would not end by then, in `performance.now()`. */
  untilMs: number;
}

/**
 * Measures some workloads in turn, several rounds. What is compared runs one
 * right after the other, since a machine is not as fast now as a minute ago.
 * Every second round runs everything backwards, so that none always follows the
 * same one.
 *
 * @returns What the rounds over each workload gave. The inputs are gone by then.
 * @throws {Failure} If there is no room for the inputs, or a run fails, is
 * interrupted, or gives other results than the monolith.
 */
export async function measureRounds(
  workloads: readonly Workload[],
  options: MeasureOptions,
): Promise<Measured[]> {
  const { folder, rounds, untilMs, guardian, interrupts: { stop } } = options;
  await checkRoom(folder, workloads.map(({ generate }) => generate));
  const inputs: { workload: Workload; path: string; bytes: number }[] = [];
  for (const workload of workloads) {
    const path = join(folder, `${workload.name}.ndjson`);
    guardian.remove(path); // it may be large: also when we are killed
    const bytes = await writeEvents(workload.generate, path, {
      signal: stop,
      guardian,
    });
    inputs.push({ workload, path, bytes });
  }
  const done = new Map<Workload, Round[]>(
    workloads.map((workload) => [workload, []]),
  );
  for (let round = 1; round <= rounds; round++) {
    const startMs = performance.now();
    for (const { workload, path } of inputs) {
      log(
        `Round ${round} of ${rounds}: ${grouped(workload.generate.count)} ${
          described(workload)
        } before each of batch ${workload.batches.join(", ")}`,
      );
      done.get(workload)!.push(
        await measureRound(workload, path, options, {
          isBackwards: round % 2 === 0,
        }),
      );
    }
    const nowMs = performance.now();
    if (round < rounds && nowMs + (nowMs - startMs) > untilMs) {
      log(`Stopping after round ${round}: another would take too long`);
      break;
    }
  }
  for (const { path } of inputs) await Deno.remove(path);
  return inputs.map(({ workload, bytes }) => ({
    workload,
    inputBytes: bytes,
    rounds: done.get(workload)!,
  }));
}

function described({ kind, payload }: Workload): string {
  switch (kind) {
    case "events":
      return "events, monolith and plain script";
    case "work-items":
      return `${payload} work items, monolith`;
    case "access-log":
      return "lines of an access log, monolith";
  }
}

async function measureRound(
  workload: Workload,
  input: string,
  { folder, port, ...context }: MeasureOptions,
  { isBackwards }: { isBackwards: boolean },
): Promise<Round> {
  const { generate, kind } = workload;
  // Each run in a folder of its own: none may pass for another's.
  const argsOf = async (command: string, batch: string) => {
    const results = await Deno.makeTempDir({ dir: folder });
    return [
      command,
      ...flagsOf(batch),
      ...(generate.workload ? [`--workload=${generate.workload}`] : []),
      `--input=${input}`,
      `--output=${join(results, "results.ndjson")}`,
      `--rejects=${join(results, "rejects.ndjson")}`,
    ];
  };
  const round = new Map<string, Compared>();
  const measureSettings = async (settings: readonly string[]) => {
    let monolith: RunReport | undefined;
    let plainScript: PlainRun | undefined;
    const pipeline = new Map<string, CommandRun>();
    const runs = [
      async () => {
        const args = await argsOf("monolith", MONOLITH_BATCH);
        monolith = await runCommand(args, context);
      },
      async () => {
        // It knows the built-in shape, and no work items.
        if (kind !== "events") return;
        plainScript = await runPlainScript(input, context);
      },
      ...settings.map((batch) => async () => {
        const args = [...await argsOf("pipeline", batch), `--port=${port}`];
        pipeline.set(batch, await runCommand(args, context));
      }),
    ];
    for (const run of isBackwards ? runs.toReversed() : runs) await run();
    if (plainScript) check("the plain script", plainScript, monolith!);
    for (const [batch, report] of pipeline) {
      check(`pipeline ${flagsOf(batch).join(" ")}`, report, monolith!);
      round.set(batch, {
        monolith: monolith!,
        ...(plainScript ? { plainScript } : {}),
        pipeline: report,
      });
    }
  };
  const groups = comparedTogether(workload);
  for (const settings of isBackwards ? groups.toReversed() : groups) {
    await measureSettings(settings);
  }
  return round;
}

function check(name: string, actual: Outcome, expected: Outcome): void {
  const difference = firstDifference(expected, actual);
  if (difference === undefined) return;
  throw new Failure(
    `Cannot trust "${name}": its results differ from the monolith's: ${difference}`,
  );
}
