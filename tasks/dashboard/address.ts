/**
 * The address that opens the dashboard of a state folder, for whoever shows it.
 *
 * It lets in one browser, once, so it is only shown, and written into no file of
 * ours.
 *
 * @module
 */

import { dashboardFolder } from "../../runtime/control/dashboard_socket.ts";
import { pause } from "../../runtime/program/abort.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";

/** Asks for an address; undefined where nobody answers. */
export type Invite = (stateDir: string) => Promise<string | undefined>;

/** Asks the dashboard of a state folder. */
export const askForAddress: Invite = async (stateDir) => {
  // Loaded then only: most supervisors would load a contract for nothing.
  const { invite } = await import("../../dashboard/client.ts");
  try {
    return await invite(dashboardFolder(stateDir));
  } catch (error) {
    // It is gone again, say: its own states tell of that.
    if (error instanceof Fault || error instanceof Failure) return undefined;
    throw error;
  }
};

/** How long a dashboard is asked that is up and does not answer yet. */
const ANSWER_MS = 10_000;
const RETRY_MS = 100;

/**
 * Tells the address each time that the dashboard has come up, and undefined once
 * it is there no more, until `signal` aborts. An earlier address opens nothing
 * then.
 *
 * @param tell Called in order, never twice with nothing.
 */
export async function followDashboard(
  supervisor: Pick<Supervisor, "events" | "config" | "snapshot">,
  tell: (address: string | undefined) => unknown,
  signal: AbortSignal,
  ask: Invite = askForAddress,
): Promise<void> {
  const isUp = () =>
    supervisor.snapshot()
      .some(({ looksOn, status }) => looksOn && status === "healthy");
  let isKnown = false;
  for await (const event of supervisor.events.follow(0, signal)) {
    if (event.type !== "service_state" || isUp() === isKnown) continue;
    if (isKnown) {
      isKnown = false;
      tell(undefined);
      continue;
    }
    const address = await untilAnswered(
      () => ask(supervisor.config.stateDir),
      { goesOn: () => isUp() && !signal.aborted, signal },
    );
    if (address === undefined) continue;
    isKnown = true;
    tell(address);
  }
}

/**
 * Asks until there is an answer: the page is there a moment before the socket.
 *
 * @param options `goesOn`: says whether there is any use in asking. `signal`: ends
 * a pause. `withinMs`: how long it is asked at most.
 */
export async function untilAnswered<T>(
  ask: () => Promise<T | undefined>,
  { goesOn, signal, withinMs = ANSWER_MS }: {
    goesOn: () => boolean;
    signal?: AbortSignal;
    withinMs?: number;
  },
): Promise<T | undefined> {
  const untilMs = performance.now() + withinMs;
  while (goesOn() && performance.now() < untilMs) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(RETRY_MS, signal);
  }
  return undefined;
}
