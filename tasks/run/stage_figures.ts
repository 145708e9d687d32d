/**
 * The figures of the stages, from what each process has reported.
 *
 * @module
 */

import {
  type LatencyFigures,
  round,
  type StageFigures,
} from "../../orchestrator/stage_figures.ts";
import type { StageProcesses } from "../../orchestrator/stage_processes.ts";
import { mergeWorkers } from "../../orchestrator/workers.ts";
import type { Latency__Output } from "../../proto/types/pipeline/v1/Latency.ts";
import type { StageReport__Output } from "../../proto/types/pipeline/v1/StageReport.ts";
import { type StageName, STAGES } from "../../stages/names.ts";

/** One for each stage, from left to right. */
export async function stageFigures(
  reports: readonly StageReport__Output[],
  stages: StageProcesses,
): Promise<StageFigures[]> {
  const all = await Promise.all(
    reports.map((each) => toFigures(each, stages)),
  );
  return STAGES.flatMap((stage) => {
    const [first, ...others] = all.filter(({ name }) => name === stage);
    return first ? [mergeWorkers([first, ...others])] : [];
  });
}

async function toFigures(
  report: StageReport__Output,
  { peakRssBytes }: StageProcesses,
): Promise<StageFigures> {
  const { batchLatency, eventLatency, worker } = report;
  const stage = report.name as StageName;
  return {
    name: report.name,
    in: report.eventsIn,
    out: report.eventsOut,
    bytesIn: report.bytesIn,
    bytesOut: report.bytesOut,
    batches: report.batches,
    processingMs: round(report.processingMs),
    codecMs: round(report.codecMs),
    waitingMs: round(report.waitingMs),
    cpuMs: round(report.cpuMs),
    peakRssBytes:
      await peakRssBytes(worker > 0 ? `${stage}.${worker}` : stage) ??
        report.peakRssBytes,
    ...(batchLatency ? { batchLatencyMs: toMs(batchLatency) } : {}),
    ...(eventLatency ? { eventLatencyMs: toMs(eventLatency) } : {}),
  };
}

function toMs({ p50Ms, p95Ms, p99Ms, maxMs }: Latency__Output): LatencyFigures {
  return { p50: p50Ms, p95: p95Ms, p99: p99Ms, max: maxMs };
}
