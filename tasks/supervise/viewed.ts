/**
 * What a view shows: a supervisor in this process, or in another
 * (tasks/attach/attached.ts). A view cannot tell which.
 *
 * @module
 */

import type { SupervisorEvent } from "../../supervisor/events/event.ts";
import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";
import type { OutputChunk, Supervisor } from "../../supervisor/supervisor.ts";

/** Hears of a supervisor; what takes its time holds up what comes next. */
export interface Listener {
  /** What a service has written. */
  output(chunk: OutputChunk): void | Promise<void>;
  /** What has happened. Each is told once, in order. */
  event(event: SupervisorEvent): void | Promise<void>;
}

/** What can be shown. */
export interface Viewed {
  /** What the services do right now. */
  snapshot(): ServiceSnapshot[];
  /** Tells what comes until disposed, and then what is left to tell. */
  hear(listener: Listener): AsyncDisposable;
}

/** What a view hears of a supervisor in this process. */
export function viewedHere(
  { onOutput, events, snapshot }: Pick<
    Supervisor,
    "onOutput" | "events" | "snapshot"
  >,
): Viewed {
  return {
    snapshot,
    hear({ output, event: tell }) {
      const listening = onOutput(output);
      const over = new AbortController();
      let seen = 0;
      const show = (event: SupervisorEvent) => {
        seen = event.sequence;
        return tell(event);
      };
      const showing = (async () => {
        for await (const event of events.follow(0, over.signal)) {
          await show(event);
        }
      })();
      return {
        async [Symbol.asyncDispose]() {
          over.abort();
          await showing;
          for (const event of events.known(seen)) await show(event);
          listening[Symbol.dispose]();
        },
      };
    },
  };
}
