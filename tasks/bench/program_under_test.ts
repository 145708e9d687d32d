/**
 * A script of ours that a bench runs as a process of its own and looks at from
 * outside: by what it says, when, and how it ends.
 *
 * @module
 */

import {
  denoCommand,
  type DenoScript,
} from "../../runtime/process/deno_command.ts";
import type { Environment } from "../../runtime/process/environment.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { eachLine } from "../../runtime/process/output_lines.ts";
import { startProcess } from "../../runtime/process/start_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { createNotifier } from "../../runtime/program/notifier.ts";
import { PROJECT } from "../../runtime/program/paths.ts";

/** A line of its output, and when it was read, in milliseconds. */
export interface Said {
  line: string;
  atMs: number;
  /** True of what is told, as logs are; false of results. */
  isError: boolean;
}

/** The script, and what it is given. */
export interface ScriptUnderTest extends DenoScript {
  /** All its variables. @default {those of this process} */
  env?: Environment | undefined;
}

/** The process; disposing stops it. */
export interface ProgramUnderTest extends AsyncDisposable {
  readonly pid: number;
  /** When it was started, in milliseconds. */
  readonly startedAtMs: number;
  /**
   * Resolves once so many lines have matched since the start, with the last.
   *
   * @param count @default {1}
   * @throws {Failure} If it ends before.
   */
  said(pattern: RegExp, count?: number): Promise<Said>;
  /** All that it has said so far. */
  readonly lines: readonly Said[];
  /** Sends a signal and waits for nothing. */
  signal(signal: Deno.Signal): void;
  /** Resolves once it has ended and all that it said is read. */
  readonly ended: Promise<void>;
}

/** How long a supervisor of many services may take to end, in milliseconds. */
const GRACE_MS = 30_000;

/**
 * Starts a script in the project's folder.
 *
 * @param graceMs How long it has to end when it is disposed of, in
 * milliseconds. @default {30_000}
 */
export function startProgram(
  guardian: Guardian,
  { env, ...script }: ScriptUnderTest,
  graceMs = GRACE_MS,
): ProgramUnderTest {
  const startedAtMs = performance.now();
  const child = startProcess(
    { ...denoCommand(script), cwd: PROJECT, ...(env ? { env } : {}) },
    guardian,
  );
  const lines: Said[] = [];
  const changed = createNotifier();
  let isOver = false;
  const read = async (
    output: ReadableStream<Uint8Array> = ReadableStream.from([]),
    isError = false,
  ) => {
    for await (const line of eachLine(output)) {
      lines.push({ line, atMs: performance.now(), isError });
      changed.notify();
    }
  };
  const ended = Promise.all([
    read(child.stdout),
    read(child.stderr, true),
    child.exit,
  ]).then(() => {
    isOver = true;
    changed.notify();
    guardian.forget(child.pid);
  });
  return {
    pid: child.pid,
    startedAtMs,
    ended,
    lines,
    async said(pattern, count = 1) {
      let looked = 0;
      let matched = 0;
      for (;;) {
        const next = changed.next();
        // Each line once: a flood is a million of them.
        for (const each of lines.slice(looked)) {
          if (pattern.test(each.line) && ++matched === count) return each;
        }
        looked = lines.length;
        if (isOver) {
          throw new Failure(
            `Cannot measure: ${script.script} ended without ${pattern}: ${
              lines.at(-1)?.line ?? "it said nothing"
            }`,
          );
        }
        await next;
      }
    },
    // To it alone: what it has started is its own business.
    signal: (signal) => Deno.kill(child.pid, signal),
    async [Symbol.asyncDispose]() {
      await stopProcess(child, { graceMs });
      await ended;
    },
  };
}
