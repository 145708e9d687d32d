/**
 * Opens an address in the browser of whoever sits at this machine.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import { readVariable } from "../../runtime/program/run_variables.ts";

/** What tells whether there is a browser to open. */
export interface Desk {
  os: typeof Deno.build.os;
  /** Whether a person reads what is printed. */
  isTerminal: boolean;
  variable(name: string): string | undefined;
}

/** How long it is waited for whoever opens it, in milliseconds. */
const OPEN_MS = 2_000;

/** This machine. */
export function thisDesk(): Desk {
  return {
    os: Deno.build.os,
    isTerminal: Deno.stdout.isTerminal(),
    variable: readVariable,
  };
}

/** Returns what opens an address; undefined where nobody would see it. */
export function openerAt(
  { os, isTerminal, variable }: Desk,
): string | undefined {
  // Who came by ssh sits somewhere else.
  if (!isTerminal || variable("SSH_CONNECTION") !== undefined) return undefined;
  if (os === "darwin") return "open";
  const hasDisplay = variable("DISPLAY") ?? variable("WAYLAND_DISPLAY");
  return hasDisplay === undefined ? undefined : "xdg-open";
}

/**
 * Opens an address.
 *
 * @returns False where it cannot be opened: it was printed, too.
 */
export async function openBrowser(
  address: string,
  desk: Desk = thisDesk(),
): Promise<boolean> {
  const program = openerAt(desk);
  if (program === undefined) return false;
  try {
    const child = new Deno.Command(program, {
      args: [address],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    // Some show the page themselves, and end with it.
    const opened = child.status.then(({ success }) => success);
    const isOpen = await Promise.race([
      opened,
      pause(OPEN_MS).then(() => true),
    ]);
    child.unref();
    return isOpen;
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied
    ) return false;
    throw error;
  }
}
