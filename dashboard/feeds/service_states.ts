/**
 * Services as the supervisor tells of them, in the words of the page.
 *
 * @module
 */

import type { Listing } from "../../supervisor/control/remote_commands.ts";
import type { ServiceState } from "../wire.ts";

type Told = Listing["services"][number];

/** Puts one service into the words of the page. @param nowMs Unix time. */
export function stateOf(
  { uptimeMs, exit, notes = [], ...told }: Told,
  nowMs: number,
): ServiceState {
  const { cpuPercent: _cpu, rssBytes: _rss, ...state } = told;
  return {
    ...state,
    notes: [...notes],
    ...(uptimeMs === undefined ? {} : { startedMs: nowMs - uptimeMs }),
    ...(exit ? { exitCode: exit.code } : {}),
    ...(exit?.signal ? { signal: exit.signal } : {}),
  };
}

/** What a process was started at is measured anew each time, and not exactly. */
const SAME_START_MS = 1_500;

/**
 * Keeps the time at which a process was started, as it was told first.
 *
 * @param before The same services a moment ago.
 */
export function withSteadyStarts(
  states: readonly ServiceState[],
  before: readonly ServiceState[],
): ServiceState[] {
  const known = new Map(before.map((each) => [each.name, each]));
  return states.map((state) => {
    const earlier = known.get(state.name);
    if (
      state.startedMs === undefined || earlier?.startedMs === undefined ||
      earlier.pid !== state.pid ||
      Math.abs(earlier.startedMs - state.startedMs) > SAME_START_MS
    ) return state;
    return { ...state, startedMs: earlier.startedMs };
  });
}
