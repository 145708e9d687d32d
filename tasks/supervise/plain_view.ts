/**
 * Shows a supervisor at work as lines: what the services write, each line with
 * the service's name before it, and what happens to them. For programs it shows
 * the same as JSON.
 *
 * @module
 */

import {
  describeEvent,
  eventRecord,
  type SupervisorEvent,
} from "../../supervisor/events/event.ts";
import { prefixLines } from "../terminal/terminal.ts";
import { isTrouble } from "../control/trouble.ts";
import {
  createLineMemory,
  createLineScreen,
  type Output,
} from "./line_screen.ts";
import type { Listener, Viewed } from "./viewed.ts";

/** Whose words are the supervisor's own. */
const SUPERVISOR = "supervisor";

/** Where the lines go. */
export interface PlainViewOptions {
  /** Gets what services write to their standard output. */
  stdout: Output;
  /** Gets everything else. */
  stderr: Output;
  /** Shows what services write as it came. @default {false} */
  raw?: boolean;
}

/** A view as lines, which can say something besides. */
export interface PlainView extends AsyncDisposable {
  /** Says a line as the supervisor's own. */
  say(words: string): Promise<void>;
}

/** Begins to show; disposing ends that once all has been written. */
export function startPlainView(
  viewed: Pick<Viewed, "hear">,
  { stdout, stderr, raw = false }: PlainViewOptions,
): PlainView {
  const screen = createLineScreen(stdout, stderr, raw ? "raw" : "output");
  /** Resolves when the last event has been shown. */
  let told = Promise.resolve();
  const tell = async (line: string) => {
    // Both may be one terminal or file, and each writes when it can.
    await screen.endLine();
    await stderr.write(line);
  };
  const view = startEventView(viewed, {
    async output(chunk) {
      await told;
      await screen.show(chunk);
    },
    event(event) {
      // Each output has it said where the lines are missing.
      const isOwn = event.type === "output_lost" &&
        event.output === "standard error";
      if (isOwn) return;
      return told = tell(eventLine(event));
    },
    async flush() {
      await screen.endLine();
      await Promise.all([stdout.write(""), stderr.write("")]);
    },
  });
  return {
    say: (words) => told = tell(prefixLines(SUPERVISOR, `${words}\n`)),
    [Symbol.asyncDispose]: () => view[Symbol.asyncDispose](),
  };
}

/**
 * As the plain view, but with nothing except what goes wrong: the supervisor's
 * own words, and each service that fails.
 */
export function startQuietView(
  viewed: Pick<Viewed, "hear">,
  { stderr }: Pick<PlainViewOptions, "stderr">,
): AsyncDisposable {
  return startEventView(viewed, {
    output: ({ name, text }) =>
      name === SUPERVISOR
        ? stderr.write(prefixLines(name, text))
        : Promise.resolve(),
    event: (event) =>
      isTrouble(event) ? stderr.write(eventLine(event)) : Promise.resolve(),
    flush: () => stderr.write(""),
  });
}

/**
 * Shows everything as JSON, one document a line: what services write as `logs
 * --json` has it, and what happens to them as `events --json` does.
 *
 * @param quiet Leaves out what is no trouble, as the quiet view does.
 */
export function startJsonView(
  viewed: Pick<Viewed, "hear">,
  { stdout, quiet }: Pick<PlainViewOptions, "stdout"> & { quiet: boolean },
): AsyncDisposable {
  const isRest = createLineMemory();
  return startEventView(viewed, {
    output(chunk) {
      const { name: service, stream, text } = chunk;
      if (quiet && service !== SUPERVISOR) return Promise.resolve();
      const time = new Date(chunk.timeMs).toISOString();
      const goesOn = isRest(chunk);
      const texts = text.replace(/\n$/, "").split("\n");
      const lines = texts.map((line, index) => {
        const isOpen = index === texts.length - 1 && !text.endsWith("\n");
        return JSON.stringify({
          time,
          service,
          stream,
          ...(index === 0 && goesOn ? { continued: true } : {}),
          text: line,
          ...(isOpen ? { partial: true } : {}),
        });
      });
      return stdout.write(`${lines.join("\n")}\n`);
    },
    event: (event) =>
      quiet && !isTrouble(event)
        ? Promise.resolve()
        : stdout.write(`${JSON.stringify(eventRecord(event))}\n`),
    flush: () => stdout.write(""),
  });
}

function eventLine(event: SupervisorEvent): string {
  return prefixLines(SUPERVISOR, `${describeEvent(event)}\n`);
}

/** What a view does with what it hears. */
interface Writers extends Listener {
  /** Resolves once all has been written. */
  flush(): Promise<unknown>;
}

/** Hands a view what is written and what happens. */
function startEventView(
  viewed: Pick<Viewed, "hear">,
  { flush, ...listener }: Writers,
): AsyncDisposable {
  const hearing = viewed.hear(listener);
  return {
    async [Symbol.asyncDispose]() {
      await hearing[Symbol.asyncDispose]();
      await flush();
    },
  };
}
