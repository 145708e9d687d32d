/**
 * The logs of all services: one file for each name, whoever has it at the time.
 *
 * A log is written until that fails once: a full disk stops no service.
 *
 * @module
 */

import type { ServiceSpec } from "../config/service_spec.ts";
import { type LogFile, openLogFile, type OutputStream } from "./log_file.ts";

/** The logs of a supervisor; disposing closes them. */
export interface LogFiles extends AsyncDisposable {
  /**
   * Writes a block of whole lines.
   *
   * @param name The unique name of the service.
   * @param logging As it is by now; with new settings the file is opened again.
   */
  write(
    name: string,
    logging: ServiceSpec["logging"],
    stream: OutputStream,
    block: string,
  ): Promise<void>;
}

interface OpenLog {
  file: LogFile;
  logging: ServiceSpec["logging"];
  /** Resolves once the file that it takes the place of is closed. */
  ready: Promise<void>;
  broken: boolean;
}

/**
 * Opens the logs in a folder, each with its first block.
 *
 * @param folder Must exist.
 * @param report Told once of each log that can no longer be written.
 */
export function openLogs(
  folder: string,
  report: (name: string, reason: string) => void,
): LogFiles {
  const logs = new Map<string, OpenLog>();
  const logOf = (name: string, logging: ServiceSpec["logging"]): OpenLog => {
    const open = logs.get(name);
    const isSame = open?.logging.maxBytes === logging.maxBytes &&
      open.logging.maxFiles === logging.maxFiles;
    if (open && isSame) return open;
    const next: OpenLog = {
      file: openLogFile(folder, name, logging),
      logging,
      ready: Promise.resolve(open?.file[Symbol.asyncDispose]()),
      broken: false,
    };
    logs.set(name, next);
    return next;
  };
  return {
    async write(name, logging, stream, block) {
      const log = logOf(name, logging);
      if (log.broken) return;
      try {
        await log.ready;
        await log.file.write(stream, block);
      } catch (error) {
        if (log.broken) return;
        log.broken = true;
        report(name, error instanceof Error ? error.message : `${error}`);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        [...logs.values()].map(({ file }) => file[Symbol.asyncDispose]()),
      );
    },
  };
}
