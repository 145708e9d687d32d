/**
 * Shows a supervisor at work as lines: what the services write, each line with
 * the service's name before it, and what happens to them.
 *
 * @module
 */

import {
  describeEvent,
  type SupervisorEvent,
} from "../../supervisor/events/event.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";
import { prefixLines, type TerminalWriter } from "../terminal/terminal.ts";

/** Where the lines go. */
export interface PlainViewOptions {
  /** Gets what services write to their standard output. */
  stdout: TerminalWriter;
  /** Gets everything else. */
  stderr: TerminalWriter;
}

/** Begins to show; disposing ends that once all has been written. */
export function startPlainView(
  supervisor: Supervisor,
  { stdout, stderr }: PlainViewOptions,
): AsyncDisposable {
  const output = supervisor.onOutput(({ name, stream, text }) => {
    const writer = stream === "stdout" ? stdout : stderr;
    return writer.write(prefixLines(name, text));
  });
  const over = new AbortController();
  let seen = 0;
  const show = (event: SupervisorEvent) => {
    seen = event.sequence;
    return stderr.write(prefixLines("supervisor", describeEvent(event)));
  };
  const showing = (async () => {
    for await (const event of supervisor.events.follow(0, over.signal)) {
      await show(event);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await showing;
      for (const event of supervisor.events.known(seen)) await show(event);
      output[Symbol.dispose]();
      await Promise.all([stdout.write(""), stderr.write("")]);
    },
  };
}

/** As the plain view, but with nothing except the supervisor's own words. */
export function startQuietView(
  supervisor: Pick<Supervisor, "onOutput">,
  { stderr }: Pick<PlainViewOptions, "stderr">,
): AsyncDisposable {
  const output = supervisor.onOutput(({ name, text }) =>
    name === "supervisor"
      ? stderr.write(prefixLines(name, text))
      : Promise.resolve()
  );
  return {
    async [Symbol.asyncDispose]() {
      output[Symbol.dispose]();
      await stderr.write("");
    },
  };
}
