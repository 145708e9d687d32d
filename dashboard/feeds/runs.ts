/**
 * The runs of the pipeline that were told of.
 *
 * @module
 */

import type { WatchUpdate__Output } from "../../proto/types/pipeline/v1/WatchUpdate.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { createRunHistory, isOver, type RunHistory } from "../runs/history.ts";
import type { RunRecord, RunSummary } from "../wire.ts";
import type { Feed } from "./feed.ts";
import type { Ring } from "./ring.ts";

/** The runs that are known. */
export interface RunsFeed extends Feed<"runs"> {
  /** All that is known of one. */
  get(id: string): RunRecord | undefined;
  /**
   * Takes what a run tells, until it tells no more. A run that ends without a
   * word is noted as lost.
   *
   * @throws {Fault} `invalid` if it does not begin with a snapshot; and whatever
   * `updates` throws.
   */
  take(updates: AsyncIterable<WatchUpdate__Output>): Promise<void>;
}

/** How many runs are kept; those that go on are never let go of for another. */
const MOST_RUNS = 20;

/** Nothing was told yet. */
export function createRunsFeed(ring: Pick<Ring, "publish">): RunsFeed {
  /** By their names, the one that began last the last. */
  const runs = new Map<string, RunHistory>();
  const summaries = () =>
    [...runs.values()].map(({ record }) => summaryOf(record)).reverse();
  const current = () => {
    const all = [...runs.values()].map(({ record }) => record);
    return all.findLast(({ phase }) => !isOver(phase)) ?? all.at(-1);
  };
  const publishAll = (record: RunRecord) => {
    const { samples: _, ...run } = record;
    ring.publish("runs", { kind: "run", run });
  };
  const publishList = () =>
    ring.publish("runs", { kind: "runs", runs: summaries() });
  /** Goes on with a run that is known, or begins with another. */
  const begin = (id: string, pid: number): RunHistory => {
    const known = runs.get(id);
    if (known?.record.pid === pid) return known;
    // A run that is gone on with is another process.
    runs.delete(id);
    const history = createRunHistory();
    runs.set(id, history);
    if (runs.size > MOST_RUNS) {
      const [over] = [...runs].find(([, { record }]) =>
        record !== history.record && isOver(record.phase)
      ) ?? [];
      if (over !== undefined) {
        runs.delete(over);
      }
    }
    return history;
  };

  return {
    get: (id) => runs.get(id)?.record,
    snapshot() {
      const record = current();
      return {
        kind: "snapshot",
        runs: summaries(),
        ...(record ? { current: record } : {}),
      };
    },
    async take(updates) {
      let history: RunHistory | undefined;
      try {
        for await (const update of updates) {
          if (!history) {
            if (!update.snapshot?.run) {
              throw new Fault(
                "invalid",
                "Cannot take the run: it does not begin with a snapshot that names it",
              );
            }
            history = begin(update.snapshot.run, update.snapshot.pid);
          }
          const { record } = history;
          const { phase } = record;
          const { run, sample } = history.take(update, Date.now());
          if (update.snapshot || record.phase !== phase) publishList();
          if (run) publishAll(record);
          if (sample) {
            ring.publish("runs", { kind: "sample", id: record.id, sample });
          }
        }
      } finally {
        if (history) {
          history.end(Date.now());
          publishList();
          publishAll(history.record);
        }
      }
    },
  };
}

function summaryOf(
  { id, pid, title, startedMs, endedMs, phase }: RunRecord,
): RunSummary {
  return {
    id,
    pid,
    title,
    startedMs,
    phase,
    ...(endedMs === undefined ? {} : { endedMs }),
  };
}
