/**
 * Measures calls and the pipeline with and without a token, in turn, round by
 * round.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../../runtime/program/errors.ts";
import { log } from "../../../runtime/program/log.ts";
import { createToken } from "../../../runtime/rpc/token.ts";
import { writeEvents } from "../../generate.ts";
import { startBroker } from "../broker/broker_under_test.ts";
import { firstDifference } from "../same_results.ts";
import { measureCalls } from "./calculate.ts";
import {
  type Figures,
  type Pair,
  rowsOf,
  type Side,
  sidesOf,
  type TokenRow,
} from "./pairs.ts";
import {
  type PipelineContext,
  type PipelineRun,
  runPipeline,
} from "./pipeline.ts";
import type { TokenSizes } from "./plan.ts";

/** What was measured of one subject. */
export interface Measured {
  /** "calculate", or "pipeline" and its batch setting. */
  subject: string;
  rows: TokenRow[];
}

/** Something that is measured on both sides. */
interface Subject {
  name: string;
  measure(token: string): Promise<Figures>;
}

/**
 * Measures everything.
 *
 * @throws {Failure} If a process ends early, a server does not ask for the token,
 * or two runs over the same events give different results.
 */
export async function measureToken(
  { rounds, pipelines, ...sizes }: TokenSizes,
  context: PipelineContext,
): Promise<Measured[]> {
  const { guardian, interrupts: { stop } } = context;
  await using broker = await startBroker(guardian);
  const subjects: Subject[] = [{
    name: "calculate",
    measure: (token) => measureCalls(token, sizes, { guardian, broker, stop }),
  }];
  for (const { batch, events } of pipelines) {
    const input = join(context.folder, `${batch}.ndjson`);
    await writeEvents({ count: events }, input, { signal: stop, guardian });
    subjects.push(pipelineSubject({ batch, input }, context));
  }
  const done = new Map<Subject, Pair[]>(subjects.map((each) => [each, []]));
  const tokens: Record<Side, string> = { with: createToken(), without: "" };
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      const [first, second] = sidesOf(round);
      log(`Round ${round} of ${rounds}: ${subject.name}, ${first}, ${second}`);
      const given = {
        [first]: await subject.measure(tokens[first]),
        [second]: await subject.measure(tokens[second]),
      } as Pair;
      done.get(subject)!.push(given);
    }
  }
  return subjects.map((subject) => ({
    subject: subject.name,
    rows: rowsOf(done.get(subject)!),
  }));
}

/** One batch setting; each run must give what the first one gave. */
function pipelineSubject(
  setting: { batch: string; input: string },
  context: PipelineContext,
): Subject {
  const name = `pipeline, batch ${setting.batch}`;
  let expected: PipelineRun["outcome"] | undefined;
  return {
    name,
    async measure(token) {
      const { outcome, figures } = await runPipeline(token, setting, context);
      expected ??= outcome;
      const difference = firstDifference(expected, outcome);
      if (difference === undefined) return figures;
      throw new Failure(
        `Cannot trust "${name}": two runs over the same events differ: ${difference}`,
      );
    },
  };
}
