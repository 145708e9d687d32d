/**
 * The logs of all services: one file for each name, whoever has it at the time.
 *
 * A log that cannot be written stops no service: its lines are dropped and
 * counted, and it is tried again.
 *
 * @module
 */

import {
  countLines,
  createLossCounter,
  describeLoss,
  type LossCounter,
  type OutputLoss,
} from "../../runtime/program/lost_output.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import { type LogFile, openLogFile, type OutputStream } from "./log_file.ts";

/** The logs of a supervisor; disposing closes them. */
export interface LogFiles extends AsyncDisposable {
  /**
   * Writes a block of whole lines; never rejects.
   *
   * @param name The unique name of the service.
   * @param logging As it is by now; with new settings the file is opened again.
   * @param atMs When the block was read, in Unix milliseconds. @default {now}
   */
  write(
    name: string,
    logging: ServiceSpec["logging"],
    stream: OutputStream,
    block: string,
    atMs?: number,
  ): Promise<void>;
  /** What the log of a service has lost, or is losing. */
  lossOf(name: string): OutputLoss | undefined;
  /** No longer tells of what a log has lost, if that is over. */
  forgetLoss(name: string): void;
}

interface OpenLog {
  file: LogFile;
  logging: ServiceSpec["logging"];
  /** Resolves once the file that it takes the place of is closed. */
  ready: Promise<void>;
}

/** What is known of a log beyond the file that is open. */
interface Losses {
  counter: LossCounter;
  /** From when on it is worth another try. */
  retryAtMs: number;
  /** The next try, though nothing may be written until then. */
  retry: ReturnType<typeof setTimeout> | undefined;
}

/** How long a log that has failed is left alone, in milliseconds. */
const RETRY_MS = 1_000;

/**
 * Opens the logs in a folder, each with its first block.
 *
 * @param emit Hears of each log that cannot be written, and of its return.
 */
export function openLogs(
  folder: string,
  emit: (name: string, loss: OutputLoss) => void,
): LogFiles {
  const logs = new Map<string, OpenLog>();
  const losses = new Map<string, Losses>();

  const logOf = (name: string, logging: ServiceSpec["logging"]): OpenLog => {
    const open = logs.get(name);
    const isSame = open?.logging.maxBytes === logging.maxBytes &&
      open.logging.maxFiles === logging.maxFiles;
    if (open && isSame) return open;
    const next: OpenLog = {
      file: openLogFile(folder, name, logging),
      logging,
      ready: Promise.resolve(open?.file[Symbol.asyncDispose]()),
    };
    logs.set(name, next);
    return next;
  };
  const lossesOf = (name: string): Losses => {
    const known = losses.get(name);
    if (known) return known;
    const counter = createLossCounter((loss) => emit(name, loss));
    const made = { counter, retryAtMs: 0, retry: undefined };
    losses.set(name, made);
    return made;
  };
  const fail = (name: string, lines: number, reason: string) => {
    const lost = lossesOf(name);
    lost.counter.lose(lines, reason);
    lost.retryAtMs = performance.now() + RETRY_MS;
    clearTimeout(lost.retry);
    lost.retry = setTimeout(() => void resume(name), RETRY_MS);
  };
  /** Begins again, with a line about those that are missing. */
  const resume = async (name: string) => {
    const log = logs.get(name);
    const { counter } = lossesOf(name);
    if (!log || !counter.latest || !counter.isLosing) return;
    const words = describeLoss("log", { ...counter.latest, isOver: true });
    await log.ready;
    const done = await log.file.write("stderr", `supervisor: ${words}\n`);
    if (done.status === "written") counter.regain();
    else fail(name, 0, done.reason);
  };
  return {
    async write(name, logging, stream, block, atMs = Date.now()) {
      const log = logOf(name, logging);
      const lost = losses.get(name);
      if (lost?.counter.isLosing) {
        if (performance.now() >= lost.retryAtMs) await resume(name);
        if (lost.counter.isLosing) {
          return lost.counter.lose(countLines(block), "");
        }
      }
      await log.ready;
      const done = await log.file.write(stream, block, atMs);
      if (done.status === "failed") fail(name, done.lines, done.reason);
    },
    lossOf: (name) => losses.get(name)?.counter.latest,
    forgetLoss(name) {
      const lost = losses.get(name);
      if (!lost || lost.counter.isLosing) return;
      clearTimeout(lost.retry);
      losses.delete(name);
    },
    async [Symbol.asyncDispose]() {
      for (const { retry } of losses.values()) clearTimeout(retry);
      await Promise.all(
        [...logs.values()].map(({ file }) => file[Symbol.asyncDispose]()),
      );
    },
  };
}
