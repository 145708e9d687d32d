/**
 * What SIGHUP means to `supervise`: to read the config again. If it comes
 * because the terminal was closed, it means the end.
 *
 * @module
 */

import { ifThereNow } from "../../runtime/files/optional_file.ts";

/** What follows a SIGHUP. */
export interface HangupActions {
  reload(): void;
  quit(): void;
}

/** Listens for SIGHUP until disposed. */
export function listenForHangup(
  { reload, quit }: HangupActions,
): Disposable {
  // Under nohup the end of the terminal is not ours.
  const ownsTerminal = hasTerminal() && !ignoresHangup();
  const hear = () => ownsTerminal && !hasTerminal() ? quit() : reload();
  Deno.addSignalListener("SIGHUP", hear);
  return {
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", hear),
  };
}

/** True while this process has a terminal that can be reached. */
function hasTerminal(): boolean {
  try {
    Deno.openSync("/dev/tty").close();
    return true;
  } catch {
    return false; // there never was one, or its window is closed
  }
}

/** True when whoever started this process has SIGHUP ignored. */
function ignoresHangup(): boolean {
  // None where it is not Linux.
  const status = ifThereNow(() => Deno.readTextFileSync("/proc/self/status"));
  const signals = /^SigIgn:\s*(\w+)/m.exec(status ?? "")?.[1] ?? 0;
  return (BigInt(`0x${signals}`) & 1n) === 1n;
}
