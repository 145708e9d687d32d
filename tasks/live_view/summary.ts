/**
 * What is left on the terminal once the live view has gone from it.
 *
 * @module
 */

import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";
import { formatTime } from "../terminal/terminal.ts";
import { plainText } from "./plain_text.ts";

/**
 * Says in a few lines how it ended.
 *
 * @param runningMs How long the supervisor ran.
 */
export function summaryOf(
  services: readonly ServiceSnapshot[],
  runningMs: number,
): string[] {
  // A reason may quote what the service wrote last.
  const safe = services.map((service) => ({
    ...service,
    detail: plainText(service.detail),
  }));
  const failed = safe.filter(({ status }) => status === "failed");
  const stopped = safe.filter(({ status }) => status === "exited");
  const restarted = safe.filter(({ restarts }) => restarts > 0);
  return [
    ...(stopped.length > 0
      ? [`Ended after ${formatTime(runningMs)}: ${namesOf(stopped)}`]
      : []),
    ...stopped.filter(isUnclean).map(({ name, detail }) => `${name} ${detail}`),
    ...failed.map(({ name, detail }) => `${name} has failed: ${detail}`),
    ...restarted.map(({ name, restarts }) =>
      `${name} was restarted ${restarts === 1 ? "once" : `${restarts} times`}`
    ),
  ];
}

/** True unless a service ended as those do that are asked to. */
function isUnclean({ exit }: ServiceSnapshot): boolean {
  if (!exit) return false;
  return exit.signal === null ? exit.code !== 0 : exit.signal === "SIGKILL";
}

/** How many names are told before the others are only counted. */
const MOST_NAMES = 10;

function namesOf(services: readonly ServiceSnapshot[]): string {
  const names = services.map(({ name }) => name);
  if (names.length <= MOST_NAMES) return names.join(", ");
  const rest = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(", ")} and ${rest} more`;
}
