/**
 * What the server of the dashboard and its page say to each other, as JSON.
 *
 * Types only, so that the page can import it. Times are Unix milliseconds.
 *
 * @module
 */

/** What a stream tells of. */
export type Topic = "services" | "events" | "logs" | "registry" | "runs";

/** `GET /api/hello`: whom the page looks at. */
export interface Hello {
  /** The config's name, or the folder's where there is none. */
  title: string;
  /** The version of the program. */
  version: string;
  /** True where there is a supervisor to look at. */
  supervised: boolean;
  /** True where a broker is asked. */
  brokered: boolean;
  /** True where the page may change nothing. */
  readOnly: boolean;
  /** How the user calls the program, for hints: `denizen`, say. */
  command: string;
  /** The server's clock, so that ages are right in the page. */
  nowMs: number;
}

/** An answer with a status of 400 or more. */
export interface Problem {
  /** A sentence that says what to do. */
  error: string;
}

/** What a message of each topic has in it. */
export interface Messages {
  services: ServicesMessage;
  events: EventsMessage;
  logs: LogsMessage;
  registry: RegistryMessage;
  runs: RunsMessage;
}

// Services

/** As the supervisor's contract has them, in lower case. */
export type ServiceStatus =
  | "pending"
  | "starting"
  | "running"
  | "healthy"
  | "unhealthy"
  | "backing_off"
  | "stopping"
  | "exited"
  | "failed"
  | "scheduled";

/** One service, or one of its replicas, as it is now. */
export interface ServiceState {
  /** Unique; with replicas `<service>-<number>`. */
  name: string;
  /** The service in the config. */
  service: string;
  status: ServiceStatus;
  pid?: number;
  restarts: number;
  /** When its process was started. */
  startedMs?: number;
  address?: string;
  /** The reason for its status in a few words; may be empty. */
  detail: string;
  /** What to add to the config where a right was denied. */
  hint?: string;
  exitCode?: number;
  signal?: string;
  notes: string[];
  nextRunMs?: number;
  lastRunMs?: number;
  lastExitCode?: number;
}

/** A kind of access, and to what. */
export interface Right {
  kind: "net" | "read" | "write" | "env" | "run" | "ffi" | "sys" | "import";
  /** Names of services where an address is theirs; "everything" for all. */
  values: string[];
}

/** What the config says of a service. */
export interface ServiceDescription {
  service: string;
  replicas: number;
  /** What it runs, in words of a command line. */
  program: string;
  /** False for a command, which may do anything. */
  sandboxed: boolean;
  rights: Right[];
  inheritsEnvironment: boolean;
  dependsOn: { service: string; condition: string }[];
  /** Empty where there is none. */
  healthcheck: string;
  restart: string;
  schedule?: string;
  memLimitBytes?: number;
  watched: boolean;
}

/** What one service uses. */
export interface Usage {
  /** In percent of one processor; null where it cannot be measured. */
  cpu: number | null;
  /** Resident, of the process and all it has started. */
  rssBytes: number | null;
}

/** Of one service: the newest last, a value for each of `timesMs`. */
export interface UsageHistory {
  timesMs: number[];
  cpu: (number | null)[];
  rssBytes: (number | null)[];
  /** When it was started again by itself. */
  restartsMs: number[];
}

/** Whether the supervisor can be reached. */
export interface SupervisorState {
  up: boolean;
  pid?: number;
  startedMs?: number;
  /** Sentences: lines that it could not write. */
  notes: string[];
  /** Why it cannot be reached. */
  reason?: string;
}

export type ServicesMessage =
  | {
    kind: "snapshot";
    supervisor: SupervisorState;
    services: ServiceState[];
    descriptions: ServiceDescription[];
    /** By name; at most ten minutes. */
    usage: Record<string, UsageHistory>;
  }
  /** All services, in the order of the config. */
  | { kind: "states"; services: ServiceState[] }
  | { kind: "usage"; timeMs: number; usage: Record<string, Usage> }
  | { kind: "descriptions"; descriptions: ServiceDescription[] }
  | { kind: "supervisor"; supervisor: SupervisorState };

/** The answer to a start, stop, restart or scale that was done. */
export interface ActionOutcome {
  /** A sentence: what was done. */
  message: string;
  services: ServiceState[];
}

// Events

/** Something that has happened. */
export interface EventRecord {
  sequence: number;
  timeMs: number;
  type: string;
  /** Absent for what is about none. */
  service?: string;
  status?: ServiceStatus;
  previous?: ServiceStatus;
  message: string;
}

/** Oldest first. */
export interface EventsMessage {
  kind: "snapshot" | "more";
  events: EventRecord[];
}

// Logs

/** One line that a service, or the supervisor, has written. */
export interface LogLine {
  /** Counts up by 1 over all services. */
  n: number;
  name: string;
  stream: "stdout" | "stderr";
  timeMs: number;
  /** Without control characters, and at most 8,192 characters. */
  text: string;
}

export type LogsMessage =
  /** Which lines there are: `first` to `next - 1`. */
  | { kind: "snapshot"; first: number; next: number; names: string[] }
  /**
   * The newest lines, oldest first; `skipped` lines before them are only to be
   * had by `GET /api/logs`.
   */
  | { kind: "lines"; lines: LogLine[]; skipped: number; first: number };

/** `GET /api/logs`: a page of lines, oldest first. */
export interface LogPage {
  lines: LogLine[];
  /** The oldest line that is still known, and the one after the newest. */
  first: number;
  next: number;
  /** True where there are more that match, before and after these. */
  before: boolean;
  after: boolean;
}

