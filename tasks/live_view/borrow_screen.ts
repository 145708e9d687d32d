/**
 * Borrows the whole screen of the terminal, and gives it back however this
 * process ends, except by SIGKILL.
 *
 * @module
 */

import process from "node:process";

const ALTERNATE_SCREEN = "\x1b[?1049h";
const PRIMARY_SCREEN = "\x1b[?1049l";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** So that no line can become two, whatever a terminal thinks its width is. */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";
/** Ink begins to mark what is pasted. */
const NO_PASTE_MARKS = "\x1b[?2004l";
const END_OF_FRAME = "\x1b[?2026l";
const NO_COLOUR = "\x1b[0m";

/** What ends a process before it can put anything away. */
const ENDINGS = ["error", "unhandledrejection", "unload"] as const;
/** Signals that end us and that nobody else here listens to. */
const DEADLY = ["SIGQUIT"] as const;

/** The screen, until it is disposed of. */
export interface BorrowedScreen extends Disposable {
  /** True once it was given back. */
  readonly isReturned: boolean;
}

/**
 * Switches to the alternate screen, without a cursor.
 *
 * @param onReturn Called just before the screen is given back: nothing may be
 * drawn after.
 */
export function borrowScreen(onReturn: () => void): BorrowedScreen {
  const encoder = new TextEncoder();
  const write = (text: string) => {
    try {
      Deno.stdout.writeSync(encoder.encode(text));
    } catch {
      // The terminal is gone, and there is nothing to give back.
    }
  };
  let isReturned = false;
  const giveBack = () => {
    if (isReturned) return;
    isReturned = true;
    onReturn();
    try {
      Deno.stdin.setRaw(false);
    } catch {
      // As above.
    }
    write(
      END_OF_FRAME + NO_COLOUR + NO_PASTE_MARKS + WRAP + SHOW_CURSOR +
        PRIMARY_SCREEN,
    );
  };
  const die = (signal: Deno.Signal) => {
    giveBack();
    process.off(signal, die);
    Deno.kill(Deno.pid, signal);
  };
  for (const event of ENDINGS) globalThis.addEventListener(event, giveBack);
  for (const signal of DEADLY) process.on(signal, die);
  write(ALTERNATE_SCREEN + HIDE_CURSOR + NO_WRAP);
  return {
    get isReturned() {
      return isReturned;
    },
    [Symbol.dispose]() {
      giveBack();
      for (const event of ENDINGS) {
        globalThis.removeEventListener(event, giveBack);
      }
      for (const signal of DEADLY) process.off(signal, die);
    },
  };
}
