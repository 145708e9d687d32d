/**
 * Says what does not hold on other systems than Linux.
 *
 * @module
 */

import { type Check, ok, warning } from "./check.ts";

const CHECK = "system";

/**
 * What is known of processes from /proc alone, and what that means elsewhere.
 */
const WITHOUT_PROC: readonly [found: string, remedy: string][] = [
  [
    "what a service and all it has started use together is not known",
    "`mem_limit` has no effect, and ps shows no CPU and memory",
  ],
  [
    "who holds a port is not known",
    "look it up yourself, as by `lsof -i :5600`",
  ],
  [
    "a process cannot be told from a later one with the same pid",
    "after a crash of the supervisor look for processes that it has left",
  ],
];

/**
 * Looks at the operating system.
 *
 * @param os As in `Deno.build.os`.
 * @param hasProc Whether /proc can be read.
 */
export function checkSystem(os: string, hasProc: boolean): Check[] {
  if (os === "windows") {
    return [
      warning(
        CHECK,
        "Windows has neither process groups nor the signals that end them",
        "run Denizen in WSL 2",
      ),
      ...WITHOUT_PROC.map((each) => warning(CHECK, ...each)),
    ];
  }
  if (hasProc) return [ok(CHECK, `${os}, with /proc`)];
  return WITHOUT_PROC.map(([found, remedy]) =>
    warning(CHECK, `${os}, without /proc: ${found}`, remedy)
  );
}
