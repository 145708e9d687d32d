/**
 * Asks a service whether it is healthy, once.
 *
 * health_watch.ts decides when to ask, next_action.ts what an answer leads to.
 *
 * @module
 */

import http from "node:http";
import https from "node:https";
import { systemReason } from "../../runtime/files/system_reason.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import {
  describeExit,
  type ProcessSpec,
  startProcess,
} from "../../runtime/process/start_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { abortAfter } from "../../runtime/program/abort.ts";
import { isLoopback, parseAddress } from "../../runtime/program/address.ts";
import type { Fault } from "../../runtime/program/errors.ts";
import { askHealth } from "../../runtime/rpc/ask_health.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import type { Healthcheck, Probe } from "../config/service_spec.ts";

/** What a probe found. */
export type Finding =
  | { healthy: true }
  | {
    healthy: false;
    reason: string;
    /** True when no answer came in time. */
    isSilent?: boolean;
    /** True when the program itself answers that it does not serve. */
    isDeclined?: boolean;
  };

/** Asks one service, any number of times. */
export interface Prober {
  /** @param signal Ends the question; the finding is then of no use. */
  ask(signal: AbortSignal): Promise<Finding>;
}

/** What {@linkcode createProber} needs besides the probe. */
export interface ProberContext {
  /** How long one question may take, in milliseconds. */
  timeoutMs: number;
  guardian: Pick<Guardian, "watch" | "forget">;
  /** Where and with what environment a program is run. */
  process: () => Pick<ProcessSpec, "cwd" | "env">;
}

/** Makes the prober of one service, to be kept for all of its processes. */
export function createProber(probe: Probe, context: ProberContext): Prober {
  const { timeoutMs } = context;
  const question = questionOf(probe, context);
  const silence = {
    healthy: false,
    reason: `did not answer within ${timeoutMs} ms`,
    isSilent: true,
  } as const;
  return {
    async ask(signal) {
      using timeout = abortAfter(timeoutMs);
      try {
        const within = AbortSignal.any([signal, timeout.signal]);
        const reason = await question(within);
        if (reason === undefined) return { healthy: true };
        if (timeout.signal.aborted || reason === SILENT) return silence;
        return {
          healthy: false,
          reason,
          ...(reason === DECLINED ? { isDeclined: true } : {}),
        };
      } catch (error) {
        // Whatever a probe fails with means that the service is not healthy.
        return timeout.signal.aborted
          ? silence
          : { healthy: false, reason: systemReason(error) };
      }
    },
  };
}

/** The prober of a service, as long as its question is the same. */
export interface KeptProber {
  /** @param process Where and with what environment a program is run. */
  of(
    healthcheck: Healthcheck,
    process: Pick<ProcessSpec, "cwd" | "env">,
  ): Prober;
}

/** Keeps the prober of one service from process to process; none yet. */
export function createKeptProber(
  guardian: ProberContext["guardian"],
): KeptProber {
  let latest: Pick<ProcessSpec, "cwd" | "env"> = {};
  let kept: { question: string; prober: Prober } | undefined;
  return {
    of(healthcheck, process) {
      latest = process;
      const question = JSON.stringify(healthcheck);
      if (kept?.question !== question) {
        const { probe, timeoutMs } = healthcheck;
        const context = { timeoutMs, guardian, process: () => latest };
        kept = { question, prober: createProber(probe, context) };
      }
      return kept.prober;
    },
  };
}

/** What a question returns when no answer came in time. */
const SILENT = "silent";
/** What it returns when the program answers that it does not serve. */
const DECLINED = "its health is NOT_SERVING";

/** Returns why the service is not healthy, or undefined; may throw instead. */
type Question = (signal: AbortSignal) => Promise<string | undefined>;

function questionOf(probe: Probe, context: ProberContext): Question {
  switch (probe.kind) {
    case "grpc":
      return grpcQuestion(probe, context.timeoutMs);
    case "tcp":
      return tcpQuestion(probe.address);
    case "http":
      return httpQuestion(probe.url);
    case "exec":
      return execQuestion(probe, context);
  }
}

