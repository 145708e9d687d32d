/**
 * Shows a supervisor at work on the whole terminal: the services as a table,
 * their log below, and keys to command them.
 *
 * The supervisor may be in this process or in another. frame.ts decides what the screen looks
 * like; keys.ts and view_state.ts decide what a key does.
 *
 * @module
 */

import process from "node:process";
import { aborted } from "../../runtime/program/abort.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { divertLog, logDefect } from "../../runtime/program/log.ts";
import type { Commands } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { startPlainView } from "../supervise/plain_view.ts";
import type { Viewed } from "../supervise/viewed.ts";
import { patientWriter } from "../terminal/patient_writer.ts";
import { borrowScreen } from "./borrow_screen.ts";
import { canShowLiveView } from "./can_show.ts";
import { frameOf, hiddenHelpRows, logColumnsOf } from "./frame.ts";
import { type Action, actionsOf, promptActionsOf } from "./keys.ts";
import { loadScreen } from "./load_screen.ts";
import { createLogBuffer, type LogBuffer } from "./log_buffer.ts";
import { createPacer } from "./pacer.ts";
import { plainText } from "./plain_text.ts";
import { layoutOf } from "./screen_layout.ts";
import { terminalOutput } from "./terminal_output.ts";
import { FIRST_VIEW, nextView, rowOf } from "./view_state.ts";

/** What the live view needs besides what it shows. */
export interface LiveViewOptions {
  /** What is run, for the title. */
  title: string;
  /** Asked for what keys command, and for what services use. */
  commands: Pick<Commands, "list" | "start" | "stop" | "restart">;
  /** What leaving means. */
  leaving: Leaving;
  /** Aborts when everything is being stopped, whoever wanted it. */
  stopping: AbortSignal;
  /** Returns the address that opens the dashboard. @default {there is none} */
  dashboard?: () => string | undefined;
  /** How long it has been running already, in milliseconds. @default {0} */
  ranMs?: number;
}

/** What `q` does. */
export type Leaving =
  /** It asks, then stops everything; after that `hurry` kills what is left. */
  | { way: "quit"; leave(): void; hurry(): void }
  /** It leaves, and everything goes on. */
  | { way: "detach"; leave(): void };

/** Shortest time between two drawings, in milliseconds. */
const DRAW_MS = 100;
/** Longest time between two drawings, in milliseconds: the uptime goes on. */
const CLOCK_MS = 1_000;
/** Time between two measurements of processor and memory. */
const MEASURE_MS = 2_000;
/** Two keys within this time are one that was held down, in milliseconds. */
const SAME_KEY_MS = 300;

/** Begins to show; disposing gives the terminal back. */
export function startLiveView(
  viewed: Viewed,
  options: LiveViewOptions,
): AsyncDisposable {
  const over = new AbortController();
  const showing = showUntil(over.signal, viewed, options);
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await showing;
    },
  };
}

/** Shows until `over` aborts; without pictures if they cannot be drawn. */
async function showUntil(
  over: AbortSignal,
  viewed: Viewed,
  options: LiveViewOptions,
): Promise<void> {
  try {
    await drawUntil(over, viewed, options);
  } catch (error) {
    // The window was closed: SIGHUP ends us, and there is nobody to tell.
    if (!canShowLiveView()) return await aborted(over);
    logDefect("drawing the live view", error);
    await using _view = startPlainView(viewed, {
      stdout: patientWriter(Deno.stdout, { name: "standard output" }),
      stderr: patientWriter(Deno.stderr, { name: "standard error" }),
    });
    await aborted(over);
  }
}

