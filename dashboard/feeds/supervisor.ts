/**
 * Follows a supervisor: how its services are, what they use and write, and what
 * happens to them. Fills the ring and the buffer of lines with it.
 *
 * Where the supervisor is gone the page is told so, and it is tried again until
 * it is there.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import { backoffMs } from "../../runtime/program/backoff.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { log, logDefect } from "../../runtime/program/log.ts";
import type {
  Commands,
  Listing,
  WatchItem,
  WatchUpdate,
} from "../../supervisor/control/remote_commands.ts";
import type {
  EventRecord,
  ServiceDescription,
  ServiceState,
  SupervisorState,
  Usage,
} from "../wire.ts";
import type { Feed } from "./feed.ts";
import type { LogBuffer } from "./log_buffer.ts";
import type { Ring } from "./ring.ts";
import { descriptionOf, namesOnly } from "./descriptions.ts";
import { stateOf, withSteadyStarts } from "./service_states.ts";
import { createTold } from "./told_output.ts";
import { createUsageLog } from "./usage_history.ts";

/** What following a supervisor needs. */
export interface SupervisorFeedOptions {
  /** Undefined where there is none to follow. */
  commands: Pick<Commands, "list" | "watch" | "describe"> | undefined;
  ring: Pick<Ring, "publish">;
  logs: Pick<LogBuffer, "add" | "addLoss" | "endLines">;
  /** Told that there are new lines. */
  onLines: () => void;
  /** Unix time in milliseconds. @default {Date.now} */
  now?: () => number;
}

