/**
 * Tells the dashboard of where the user stands of a run, from when its stages are
 * up: before that every processor loads them. The run never waits for it, but for
 * a moment at its end.
 *
 * @module
 */

import { join } from "node:path";
import type { RunView } from "../../orchestrator/run_view.ts";
import { isThere } from "../../runtime/files/optional_file.ts";
import { TOKEN_FILE } from "../../runtime/files/token_file.ts";
import { pause } from "../../runtime/program/abort.ts";
import { nearestConfig, stateDirOf } from "../../supervisor/config/config.ts";

/** How long the end of a run may take to be told, in milliseconds. */
const END_MS = 500;
/** How often a dashboard is looked for, in milliseconds. */
const EVERY_MS = 2_000;

/** A run of which a dashboard is told. Disposing of it ends that. */
export interface ToldRun extends AsyncDisposable {
  /** Says that the stages are up. */
  begin(): void;
}

/** Options for {@linkcode toldRun}. */
export interface TellOptions {
  /** Whose dashboard is told. @default {that of where the user stands} */
  stateDir?: string;
  /** How often a dashboard is looked for, in milliseconds. @default {2000} */
  everyMs?: number;
}

/** Prepares to tell of a run. */
export function toldRun(
  view: Pick<RunView, "watch">,
  { stateDir = stateDirOf(nearestConfig()), everyMs = EVERY_MS }: TellOptions =
    {},
): ToldRun {
  const over = new AbortController();
  const { signal } = over;
  let isTelling = false;
  async function* watch(signal: AbortSignal) {
    isTelling = true;
    try {
      yield* view.watch(signal);
    } finally {
      isTelling = false;
    }
  }
  const tell = async () => {
    const folder = join(stateDir, "dashboard");
    // What it takes to tell is loaded where there is somebody to be told.
    while (!await isThere(join(folder, TOKEN_FILE))) {
      await pause(everyMs, signal);
      if (signal.aborted) return;
    }
    const { reportRun } = await import("../../dashboard/client.ts");
    await reportRun(folder, watch, signal, { everyMs });
  };
  let telling: Promise<void> | undefined;
  return {
    begin() {
      // Whatever is wrong with a dashboard, or its folder, is not the run's.
      telling ??= tell().catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      if (isTelling) await Promise.race([telling, pause(END_MS)]);
      over.abort();
    },
  };
}
