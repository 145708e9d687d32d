/**
 * The progress bar of a run, loaded when there is something to show: until then
 * another line says that the stages come up, and they need the processor.
 *
 * @module
 */

import type { Progress } from "../../orchestrator/progress.ts";
import { logDefect } from "../../runtime/program/log.ts";

/**
 * Shows a progress bar from the first update on.
 *
 * @param load Loads the bar; a test passes its own.
 * @param isShown False where there is no terminal to show it on.
 */
export function progressOnDemand(
  load: () => Promise<{ startProgress(): Progress }> = () =>
    import("./progress.ts"),
  isShown: boolean = Deno.stderr.isTerminal(),
): Progress {
  let bar: Progress | undefined;
  let last: Parameters<Progress["update"]>;
  let loading = false;
  let over = false;
  const start = async () => {
    try {
      const { startProgress } = await load();
      if (over) return;
      bar = startProgress();
      bar.update(...last);
    } catch (error) {
      logDefect("showing the progress of the run", error);
    }
  };
  return {
    update(...sent) {
      last = sent;
      if (bar) return bar.update(...sent);
      if (loading || !isShown) return;
      loading = true;
      void start();
    },
    [Symbol.dispose]() {
      over = true;
      bar?.[Symbol.dispose]();
    },
  };
}
