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
import { grouped } from "../../runtime/program/numbers.ts";

/** To the start of the line, and nothing left on it. */
const CLEAR_LINE = "\r\x1b[2K";

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
      return `${share}${grouped(payload.events)} events, ${
        grouped(Math.round(rate))
      } events/s`;
    },
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 30,
    // Ctrl-C is handled by the command, which disposes of the bar.
    gracefulExit: false,
  });
  bar.start(0, 0, { events: 0 });
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
      diverted[Symbol.dispose]();
      bar.stop();
    },
  };
}
