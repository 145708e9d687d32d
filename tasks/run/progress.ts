/**
 * The progress bar of a run, on a terminal only.
 *
 * @module
 */

// @ts-types="@types/cli-progress"
import { SingleBar } from "cli-progress";
import process from "node:process";
import type { Progress } from "../../orchestrator/progress.ts";
import { divertLog } from "../../runtime/program/log.ts";
import { grouped, quantity } from "../../runtime/program/numbers.ts";
import { cut } from "../../runtime/program/text_width.ts";

/** To the start of the line, and nothing left on it. */
const CLEAR_LINE = "\r\x1b[2K";
const SHOW_CURSOR = "\x1b[?25h";
const HIDE_CURSOR = "\x1b[?25l";

/** Starts a progress bar on standard error; without a terminal it is silent. */
export function startProgress(): Progress {
  if (!Deno.stderr.isTerminal()) {
    return { update() {}, [Symbol.dispose]() {} };
  }
  const startMs = performance.now();
  const bar = new SingleBar({
    format: (options, { progress, value, total }, payload) => {
      const size = options.barsize ?? 30;
      const done = Math.round(progress * size);
      const share = total > 0
        ? `${"█".repeat(done)}${"░".repeat(size - done)} ${
          Math.round(progress * 100)
        } %  `
        : "";
      const rate = value > 0
        ? payload.events / ((performance.now() - startMs) / 1_000)
        : 0;
      const line = `${share}${quantity(payload.events, "event")}, ${
        grouped(Math.round(rate))
      } events/s`;
      // A bar that wraps could not be drawn over.
      return cut(line, Deno.consoleSize().columns - 1);
    },
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // What is logged above the bar may be longer than a line.
    linewrap: true,
    barsize: 30,
    // Ctrl-C is handled by the command, which disposes of the bar.
    gracefulExit: false,
  });
  keepPlace(bar);
  bar.start(0, 0, { events: 0 });
  const suspension = clearWhenSuspended();
  // A line that is logged stands above the bar, which is drawn again below it.
  const diverted = divertLog((text) =>
    void process.stderr.write(`${CLEAR_LINE}${text}`)
  );
  return {
    update(events, bytes, totalBytes) {
      bar.setTotal(totalBytes);
      bar.update(bytes, { events });
    },
    [Symbol.dispose]() {
      suspension[Symbol.dispose]();
      diverted[Symbol.dispose]();
      bar.stop();
    },
  };
}

/**
 * Keeps the bar on the line where it was drawn last. Left to itself it returns
 * at its end to where it began, and draws over all that others have written
 * since: the log, and the shell after Ctrl-Z.
 */
function keepPlace(bar: SingleBar): void {
  const { terminal } = bar as SingleBar & {
    terminal: { cursorSave(): void; cursorRestore(): void };
  };
  terminal.cursorSave = terminal.cursorRestore = () => {};
}

/** Leaves the terminal to the shell on Ctrl-Z, without a bar in it. */
function clearWhenSuspended(): Disposable {
  // The first process of a container has no shell that could wake it again.
  if (Deno.pid === 1) return { [Symbol.dispose]() {} };
  const suspend = () => {
    process.stderr.write(`${CLEAR_LINE}${SHOW_CURSOR}`);
    // Whoever listens for SIGTSTP is not stopped by it.
    Deno.kill(Deno.pid, "SIGSTOP");
  };
  const goOn = () => void process.stderr.write(HIDE_CURSOR);
  Deno.addSignalListener("SIGTSTP", suspend);
  Deno.addSignalListener("SIGCONT", goOn);
  return {
    [Symbol.dispose]() {
      Deno.removeSignalListener("SIGTSTP", suspend);
      Deno.removeSignalListener("SIGCONT", goOn);
    },
  };
}
