/**
 * A dashboard without its port and its folder: what it knows, and how it answers.
 *
 * main.ts gives it both, and a test gives it neither.
 *
 * @module
 */

import DENO_JSON from "../deno.json" with { type: "json" };
import { commandFor } from "../runtime/program/command_name.ts";
import type { Commands } from "../supervisor/control/remote_commands.ts";
import { createBrokerFeed } from "./feeds/broker.ts";
import { createLogBuffer, type LogBufferOptions } from "./feeds/log_buffer.ts";
import { searchLog } from "./feeds/log_search.ts";
import { createLogFeed } from "./feeds/logs.ts";
import { createRing } from "./feeds/ring.ts";
import { createRunsFeed, type RunsFeed } from "./feeds/runs.ts";
import { createSupervisorFeed } from "./feeds/supervisor.ts";
import { reportOf } from "./report/report.ts";
import { createActions } from "./server/actions.ts";
import { Refusal } from "./server/answers.ts";
import { createInvites, type Invites } from "./server/invites.ts";
import { createRouter, type Handler } from "./server/router.ts";
import { createSessions } from "./server/sessions.ts";
import { openStream } from "./server/stream.ts";

/** What a dashboard is made of. */
export interface DashboardOptions {
  /** Where its page is served, on 127.0.0.1. */
  port: number;
  title: string;
  /** Signs the cookies. */
  sessionKey: Uint8Array;
  /** The supervisor's; undefined where there is none. */
  commands: Commands | undefined;
  /** Where the broker is asked; undefined where there is none. */
  broker?: string | undefined;
  readOnly?: boolean;
  /** The supervisor's name for this process. @default {none} */
  self?: string | undefined;
  /** How many pages may be open at a time. @default {200} */
  maxStreams?: number;
  logs?: LogBufferOptions;
}

/** A dashboard. */
export interface Dashboard {
  handle: Handler;
  invites: Invites;
  /** Takes what a run of the pipeline tells, until it tells no more. */
  takeRun: RunsFeed["take"];
  /** Follows what there is to follow until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Searches that go on at a time, and wait, at most. */
const MAX_SEARCHES = 8;

/** Makes a dashboard that follows nothing yet. */
export function createDashboard({
  port,
  title,
  sessionKey,
  commands,
  broker,
  readOnly = false,
  self,
  maxStreams = 200,
  logs = {},
}: DashboardOptions): Dashboard {
  const ring = createRing();
  const buffer = createLogBuffer(logs);
  const logFeed = createLogFeed({ buffer, ring });
  const runs = createRunsFeed(ring);
  const supervisor = createSupervisorFeed({
    commands,
    ring,
    logs: buffer,
    onLines: logFeed.notice,
  });
  const registry = createBrokerFeed({
    broker,
    ring,
    ownerOf: supervisor.ownerOf,
  });
  const feeds = {
    services: supervisor.services,
    events: supervisor.events,
    logs: logFeed,
    registry: registry.registry,
    runs,
  };
  const invites = createInvites();
  let streams = 0;
  let searches = 0;

  const handle = createRouter({
    port,
    invites,
    sessions: createSessions({ key: sessionKey, port }),
    hello: () => ({
      title,
      version: DENO_JSON.version,
      supervised: commands !== undefined,
      brokered: broker !== undefined,
      readOnly,
      command: commandFor("").trim(),
      nowMs: Date.now(),
    }),
    stream(asked) {
      if (streams >= maxStreams) {
        throw new Refusal(
          503,
          `Cannot open a stream: ${streams} pages are open already`,
          { "Retry-After": "10" },
        );
      }
      streams++;
      return openStream({ ring, feeds, ...asked, onEnd: () => void streams-- });
    },
    async logs(query) {
      if (searches >= MAX_SEARCHES) {
        throw new Refusal(
          503,
          "Cannot search the log: too many searches go on at a time",
          { "Retry-After": "1" },
        );
      }
      searches++;
      try {
        return await searchLog(buffer, query);
      } finally {
        searches--;
      }
    },
    run: runs.get,
    report: (run) =>
      reportOf({ run, version: DENO_JSON.version, madeMs: Date.now() }),
    act: createActions({ commands, readOnly, self }),
  });
  return {
    handle,
    invites,
    takeRun: runs.take,
    async run(signal) {
      await Promise.all([supervisor.run(signal), registry.run(signal)]);
    },
  };
}
