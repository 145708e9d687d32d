/**
 * A view that says in a few lines how it ended, once it has left the terminal.
 *
 * @module
 */

import { log } from "../../runtime/program/log.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";
import { summaryOf } from "../live_view/summary.ts";

/** Sums up when the view is disposed of. */
export function summedUp(
  supervisor: Pick<Supervisor, "ended" | "snapshot">,
  view: AsyncDisposable,
): AsyncDisposable {
  const startedMs = performance.now();
  // `supervise` itself tells what made it end.
  const told = new Set<string>();
  void supervisor.ended.then(({ failures }) => {
    for (const { name } of failures) told.add(name);
  });
  return {
    async [Symbol.asyncDispose]() {
      await view[Symbol.asyncDispose]();
      const services = supervisor.snapshot()
        .filter(({ name }) => !told.has(name));
      for (const line of summaryOf(services, performance.now() - startedMs)) {
        log(line);
      }
    },
  };
}
