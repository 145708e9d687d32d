/**
 * Shows a supervisor at work on the whole terminal: the services as a table,
 * their log below, and keys to command them.
 *
 * It reads the supervisor and draws. frame.ts decides what the screen looks
 * like; keys.ts and view_state.ts decide what a key does.
 *
 * @module
 */

import { basename } from "node:path";
import process from "node:process";
import { aborted } from "../../runtime/program/abort.ts";
import { divertLog, log, logDefect } from "../../runtime/program/log.ts";
import type { Commands } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import type { Supervisor } from "../../supervisor/supervisor.ts";
import { startPlainView } from "../supervise/plain_view.ts";
import { patientWriter } from "../terminal/patient_writer.ts";
import { borrowScreen } from "./borrow_screen.ts";
import { canShowLiveView } from "./can_show.ts";
import { frameOf } from "./frame.ts";
import { type Action, actionsOf } from "./keys.ts";
import { loadScreen } from "./load_screen.ts";
import { createLogBuffer, type LogBuffer } from "./log_buffer.ts";
import { createPacer } from "./pacer.ts";
import { layoutOf } from "./screen_layout.ts";
import { summaryOf } from "./summary.ts";
import { terminalOutput } from "./terminal_output.ts";
import { FIRST_VIEW, nextView, rowOf } from "./view_state.ts";

/** What the live view needs besides the supervisor. */
export interface LiveViewOptions {
  /** Asked for what keys command, for what services use, and for the events. */
  commands: Pick<Commands, "list" | "start" | "stop" | "restart" | "events">;
  /** Called when somebody wants everything to be stopped. */
  onQuit(): void;
  /** Aborts when everything is being stopped, whoever wanted it. */
  stopping: AbortSignal;
}

/** Shortest time between two drawings, in milliseconds. */
const DRAW_MS = 100;
/** Longest time between two drawings, in milliseconds: the uptime goes on. */
const CLOCK_MS = 1_000;
/** Time between two measurements of processor and memory. */
const MEASURE_MS = 2_000;
/** Two keys within this time are one that was held down, in milliseconds. */
const SAME_KEY_MS = 300;

/** Begins to show; disposing gives the terminal back and sums up. */
export function startLiveView(
  supervisor: Supervisor,
  options: LiveViewOptions,
): AsyncDisposable {
  const startedMs = performance.now();
  const over = new AbortController();
  const showing = showUntil(over.signal, startedMs, supervisor, options);
  // `supervise` itself tells what made it end.
  const told = new Set<string>();
  void supervisor.ended.then(({ failures }) => {
    for (const { name } of failures) told.add(name);
  });
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await showing;
      const services = supervisor.snapshot()
        .filter(({ name }) => !told.has(name));
      for (const line of summaryOf(services, performance.now() - startedMs)) {
        log(line);
      }
    },
  };
}

/** Shows until `over` aborts; without pictures if they cannot be drawn. */
async function showUntil(
  over: AbortSignal,
  startedMs: number,
  supervisor: Supervisor,
  options: LiveViewOptions,
): Promise<void> {
  try {
    await drawUntil(over, startedMs, supervisor, options);
  } catch (error) {
    // The window was closed: SIGHUP ends us, and there is nobody to tell.
    if (!canShowLiveView()) return await aborted(over);
    logDefect("drawing the live view", error);
    await using _view = startPlainView(supervisor, {
      stdout: patientWriter(Deno.stdout, { name: "standard output" }),
      stderr: patientWriter(Deno.stderr, { name: "standard error" }),
    });
    await aborted(over);
  }
}

async function drawUntil(
  over: AbortSignal,
  startedMs: number,
  supervisor: Supervisor,
  { commands, onQuit, stopping }: LiveViewOptions,
): Promise<void> {
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
    supervisor,
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
    return { services, names, selected, lines, ...output.size() };
  };
  let clock: ReturnType<typeof setTimeout> | undefined;
  cleanup.defer(() => clearTimeout(clock));
  const draw = safely(() => {
    clearTimeout(clock);
    clock = setTimeout(pacer.request, CLOCK_MS);
    const { services, lines, columns, rows } = look();
    screen.show(frameOf({
      columns,
      rows,
      title: basename(supervisor.config.path),
      runningMs: performance.now() - startedMs,
      services,
      view,
      lines,
      stopping: stopping.aborted,
    }));
  });
  const command = (which: "restart" | "stop" | "start", name: string) => {
    if (stopping.aborted) return;
    const untilOver = { waitMs: Infinity, signal: over };
    commands[which]([name], untilOver).catch((error) => {
      buffer.append(name, "event", `cannot ${which}: ${error}\n`);
      pacer.request();
    });
  };
  const quit = (by: "q" | "ctrl_c") => {
    const nowMs = performance.now();
    if (nowMs - quitMs < SAME_KEY_MS) return;
    quitMs = nowMs;
    if (stopping.aborted) supervisor.hurry();
    else if (by === "q") onQuit();
    else Deno.kill(Deno.pid, "SIGINT");
  };
  const obey = (action: Action) => {
    const { services, names, selected, lines, rows } = look();
    if (action.action === "quit") quit(action.by);
    if (action.action === "redraw") screen.forget();
    if (action.action === "command" && selected !== undefined) {
      command(action.command, selected);
    }
    const { logRows } = layoutOf(rows, services.length);
    view = nextView(view, action, { names, lines, logRows });
    pacer.request();
  };

  const screen = openScreen({
    stdout: output.stream,
    colour: !Deno.env.get("NO_COLOR"),
    onKey: safely((input, key) => {
      for (const action of actionsOf(input, key)) obey(action);
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
  supervisor: Pick<Supervisor, "snapshot" | "onOutput">,
  commands: Pick<Commands, "list" | "events">,
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
    } finally {
      isMeasuring = false;
    }
  };
  cleanup.use(supervisor.onOutput(({ name, stream, text }) => {
    buffer.append(name, stream, text);
    tell();
  }));
  const left = new AbortController();
  const following = (async () => {
    for await (const event of commands.events(0, left.signal)) {
      const name = "service" in event ? event.service : "supervisor";
      buffer.append(name, "event", `${event.message}\n`);
      tell();
    }
  })();
  cleanup.defer(async () => {
    left.abort();
    await following;
  });
  const timer = setInterval(() => measure().catch(onError), MEASURE_MS);
  cleanup.defer(() => clearInterval(timer));
  measure().catch(onError);
  return {
    onNews: (listener: () => void) => void (tell = listener),
    services: (): MeasuredSnapshot[] =>
      supervisor.snapshot().map((service) => ({
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