async function drawUntil(
  over: AbortSignal,
  viewed: Viewed,
  {
    title,
    commands,
    leaving,
    stopping,
    dashboard = () => undefined,
    ranMs = 0,
  }: LiveViewOptions,
): Promise<void> {
  const startedMs = performance.now() - ranMs;
  const attached = leaving.way === "detach";
  await using cleanup = new AsyncDisposableStack();
  // A mistake in drawing ends the live view, and nothing else.
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const safely = <Args extends unknown[]>(act: (...args: Args) => void) =>
  (
    ...args: Args
  ) => {
    try {
      act(...args);
    } catch (error) {
      broken.reject(error);
    }
  };
  const buffer = createLogBuffer();
  const news = collectNews(
    viewed,
    commands,
    buffer,
    broken.reject,
    cleanup,
  );
  const { openScreen } = await loadScreen();
  if (over.aborted) return;

  const output = terminalOutput(Deno.stdout, () => Deno.consoleSize());
  const diverted = divertLog((text) => {
    buffer.append("supervisor", "stderr", text);
    pacer.request();
  });
  cleanup.use(borrowScreen(() => {
    diverted[Symbol.dispose]();
    output.close();
  }));

  let view = FIRST_VIEW;
  let quitMs = -Infinity;
  const look = () => {
    const services = news.services();
    const names = services.map(({ name }) => name);
    const selected = names[rowOf(view, names)];
    const lines = buffer.lines(view.filter === "all" ? undefined : selected);
    const size = output.size();
    const { logRows } = layoutOf(
      size.rows,
      services.length,
      dashboard() !== undefined,
    );
    const logColumns = logColumnsOf({ ...size, services, view });
    const hidden = hiddenHelpRows({ ...size, attached });
    const context = { names, lines, logRows, logColumns };
    return {
      services,
      selected,
      ...size,
      context: { ...context, hiddenHelpRows: hidden },
    };
  };
  let clock: ReturnType<typeof setTimeout> | undefined;
  cleanup.defer(() => clearTimeout(clock));
  const draw = safely(() => {
    clearTimeout(clock);
    clock = setTimeout(pacer.request, CLOCK_MS);
    const { services, context: { lines }, columns, rows } = look();
    screen.show(frameOf({
      columns,
      rows,
      title,
      runningMs: performance.now() - startedMs,
      services,
      view,
      lines,
      stopping: stopping.aborted,
      attached,
      dashboard: dashboard(),
    }));
  });
  const command = (which: "restart" | "stop" | "start", name: string) => {
    if (stopping.aborted) return;
    const untilOver = { waitMs: Infinity, signal: over };
    commands[which]([name], untilOver).catch((error) => {
      const reason = error instanceof Error ? error.message : error;
      buffer.append(name, "event", `cannot ${which}: ${reason}\n`);
      pacer.request();
    });
  };
  const quit = (by: "q" | "ctrl_c") => {
    const nowMs = performance.now();
    if (nowMs - quitMs < SAME_KEY_MS) return;
    quitMs = nowMs;
    if (stopping.aborted && leaving.way === "quit") leaving.hurry();
    else if (by === "q") leaving.leave();
    else Deno.kill(Deno.pid, "SIGINT");
  };
  /** What is to be asked before it is done. */
  const asked = (action: Action): Action => {
    const isQuit = action.action === "quit" && action.by === "q";
    return isQuit && leaving.way === "quit" && !stopping.aborted
      ? { action: "ask_quit" }
      : action;
  };
  const obey = (wanted: Action) => {
    const { selected, context } = look();
    const action = asked(wanted);
    if (action.action === "quit") quit(action.by);
    // Where everything stops already, a yes must not kill.
    const isYes = action.action === "answer" && action.yes;
    if (isYes && !stopping.aborted) quit("q");
    if (action.action === "redraw") screen.forget();
    if (action.action === "command" && selected !== undefined) {
      command(action.command, selected);
    }
    view = nextView(view, action, context);
    pacer.request();
  };
  /** Keys that come together may be typed before the last of them answers. */
  const hear = (input: string, key: Parameters<typeof actionsOf>[1]) => {
    const { prompt } = view;
    if (prompt?.kind === "quit" && stopping.aborted) {
      view = { ...view, prompt: undefined };
    }
    const actions = view.prompt
      ? promptActionsOf(view.prompt, input, key)
      : actionsOf(input, key);
    for (const action of actions) obey(action);
  };
  const type = (input: string, key: Parameters<typeof actionsOf>[1]) => {
    const letters = [...input];
    if (letters.length <= 1 || key.ctrl || key.meta) return hear(input, key);
    for (const letter of letters) {
      hear(letter, key.eventType ? { eventType: key.eventType } : {});
    }
  };

  const screen = openScreen({
    stdout: output.stream,
    colour: !Deno.env.get("NO_COLOR"),
    onKey: safely(type),
    onPaste: safely((text) => {
      // Only where something is typed: elsewhere it would be taken for keys.
      if (view.prompt?.kind !== "search") return;
      obey({ action: "type", text: plainText(text.split(/[\r\n]/)[0] ?? "") });
    }),
  });
  cleanup.defer(() => screen.close());
  const pacer = cleanup.use(createPacer(draw, DRAW_MS, output.isIdle));
  news.onNews(pacer.request);
  stopping.addEventListener("abort", pacer.request);
  cleanup.defer(() => stopping.removeEventListener("abort", pacer.request));
  onSignal("SIGWINCH", () => {
    screen.forget();
    pacer.request();
  }, cleanup);
  // Ink would end us at once, were it alone; whoever started us knows what each
  // of them means.
  onSignal("SIGHUP", () => {}, cleanup);
  onSignal("SIGINT", () => {}, cleanup);
  onSignal("SIGTERM", () => {}, cleanup);
  draw();
  await Promise.race([aborted(over), screen.closed, broken.promise]);
}

/** Follows what services write, do and use, until `cleanup` is disposed. */
function collectNews(
  viewed: Viewed,
  commands: Pick<Commands, "list">,
  buffer: LogBuffer,
  onError: (error: unknown) => void,
  cleanup: AsyncDisposableStack,
) {
  let tell = () => {};
  const usages = new Map<number, Partial<MeasuredSnapshot>>();
  let isMeasuring = false;
  const measure = async () => {
    // A loaded machine may take longer than the time between two.
    if (isMeasuring) return;
    isMeasuring = true;
    try {
      const { services } = await commands.list();
      usages.clear();
      for (const { pid, cpuPercent, rssBytes } of services) {
        if (pid === undefined || cpuPercent === undefined) continue;
        usages.set(pid, {
          cpuPercent,
          ...(rssBytes === undefined ? {} : { rssBytes }),
        });
      }
    } catch (error) {
      // A supervisor that has ended does not say; whoever shows it knows.
      if (!(error instanceof Fault)) throw error;
    } finally {
      isMeasuring = false;
    }
  };
  cleanup.use(viewed.hear({
    output({ name, stream, text }) {
      buffer.append(name, stream, text);
      tell();
    },
    event(event) {
      const name = "service" in event ? event.service : "supervisor";
      buffer.append(name ?? "supervisor", "event", `${event.message}\n`);
      tell();
    },
  }));
  const timer = setInterval(() => measure().catch(onError), MEASURE_MS);
  cleanup.defer(() => clearInterval(timer));
  measure().catch(onError);
  return {
    onNews: (listener: () => void) => void (tell = listener),
    services: (): MeasuredSnapshot[] =>
      viewed.snapshot().map((service) => ({
        ...service,
        ...(service.pid === undefined ? {} : usages.get(service.pid)),
      })),
  };
}

/** Listens as a node program does, since Ink looks for such listeners. */
function onSignal(
  signal: Deno.Signal,
  act: () => void,
  cleanup: AsyncDisposableStack,
): void {
  process.on(signal, act);
  cleanup.defer(() => void process.off(signal, act));
}
