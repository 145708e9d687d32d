/**
 * Passes the signals of this process on to a service in the foreground.
 *
 * A terminal signals us and not the service, where that has a session of its
 * own. Then Ctrl-C, Ctrl-\, Ctrl-Z and a window of another size come through
 * here.
 *
 * @module
 */

import type { ForegroundRun } from "../../supervisor/service/foreground_run.ts";
import { listenForHangup } from "../supervise/hangup.ts";

/** Those that mean nothing to us. */
const PASSED: readonly Deno.Signal[] = [
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
];

/**
 * Two signals within this time are one Ctrl-C, in milliseconds: the terminal
 * signals us, and `deno task` passes its own on.
 */
const SAME_KEY_MS = 300;

/** Options for {@linkcode passSignals}. */
export interface PassOptions {
  /** True where Ctrl-C comes from a terminal that the service reads. */
  isTerminal: boolean;
  /** The time, in milliseconds. @default {performance.now} */
  now?: () => number;
}

/**
 * Passes signals on until disposed.
 *
 * SIGTERM, or a terminal that is closed, is a stop with a grace. Ctrl-C is the
 * service's own affair; where no terminal can send it another key, the second
 * one kills.
 */
export function passSignals(
  run: Pick<ForegroundRun, "signal" | "stop" | "hasTerminal">,
  options: PassOptions,
): Disposable {
  const interrupted = createInterrupt(run, options);
  const listeners: [Deno.Signal, () => void][] = [
    ["SIGINT", interrupted],
    ["SIGTERM", () => run.stop()],
    ...PASSED.map((signal): [Deno.Signal, () => void] => [
      signal,
      () => run.signal(signal),
    ]),
    ["SIGTSTP", () => {
      // A session of its own has nobody to wake it up again but us.
      if (!run.hasTerminal) run.signal("SIGSTOP");
      Deno.kill(Deno.pid, "SIGSTOP");
    }],
    ["SIGCONT", () => {
      if (!run.hasTerminal) run.signal("SIGCONT");
    }],
  ];
  for (const [signal, listener] of listeners) {
    Deno.addSignalListener(signal, listener);
  }
  const hangup = listenForHangup({
    reload: () => run.signal("SIGHUP"),
    quit: () => run.stop("SIGHUP"),
  });
  return {
    [Symbol.dispose]() {
      hangup[Symbol.dispose]();
      for (const [signal, listener] of listeners) {
        Deno.removeSignalListener(signal, listener);
      }
    },
  };
}

/** What signals go to before it is known what they are for. */
export interface Relay
  extends Pick<ForegroundRun, "signal" | "stop" | "hasTerminal"> {
  /** Passes on all that has come, and whatever comes from now on. */
  attach(run: Pick<ForegroundRun, "signal" | "stop" | "hasTerminal">): void;
}

/** Makes a relay: a service may be signalled as soon as it runs. */
export function createRelay(): Relay {
  let target: Parameters<Relay["attach"]>[0] | undefined;
  const waiting: (() => void)[] = [];
  const soon = (act: (run: NonNullable<typeof target>) => void) => {
    if (target) act(target);
    else waiting.push(() => act(target!));
  };
  return {
    get hasTerminal() {
      return target?.hasTerminal ?? false;
    },
    signal: (signal) => soon((run) => run.signal(signal)),
    stop: (signal) => soon((run) => run.stop(signal)),
    attach(run) {
      target = run;
      for (const act of waiting.splice(0)) act();
    },
  };
}

/** Makes what hears of each Ctrl-C. */
export function createInterrupt(
  run: Pick<ForegroundRun, "signal">,
  { isTerminal, now = () => performance.now() }: PassOptions,
): () => void {
  let lastMs = -Infinity;
  let count = 0;
  return () => {
    const atMs = now();
    if (atMs - lastMs < SAME_KEY_MS) return;
    lastMs = atMs;
    count++;
    run.signal(count > 1 && !isTerminal ? "SIGKILL" : "SIGINT");
  };
}