/** What is known of a supervisor. */
export interface SupervisorFeed {
  services: Feed<"services">;
  events: Feed<"events">;
  /** The name of the service that listens at an address, if one does. */
  ownerOf(address: string): string | undefined;
  /** Follows until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** How many events are kept. */
const MAX_EVENTS = 1_000;
/** How often it is asked what services use: while somebody looks, and else. */
const LOOKED_AT_MS = 1_000;
const ALONE_MS = 5_000;
/** A line without an end is shown after this, in milliseconds. */
const BEGUN_MS = 1_000;

/** Makes the feed of a supervisor. */
export function createSupervisorFeed({
  commands,
  ring,
  logs,
  onLines,
  now = Date.now,
}: SupervisorFeedOptions): SupervisorFeed {
  let supervisor: SupervisorState = {
    up: false,
    notes: [],
    reason: commands
      ? "the supervisor has not answered yet"
      : "no supervisor runs here",
  };
  let services: ServiceState[] = [];
  let descriptions: ServiceDescription[] = [];
  const usage = createUsageLog();
  const events: EventRecord[] = [];
  const told = createTold();
  let watchers = 0;

  const setSupervisor = (next: SupervisorState) => {
    if (isSame(next, supervisor)) return;
    supervisor = next;
    ring.publish("services", { kind: "supervisor", supervisor });
  };
  const setServices = (told: Listing["services"]) => {
    const timeMs = now();
    const next = withSteadyStarts(
      told.map((each) => stateOf(each, timeMs)),
      services,
    );
    usage.noteRestarts(timeMs, next);
    if (isSame(next, services)) return;
    const isOther = !isSame(next.map(nameOf), services.map(nameOf));
    services = next;
    ring.publish("services", { kind: "states", services });
    if (isOther) void describeAgain().catch(isLogged);
  };
  const describe = async (): Promise<ServiceDescription[]> => {
    try {
      return (await commands!.describe()).services.map(descriptionOf);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // It is gone, and its stream says so; or too old.
      return error.code === "failed_precondition"
        ? namesOnly(services)
        : descriptions;
    }
  };
  const describeAgain = async () => {
    const next = await describe();
    if (isSame(next, descriptions)) return;
    descriptions = next;
    ring.publish("services", { kind: "descriptions", descriptions });
  };
  const takeEvents = (items: readonly WatchItem[]) => {
    const fresh = items.flatMap((item) =>
      item.type === "event" ? [recordOf(item.event)] : []
    ).filter((event) => !events.some((known) => isSameEvent(known, event)));
    if (fresh.length === 0) return;
    events.push(...fresh);
    events.splice(0, events.length - MAX_EVENTS);
    ring.publish("events", { kind: "more", events: fresh });
    if (fresh.some(({ type }) => DESCRIBED_ANEW.has(type))) {
      void describeAgain().catch(isLogged);
    }
  };
  const takeOutput = (items: readonly WatchItem[]) => {
    for (const item of items) {
      if (item.type !== "output" || told.isKnown(item.chunk)) continue;
      const { chunk, lostLines } = item;
      if (lostLines > 0) logs.addLoss(chunk.name, lostLines, chunk.timeMs);
      logs.add(chunk);
    }
    onLines();
  };
  const take = ({ items, services }: WatchUpdate) => {
    if (services) setServices([...services]);
    if (items.length === 0) return;
    takeEvents(items);
    takeOutput(items);
  };

  /** Follows one supervisor until it is gone. */
  const follow = async (
    asked: Pick<Commands, "watch">,
    signal: AbortSignal,
  ) => {
    told.begin();
    for await (const update of asked.watch([], signal)) take(update);
  };
  const followAll = async (
    asked: Pick<Commands, "watch">,
    signal: AbortSignal,
  ) => {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        const began = now();
        await follow(asked, signal);
        if (now() - began > STEADY_MS) failures = 0;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (supervisor.up) failures = 1;
        const reason = error.message;
        if (supervisor.up) log(`The supervisor is gone: ${reason}`);
        setSupervisor({ up: false, notes: [], reason });
      }
      await pause(100 + backoffMs(failures, { maxMs: 2_000 }), signal);
    }
  };
  const look = async (asked: Pick<Commands, "list">) => {
    const { services: listed, supervisorPid, supervisorUptimeMs, notes } =
      await asked.list();
    const timeMs = now();
    setServices(listed);
    const startedMs = supervisor.up && supervisor.pid === supervisorPid
      ? supervisor.startedMs
      : supervisorUptimeMs === undefined
      ? undefined
      : timeMs - supervisorUptimeMs;
    setSupervisor({
      up: true,
      pid: supervisorPid,
      ...(startedMs === undefined ? {} : { startedMs }),
      notes,
    });
    const used = Object.fromEntries(listed.map((each) => [
      each.name,
      {
        cpu: each.cpuPercent ?? null,
        rssBytes: each.rssBytes ?? null,
      } satisfies Usage,
    ]));
    usage.add(timeMs, used);
    if (watchers > 0) {
      ring.publish("services", { kind: "usage", timeMs, usage: used });
    }
  };
  const lookAgain = async (
    asked: Pick<Commands, "list">,
    signal: AbortSignal,
  ) => {
    while (!signal.aborted) {
      try {
        await look(asked);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        // A supervisor that is busy is no supervisor that is gone.
        if (error.code !== "timed_out") {
          setSupervisor({ up: false, notes: [], reason: error.message });
        }
      }
      logs.endLines(now() - BEGUN_MS);
      onLines();
      await pause(watchers > 0 ? LOOKED_AT_MS : ALONE_MS, signal);
    }
  };

  return {
    services: {
      snapshot: () => ({
        kind: "snapshot",
        supervisor,
        services,
        descriptions,
        usage: usage.all(),
      }),
      watch() {
        watchers++;
        return { [Symbol.dispose]: () => void watchers-- };
      },
    },
    events: { snapshot: () => ({ kind: "snapshot", events }) },
    ownerOf: (address) =>
      services.find((each) => each.address === address)?.name,
    async run(signal) {
      if (!commands) return;
      await Promise.all([
        followAll(commands, signal),
        lookAgain(commands, signal),
      ]);
    },
  };
}

function isLogged(error: unknown): void {
  logDefect("describing services", error);
}

/** A connection that has lasted so long was no failure, in milliseconds. */
const STEADY_MS = 5_000;

/** What changes what the config says of services. */
const DESCRIBED_ANEW: ReadonlySet<string> = new Set([
  "config_reloaded",
  "service_scaled",
  "supervisor_started",
]);

function recordOf(
  event: Extract<WatchItem, { type: "event" }>["event"],
): EventRecord {
  const { sequence, timeMs, type, message } = event;
  const service = "service" in event ? event.service : undefined;
  return {
    sequence,
    timeMs,
    type,
    ...(service === undefined ? {} : { service }),
    ...(event.type === "service_state"
      ? { status: event.status, previous: event.previous }
      : {}),
    message,
  };
}

function isSameEvent(one: EventRecord, other: EventRecord): boolean {
  return one.sequence === other.sequence && one.timeMs === other.timeMs;
}

function nameOf({ name }: ServiceState): string {
  return name;
}

/** Of what is written as JSON anyway. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
