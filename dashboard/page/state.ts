/**
 * What the page knows, and how each message changes it.
 *
 * Pure: store.ts hands in what comes from the server.
 *
 * @module
 */

import type {
  EventRecord,
  EventsMessage,
  Hello,
  LogLine,
  LogsMessage,
  Messages,
  RegistryMessage,
  RunRecord,
  RunsMessage,
  RunSummary,
  ServiceDescription,
  ServicesMessage,
  ServiceState,
  SupervisorState,
  Topic,
  Usage,
  UsageHistory,
} from "../wire.ts";

/** How the page and the dashboard stand to each other. */
export type Connection =
  | "connecting"
  | "live"
  /** The cookie is not valid, or there is none. */
  | "signed_out"
  /** The dashboard itself does not answer. */
  | "gone";

/** What the supervisor tells. */
export interface ServicesView {
  supervisor: SupervisorState;
  services: readonly ServiceState[];
  descriptions: readonly ServiceDescription[];
  /** By the name of the process. */
  usage: Readonly<Record<string, UsageHistory>>;
}

/** The newest lines, and which others the server has. */
export interface LogsView {
  /** The oldest line that the server still has. */
  first: number;
  /** The one after the newest. */
  next: number;
  names: readonly string[];
  /** The newest that were sent, oldest first. */
  lines: readonly LogLine[];
  /** Counts the snapshots: with a new one, lines may be missing before it. */
  snapshots: number;
}

/** The runs of the pipeline. */
export interface RunsView {
  runs: readonly RunSummary[];
  current?: RunRecord;
  /** When other runs were last told of, by their names. */
  others?: Readonly<Record<string, number>>;
}

/** All that the page knows. */
export interface State {
  connection: Connection;
  hello?: Hello;
  /** What is to be added to the own clock to have the server's. */
  clockOffsetMs: number;
  services?: ServicesView;
  events?: readonly EventRecord[];
  logs?: LogsView;
  registry?: RegistryMessage;
  runs?: RunsView;
}

/** A message of the stream. */
export type Received = {
  [Name in Topic]: { topic: Name; message: Messages[Name] };
}[Topic];

/** How far the usage of a service is kept. */
export const USAGE_MS = 10 * 60_000;
/** As many events as a server keeps. */
export const MAX_EVENTS = 5_000;
/** Lines that wait until the page of the logs has taken them. */
export const MAX_NEW_LINES = 5_000;
const MAX_SAMPLES = 600;
/** The least time between two samples, in milliseconds. */
const LEAST_MS = 250;

/** What is known before anything was heard. */
export const NOTHING: State = { connection: "connecting", clockOffsetMs: 0 };

/** Returns what is known after a message. */
export function received(state: State, got: Received): State {
  switch (got.topic) {
    case "services":
      return { ...state, services: withServices(state.services, got.message) };
    case "events":
      return { ...state, events: withEvents(state.events, got.message) };
    case "logs":
      return { ...state, logs: withLogs(state.logs, got.message) };
    case "registry":
      return { ...state, registry: got.message };
    case "runs":
      return { ...state, runs: withRuns(state.runs, got.message) };
  }
}

function withServices(
  view: ServicesView | undefined,
  message: ServicesMessage,
): ServicesView {
  const last = view ??
    {
      supervisor: { up: true, notes: [] },
      services: [],
      descriptions: [],
      usage: {},
    };
  switch (message.kind) {
    case "snapshot": {
      const { supervisor, services, descriptions, usage } = message;
      return { supervisor, services, descriptions, usage };
    }
    case "states":
      return {
        ...last,
        services: message.services,
        usage: withRestarts(last, message.services),
      };
    case "usage":
      return {
        ...last,
        usage: withUsage(last.usage, message.timeMs, message.usage),
      };
    case "descriptions":
      return { ...last, descriptions: message.descriptions };
    case "supervisor":
      return { ...last, supervisor: message.supervisor };
  }
}

