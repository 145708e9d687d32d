/**
 * Runs all programs over the same files in turn, round by round.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import { grouped } from "../../../runtime/program/numbers.ts";
import { writeEvents } from "../../generate.ts";
import { checkRoom } from "../disk_room.ts";
import { type RunContext, runProgram } from "../run_command.ts";
import { firstDifference, type Outcome } from "../same_results.ts";
import { childrenCpuMs } from "./children_cpu.ts";
import {
  type PeersDocument,
  type PeersInput,
  type PeersRound,
  peersRows,
  tooSlow,
} from "./document.ts";
import { type BrokenLine, judgeBrokenLines, readOutcome } from "./outcome.ts";
import { type CountingProgram, MONOLITH } from "./programs.ts";

/** How much is measured. */
export interface PeersEffort {
  /** Events, and rounds over them. */
  events: number;
  rounds: number;
  /** How many times as many are measured as well, and in how many rounds. */
  largeFactor: number;
  largeRounds: number;
  /** Over those no program runs that would take longer, in milliseconds. */
  longestMs: number;
}

/** For the record. */
export const RECORD: PeersEffort = {
  events: 1_000_000,
  rounds: 5,
  largeFactor: 10,
  largeRounds: 3,
  longestMs: 60_000,
};

/** For a look. */
export const QUICK: PeersEffort = {
  events: 100_000,
  rounds: 1,
  largeFactor: 5,
  largeRounds: 1,
  longestMs: 5_000,
};

/** What is run, and where its files go. */
export interface PeersContext extends RunContext {
  programs: readonly CountingProgram[];
  folder: string;
}

/** Lines that are no events, in the middle of a small file. */
const BROKEN_LINES = ["?", '{"ts":', '{"type":"click"}'];
const FEW = 100;

/**
 * Measures everything.
 *
 * @throws {Failure} If there is no room for the inputs, or a program fails, is
 * interrupted, or counts otherwise than the monolith.
 */
export async function measurePeers(
  { events, rounds, largeFactor, largeRounds, longestMs }: PeersEffort,
  context: PeersContext,
): Promise<Pick<PeersDocument, "programs" | "inputs">> {
  const { folder, programs } = context;
  await checkRoom(folder, [{ count: events * (1 + largeFactor) }]);
  const oneEvent = join(folder, "one.ndjson");
  await writeEvents({ count: 1 }, oneEvent);
  const described = await describePrograms(context);
  const few = await measureInput({ events, rounds, oneEvent }, context);
  const leftOut = tooSlow(few.rows, largeFactor, longestMs);
  const quickEnough = programs.filter(({ name }) =>
    !leftOut.some((each) => each.name === name)
  );
  const many = await measureInput(
    { events: events * largeFactor, rounds: largeRounds, oneEvent },
    { ...context, programs: quickEnough },
  );
  return { programs: described, inputs: [few, { ...many, leftOut }] };
}

/** Finds out what each program does with a line that is no event. */
async function describePrograms(
  context: PeersContext,
): Promise<PeersDocument["programs"]> {
  const input = join(context.folder, "broken.ndjson");
  await writeEvents({ count: FEW }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  lines.splice(FEW / 2, 0, ...BROKEN_LINES);
  await Deno.writeTextFile(input, lines.join("\n"));
  const monolith = context.programs.find(({ name }) => name === MONOLITH)!;
  const expected = readOutcome((await run(monolith, input, context)).stdout);
  const described: PeersDocument["programs"] = [];
  for (const program of context.programs) {
    const { name, version } = program;
    const stdout = await printed(program, input, context);
    described.push({
      name,
      version,
      brokenLine: judged(name, expected, stdout),
    });
  }
  return described;
}

/** What a program printed; undefined if it failed. */
async function printed(
  program: CountingProgram,
  input: string,
  context: PeersContext,
): Promise<string | undefined> {
  try {
    return (await run(program, input, context)).stdout;
  } catch (error) {
    if (!(error instanceof Failure) || context.interrupts.stop.aborted) {
      throw error;
    }
    return undefined;
  }
}

function judged(
  name: string,
  expected: Outcome,
  stdout: string | undefined,
): BrokenLine {
  const found = judgeBrokenLines(expected, stdout);
  if (typeof found === "string") return found;
  throw new Failure(
    `Cannot trust "${name}": with broken lines among the others ${found.difference}`,
  );
}

/** A file that is to be measured. */
interface InputPlan {
  events: number;
  rounds: number;
  /** A file of one event, which shows how long a program takes to start. */
  oneEvent: string;
}

async function measureInput(
  { events, rounds, oneEvent }: InputPlan,
  context: PeersContext,
): Promise<PeersInput> {
  const { folder, programs, guardian, interrupts: { stop } } = context;
  const input = join(folder, "events.ndjson");
  guardian.remove(input); // it may be large: also when we are killed
  const inputBytes = await writeEvents({ count: events }, input, {
    signal: stop,
    guardian,
  });
  const done: PeersRound[] = [];
  for (let round = 1; round <= rounds; round++) {
    const inTurn = round % 2 === 0 ? programs.toReversed() : programs;
    const timings: PeersRound = new Map();
    const outcomes = new Map<string, Outcome>();
    for (const program of inTurn) {
      log(
        `Round ${round} of ${rounds}: ${
          grouped(events)
        } events, ${program.name}`,
      );
      const { wallMs: startupMs } = await run(program, oneEvent, context);
      const beforeMs = await childrenCpuMs();
      const { stdout, wallMs } = await run(program, input, context);
      const afterMs = await childrenCpuMs();
      timings.set(program.name, {
        wallMs,
        startupMs,
        cpuMs: beforeMs === undefined || afterMs === undefined
          ? undefined
          : afterMs - beforeMs,
      });
      outcomes.set(program.name, readOutcome(stdout));
    }
    checkSame(outcomes);
    // In their own order, whichever came first.
    done.push(
      new Map(programs.map(({ name }) => [name, timings.get(name)!])),
    );
  }
  await Deno.remove(input);
  return {
    events,
    inputBytes,
    rounds,
    rows: peersRows(events, done),
    leftOut: [],
  };
}

function checkSame(outcomes: ReadonlyMap<string, Outcome>): void {
  const expected = outcomes.get(MONOLITH)!;
  for (const [name, outcome] of outcomes) {
    const difference = firstDifference(expected, outcome);
    if (difference === undefined) continue;
    throw new Failure(
      `Cannot trust "${name}": its results differ from the monolith's: ${difference}`,
    );
  }
}

async function run(
  program: CountingProgram,
  input: string,
  context: PeersContext,
) {
  const folder = await Deno.makeTempDir({ dir: context.folder });
  return await runProgram(
    program.name,
    program.command(input, folder),
    context,
  );
}
