/**
 * The sending end of the streams to a next stage that may be several processes:
 * batches are handed out in turn, and what comes back is one.
 *
 * To a single process it is that one stream and nothing else.
 *
 * @module
 */

import { isSamePosition, type Lane } from "../../proto/pipeline/batches.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import type { AnyBatch } from "./receiver.ts";
import { type Hop, type HopOptions, openHop } from "./sender.ts";

/** Options for {@linkcode openHops}. */
export interface FanOutOptions<Batch>
  extends Omit<HopOptions<Batch>, "connection"> {
  /** The processes of the next stage, at least one. */
  connections: readonly Pick<Connection, "peer" | "duplex">[];
}

/**
 * Opens a stream to each process of the next stage and waits for all resumes.
 *
 * @throws {Fault} If one cannot be opened.
 */
export async function openHops<Batch extends AnyBatch>(
  { connections, opening, onCommitted, ...options }: FanOutOptions<Batch>,
): Promise<Hop<Batch>> {
  const reporting = onCommitted ? { onCommitted } : {};
  const [only, another] = connections;
  if (only && !another) {
    return await openHop({
      connection: only,
      opening,
      ...reporting,
      ...options,
    });
  }
  const lanes = splitLane(opening.opening?.lane, connections.length);
  const hops = await Promise.all(
    connections.map((connection, at) =>
      openHop<Batch>({
        connection,
        opening: {
          ...opening,
          opening: { ...opening.opening!, lane: lanes[at]! },
        },
        // It comes by the first.
        ...(at === 0 ? reporting : {}),
        ...options,
      })
    ),
  );
  const guard = <T>(work: Promise<T>): Promise<T> =>
    hops.reduce((guarded, hop) => hop.guard(guarded), work);
  let turn = 0;
  return {
    resume: hops[0]!.resume,
    guard,
    async send(batch) {
      // The end concerns all of them.
      const isEnd = batch.begin && batch.end &&
        isSamePosition(batch.begin, batch.end);
      const sending = isEnd
        // One that fails at once leaves the others' failures to be heard, too.
        ? Promise.all(hops.map(async (hop) => await hop.send(batch)))
        : hops[turn++ % hops.length]!.send(batch);
      if (sending) await guard<unknown>(sending);
    },
    async finish() {
      const endings = await Promise.all(hops.map((hop) => hop.finish()));
      const { totals } = endings.find(({ totals }) => totals) ?? {};
      return {
        ...(totals ? { totals } : {}),
        reports: latestReports(endings.flatMap(({ reports }) => reports)),
      };
    },
  };
}

/** The lanes that a lane, or a stream that was none, is divided into. */
export function splitLane(
  lane: Lane | null | undefined,
  parts: number,
): Lane[] {
  const { opening, index, count } = lane ??
    { opening: crypto.randomUUID(), index: 0, count: 1 };
  return Array.from({ length: parts }, (_, at) => ({
    opening,
    index: index * parts + at,
    count: count * parts,
  }));
}

/** Of several reports of one process the last: its clocks only move on. */
export function latestReports(reports: readonly StageReport[]): StageReport[] {
  const latest = new Map<string, StageReport>();
  for (const report of reports) {
    const key = `${report.name}.${report.worker ?? 0}`;
    const before = latest.get(key);
    if (!before || Number(report.cpuMs ?? 0) > Number(before.cpuMs ?? 0)) {
      latest.set(key, report);
    }
  }
  return [...latest.values()];
}