function grpcQuestion(
  { address, tls }: Extract<Probe, { kind: "grpc" }>,
  timeoutMs: number,
): Question {
  let connection: Connection | undefined;
  const open = () =>
    connect(address, {
      tls: tls ?? false,
      channel: {
        // A service that comes up is to be seen at the next question.
        "grpc.max_reconnect_backoff_ms": 100,
      },
    });
  return async (signal) => {
    // At the first question only: its certificate may be wrong, and is then told.
    connection ??= open();
    const answer = await askHealth(connection, {
      deadlineMs: timeoutMs,
      signal,
    });
    switch (answer.kind) {
      case "serving":
        return undefined;
      case "not_serving":
        return `its health is ${answer.status}`;
      case "no_health":
        return answer.fault.message;
      case "silent":
        return SILENT;
      case "absent":
        return unreachable(address, reasonOf(answer.fault));
    }
  };
}

function tcpQuestion(address: string): Question {
  const parsed = parseAddress(address);
  return async (signal) => {
    const connecting: Promise<Deno.Conn> = parsed.kind === "tcp"
      ? Deno.connect({ hostname: parsed.host, port: parsed.port })
      : Deno.connect({ transport: "unix", path: parsed.path });
    // A connection that comes too late is closed all the same.
    const connected = connecting.then((connection) => connection.close());
    try {
      await Promise.race([connected, rejectsOnAbort(signal)]);
      return undefined;
    } catch (error) {
      if (signal.aborted) {
        connected.catch(() => {});
        throw error;
      }
      return unreachable(address, systemReason(error));
    }
  };
}

function httpQuestion(url: string): Question {
  return async (signal) => {
    const status = await (isLocal(url) ? askDirectly : askAsAlways)(
      url,
      signal,
    );
    return status >= 200 && status < 400
      ? undefined
      : `${url} answers with status ${status}`;
  };
}

/** Asks by whatever proxy the environment names; returns the status. */
async function askAsAlways(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { signal, redirect: "manual" });
  await response.body?.cancel();
  return response.status;
}

/**
 * Asks this machine, as node:http does: fetch() would ask the proxy of the
 * environment, where 127.0.0.1 is another machine.
 */
function askDirectly(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith("https:") ? https : http;
    const request = get(url, { signal, agent: false }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.on(
      "error",
      (error) =>
        reject(new Error(unreachable(new URL(url).host, error.message))),
    );
  });
}

/** What the system says when nobody is there; anything else is told as it is. */
const NOBODY = /ECONNREFUSED|ENOENT|connection refused|no such file/;
/** What is said of a connection that was there, and ended without an answer. */
const BROKEN =
  /^connection dropped|^failed to connect|^it has ended the connection|socket hang up|ECONNRESET|connection reset/i;
/** What it says when this machine does not have the address. */
const NO_ADDRESS =
  /ENETUNREACH|EADDRNOTAVAIL|EINVAL|network is unreachable|cannot assign/;

/** Says why an address cannot be reached. */
function unreachable(address: string, reason: string): string {
  if (NOBODY.test(reason)) return `nothing listens at ${address}`;
  if (BROKEN.test(reason)) {
    return `the connection to ${address} broke before it answered`;
  }
  const isNone = NO_ADDRESS.test(reason) && isLocal(`http://${address}`);
  const why = isNone
    ? `${reason}; does this machine have that address, and is its loopback interface up (ip addr show lo)?`
    : reason;
  return `cannot connect to ${address}: ${why}`;
}

/** Returns what a fault says of its reason, without who was called. */
function reasonOf({ message }: Fault): string {
  return message.replace(/^Cannot reach \S+: /, "");
}

function isLocal(text: string): boolean {
  const url = URL.parse(text);
  if (!url) return false;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isLoopback({ kind: "tcp", host, port: 0 });
}

function execQuestion(
  { program, args }: Extract<Probe, { kind: "exec" }>,
  { guardian, process }: ProberContext,
): Question {
  return async (signal) => {
    const started = startProcess(
      { ...process(), program, args, output: "null" },
      guardian,
    );
    try {
      await Promise.race([started.exit, rejectsOnAbort(signal)]);
      const exit = await started.exit;
      return exit.code === 0 ? undefined : `${program} ${describeExit(exit)}`;
    } finally {
      await stopProcess(started, { signal: "SIGKILL", graceMs: 0 });
      guardian.forget(started.pid);
    }
  };
}

function rejectsOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true,
    });
  });
}