// Registry

/** An instance that a broker knows. */
export interface RegistryEntry {
  service: string;
  instance: string;
  address: string;
  version: string;
  metadata: Record<string, string>;
  registeredMs?: number;
  /** The supervisor's name for what listens there, where it is one of its own. */
  owner?: string;
}

/** Somebody who follows what is registered. */
export interface RegistryWatcher {
  /** Empty: all. */
  service: string;
  /** The supervisor's name for it; empty where it says none. */
  name: string;
  address: string;
  sinceMs: number;
}

/** All that there is. */
export interface RegistryMessage {
  kind: "snapshot";
  broker: { address: string; up: boolean; epoch?: string; reason?: string };
  /** At most 2,000 of `total`. */
  entries: RegistryEntry[];
  total: number;
  watchers: RegistryWatcher[];
}

// Runs of the pipeline

export type StageName = "ingest" | "parse" | "rules" | "aggregate" | "sink";

export type RunPhase =
  | "starting"
  | "running"
  | "recovering"
  | "swapping"
  | "finished"
  | "failed"
  /** Its process is gone without a word. */
  | "lost";

/** One process of a stage. */
export interface StageProcess {
  name: string;
  stage: StageName;
  /** Empty for what the stage itself runs. */
  variant: string;
  pid: number;
  address: string;
  state: "starting" | "serving" | "dead";
}

/**
 * What the time of a stage went into, of all its processes: CPU time of its own
 * work, all other CPU time (sending and receiving), and waiting; null where nobody
 * tells.
 */
export interface StageTimes {
  ownMs: number | null;
  ipcMs: number | null;
  waitMs: number | null;
}

/** How a stage stood at one time: its times of each second of wall time. */
export interface StageSample extends StageTimes {
  /**
   * How far it had got in the input: so many events had come to it, or were
   * rejected or dropped before it. After a recovery that is less than before.
   */
  events: number | null;
  /** Events sent to the next stage and not answered yet. */
  onItsWay: number | null;
  /** Events a batch. */
  batch: number | null;
  /**
   * From a batch's arrival to its being passed on, in milliseconds, since the
   * chain was last opened.
   */
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** What a stage has come to since the run began: its times in all. */
export interface StageTotals extends StageTimes {
  /** What it has rejected, each once, whatever was read again. */
  rejected: number | null;
  /** Of rules: events that it has dropped. */
  dropped: number | null;
}

/** How a run stood at one time. */
export interface RunSample {
  timeMs: number;
  /** Since the start, by what has been sent to parse and what is saved. */
  sentEvents: number;
  committedEvents: number;
  doneBytes: number;
  stages: Partial<Record<StageName, StageSample>>;
}

export interface RunEvent {
  sequence: number;
  timeMs: number;
  kind: "recovery" | "swap" | "note";
  message: string;
}

/** Results, as a table that is already in words. */
export interface RunResults {
  columns: string[];
  rows: (string | number | null)[][];
  /** How many groups there are in all. */
  total: number;
  /** True where more events can still change them. */
  interim: boolean;
  timeMs: number;
}

/** The figures of the end, by stage. */
export interface RunEnd {
  elapsedMs: number;
  events: number;
  rejected: number;
  /**
   * CPU time in all, and from a batch's arrival to its being passed on; since
   * the chain was last opened. As the run's own report has them.
   */
  stages: {
    name: string;
    stage: StageName;
    events: number;
    ownMs: number;
    ipcMs: number;
    waitMs: number;
    /** Events in a batch that came to it, on the average; null where none came. */
    batch: number | null;
    p50Ms: number | null;
    p95Ms: number | null;
    p99Ms: number | null;
  }[];
}

/** All that is known of a run. */
export interface RunRecord {
  id: string;
  pid: number;
  /** Inputs and where the results go, for a person. */
  title: string;
  startedMs: number;
  endedMs?: number;
  phase: RunPhase;
  /** "auto" or the size. */
  batch: string;
  inputBytes: number;
  recoveries: number;
  swaps: number;
  processes: StageProcess[];
  events: RunEvent[];
  /** At most 600, evenly over the run. */
  samples: RunSample[];
  /** The event that it began at: 0, but where another run was gone on with. */
  fromEvent: number;
  /** Over the whole run, of each stage that tells. */
  stages: Partial<Record<StageName, StageTotals>>;
  /** How many events each reason has rejected; absent where nobody tells. */
  rejects?: Record<string, number>;
  /** True once no more is told of it. */
  complete: boolean;
  results?: RunResults;
  end?: RunEnd;
}

/** What stands in a report: a run, and where it was made. */
export interface KeptRun {
  run: RunRecord;
  /** The version of the program. */
  version: string;
  /** Processor, memory and system, for a person; absent where nobody knows. */
  machine?: string;
  /** When the report was made. */
  madeMs: number;
}

/** A run in a list. */
export type RunSummary = Pick<
  RunRecord,
  "id" | "pid" | "title" | "startedMs" | "endedMs" | "phase"
>;

export type RunsMessage =
  /** The newest first; `current` is the one that goes on, or went on last. */
  | { kind: "snapshot"; runs: RunSummary[]; current?: RunRecord }
  | { kind: "runs"; runs: RunSummary[] }
  /** A run that is new, or has changed otherwise than by a sample. */
  | { kind: "run"; run: Omit<RunRecord, "samples"> }
  | { kind: "sample"; id: string; sample: RunSample };