/** Adds a value for each service; one that is not named has none. */
function withUsage(
  histories: ServicesView["usage"],
  timeMs: number,
  usage: Record<string, Usage>,
): ServicesView["usage"] {
  const names = new Set([...Object.keys(histories), ...Object.keys(usage)]);
  const oldest = timeMs - USAGE_MS;
  return Object.fromEntries(
    [...names].map((name): [string, UsageHistory] => {
      const { timesMs, cpu, rssBytes, restartsMs } = histories[name] ??
        EMPTY_HISTORY;
      const from = timesMs.findIndex((each) => each > oldest);
      const kept = <Value>(values: Value[]) =>
        from === -1 ? [] : values.slice(from);
      const now = usage[name];
      return [name, {
        timesMs: [...kept(timesMs), timeMs],
        cpu: [...kept(cpu), now?.cpu ?? null],
        rssBytes: [...kept(rssBytes), now?.rssBytes ?? null],
        restartsMs: restartsMs.filter((each) => each > oldest),
      }];
    }),
  );
}

const EMPTY_HISTORY: UsageHistory = {
  timesMs: [],
  cpu: [],
  rssBytes: [],
  restartsMs: [],
};

/** Marks the services that were started again since the last message. */
function withRestarts(
  last: ServicesView,
  services: readonly ServiceState[],
): ServicesView["usage"] {
  const before = new Map(last.services.map((each) => [each.name, each]));
  const marked = services.filter(({ name, restarts }) =>
    restarts > (before.get(name)?.restarts ?? restarts)
  );
  if (marked.length === 0) return last.usage;
  const usage = { ...last.usage };
  for (const { name, startedMs } of marked) {
    const history = usage[name] ?? EMPTY_HISTORY;
    const atMs = startedMs ?? history.timesMs.at(-1);
    if (atMs === undefined) continue;
    usage[name] = { ...history, restartsMs: [...history.restartsMs, atMs] };
  }
  return usage;
}

function withEvents(
  events: readonly EventRecord[] | undefined,
  message: EventsMessage,
): readonly EventRecord[] {
  if (message.kind === "snapshot") return message.events.slice(-MAX_EVENTS);
  return [...events ?? [], ...message.events].slice(-MAX_EVENTS);
}

function withLogs(
  view: LogsView | undefined,
  message: LogsMessage,
): LogsView {
  if (message.kind === "snapshot") {
    const { first, next, names } = message;
    const snapshots = (view?.snapshots ?? 0) + 1;
    return { first, next, names, lines: [], snapshots };
  }
  const last = view ??
    { first: message.first, next: 0, names: [], lines: [], snapshots: 0 };
  const names = new Set(last.names);
  for (const { name } of message.lines) names.add(name);
  // A gap means that only the lines after it are the newest in a row.
  const kept = message.skipped > 0 ? [] : last.lines;
  return {
    first: message.first,
    next: (message.lines.at(-1)?.n ?? last.next - 1) + 1,
    names: names.size === last.names.length ? last.names : [...names],
    lines: [...kept, ...message.lines].slice(-MAX_NEW_LINES),
    snapshots: last.snapshots + (message.skipped > 0 ? 1 : 0),
  };
}

function withRuns(
  view: RunsView | undefined,
  message: RunsMessage,
): RunsView {
  const last = view ?? { runs: [] };
  switch (message.kind) {
    case "snapshot": {
      const { runs, current } = message;
      return current === undefined ? { runs } : { runs, current };
    }
    case "runs":
      return { ...last, runs: message.runs };
    case "run": {
      const { run } = message;
      if (!isCurrent(run, last.current)) return last;
      const samples = last.current?.id === run.id ? last.current.samples : [];
      return { ...last, current: { ...run, samples } };
    }
    case "sample": {
      const { id, sample } = message;
      if (last.current?.id !== id) {
        const others = { ...last.others, [id]: sample.timeMs };
        return { ...last, others };
      }
      const before = last.current.samples;
      // As it is recorded: one that came just before is part of this one.
      const kept = sample.timeMs - (before.at(-1)?.timeMs ?? 0) < LEAST_MS
        ? before.slice(0, -1)
        : before;
      const samples = [...kept, sample];
      return {
        ...last,
        current: { ...last.current, samples: thinned(samples) },
      };
    }
  }
}

/** Of several runs the one that began last is shown, of those that go on. */
function isCurrent(
  run: Omit<RunRecord, "samples">,
  current: RunRecord | undefined,
): boolean {
  if (!current || current.id === run.id) return true;
  if (run.endedMs !== undefined) return false;
  return current.endedMs !== undefined || run.startedMs > current.startedMs;
}

/** Every second sample but the newest, once there are too many. */
function thinned<Sample>(samples: Sample[]): Sample[] {
  if (samples.length <= MAX_SAMPLES) return samples;
  return samples.filter((_, index) =>
    index % 2 === 0 || index === samples.length - 1
  );
}
