/**
 * Ctrl-C and SIGTERM, for whoever has something to put away first.
 *
 * @module
 */

/** Exit code of a process that was interrupted by Ctrl-C. */
export const INTERRUPTED = 130;
/** Exit code of a process that was ended by SIGTERM. */
export const TERMINATED = 143;

/**
 * Two signals within this time are one Ctrl-C, in milliseconds: the terminal
 * signals every process in the foreground, and `deno task` passes its own on.
 */
const SAME_KEY_MS = 300;

/** What the user, or the system, has asked for. */
export interface Interrupts extends Disposable {
  /** Aborts at the first signal; its reason is that signal's exit code. */
  stop: AbortSignal;
  /** Aborts at the second: no more waiting. Its reason is as that of `stop`. */
  hurry: AbortSignal;
}

/** Listens until it is disposed of. */
export function listenForInterrupts(): Interrupts {
  const stop = new AbortController();
  const hurry = new AbortController();
  let firstMs = 0;
  const on = (exitCode: number) => () => {
    if (!stop.signal.aborted) {
      firstMs = performance.now();
      stop.abort(exitCode);
    } else if (performance.now() - firstMs > SAME_KEY_MS) {
      hurry.abort(exitCode);
    }
  };
  const listeners = [
    ["SIGINT", on(INTERRUPTED)],
    ["SIGTERM", on(TERMINATED)],
  ] as const;
  for (const [signal, listener] of listeners) {
    Deno.addSignalListener(signal, listener);
  }
  return {
    stop: stop.signal,
    hurry: hurry.signal,
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) {
        Deno.removeSignalListener(signal, listener);
      }
    },
  };
}

/** Interrupts of which the first may be asked to end the work in order. */
export interface OrderlyInterrupts extends Interrupts {
  /** Aborts at the first signal after {@linkcode OrderlyInterrupts.begin}. */
  readonly finish: AbortSignal;
  /** Says that there is something to finish: from now on `stop` is the second. */
  begin(): void;
}

/**
 * Lets the first signal end the work in order, and the second by force. Before
 * the work has begun, and for good where it ends by itself, both are as they are.
 */
export function orderly(
  { stop, hurry, [Symbol.dispose]: dispose }: Interrupts,
): OrderlyInterrupts {
  const finish = new AbortController();
  const hard = new AbortController();
  let begun = false;
  const first = () => (begun ? finish : hard).abort(stop.reason);
  if (stop.aborted) first();
  else stop.addEventListener("abort", first, { once: true });
  hurry.addEventListener("abort", () => hard.abort(hurry.reason), {
    once: true,
  });
  return {
    stop: hard.signal,
    hurry,
    finish: finish.signal,
    begin() {
      begun = true;
    },
    [Symbol.dispose]: dispose,
  };
}
