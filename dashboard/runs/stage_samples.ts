/**
 * Turns how the processes of the stages stand into a sample of each stage, and
 * into what the stage has come to over the whole run.
 *
 * @module
 */

import type { RunLook } from "../../proto/types/pipeline/v1/RunLook.ts";
import type { StageLook } from "../../proto/types/pipeline/v1/StageLook.ts";
import type { StageName, StageSample, StageTotals } from "../wire.ts";
import { numberOf } from "./numbers.ts";
import { createProcessTimes, sum } from "./process_times.ts";
import { rejectsOf } from "./rejects.ts";
import { stageOf, STAGES } from "./stage_names.ts";

/** The stages of a run, as they were last seen. */
export interface StageSamples {
  /** Takes one look at all processes. @returns A sample of each stage that tells. */
  take(look: RunLook): Partial<Record<StageName, StageSample>>;
  /** Over the whole run, of each stage that was seen. */
  totals(): Partial<Record<StageName, StageTotals>>;
  /** How many events each reason has rejected; undefined where nobody tells. */
  readonly rejects: Record<string, number> | undefined;
}

/** Starts with none. */
export function createStageSamples(): StageSamples {
  const times = createProcessTimes();
  const seen = new Set<StageName>();
  let rejects: ReturnType<typeof rejectsOf> | undefined;
  let filtered: number | null = null;

  const sampleOf = (looks: readonly StageLook[]): StageSample => ({
    ...sum(looks.map((look) => times.take(look.name ?? "", look))),
    events: largest(looks.map(({ reached }) => reached)),
    onItsWay: added(looks.map(({ onItsWay }) => onItsWay)),
    batch: largest(looks.map(({ batch }) => batch)),
    p50Ms: largest(looks.map(({ latency }) => latency?.p50Ms)),
    p95Ms: largest(looks.map(({ latency }) => latency?.p95Ms)),
    p99Ms: largest(looks.map(({ latency }) => latency?.p99Ms)),
  });
  const takeCounts = (look: StageLook) => {
    // Only where the aggregate stage tells: none is also told by `filtered`.
    if (look.filtered === undefined || look.filtered === null) return;
    filtered = numberOf(look.filtered);
    rejects = rejectsOf(look.rejects ?? []);
  };

  return {
    get rejects() {
      return rejects?.byReason;
    },
    take({ stages = [] }) {
      const samples: Partial<Record<StageName, StageSample>> = {};
      for (const stage of STAGES) {
        const looks = stages.filter(({ name = "" }) => stageOf(name) === stage);
        if (looks.length === 0) continue;
        seen.add(stage);
        samples[stage] = sampleOf(looks);
        if (stage === "aggregate") looks.forEach(takeCounts);
      }
      return samples;
    },
    totals: () =>
      Object.fromEntries(
        [...seen].map((stage): [StageName, StageTotals] => [stage, {
          ...times.total((name) => stageOf(name) === stage),
          rejected: rejects ? rejects.byStage[stage] ?? 0 : null,
          dropped: stage === "rules" ? filtered : null,
        }]),
      ),
  };
}

/** What a look says, of those that say it. */
function known(values: readonly unknown[]): number[] {
  return values.filter((value) => value !== undefined && value !== null)
    .map(numberOf);
}

function added(values: readonly unknown[]): number | null {
  const all = known(values);
  return all.length === 0 ? null : all.reduce((a, b) => a + b, 0);
}

/** Of several processes the worst, or the one that is furthest. */
function largest(values: readonly unknown[]): number | null {
  const all = known(values);
  return all.length === 0 ? null : Math.max(...all);
}
