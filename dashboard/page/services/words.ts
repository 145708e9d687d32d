/**
 * What there is to say of a service, in sentences.
 *
 * @module
 */

import type { Right, ServiceDescription, ServiceState } from "../../wire.ts";
import { count, formatDuration, formatWhen } from "../ui/format.ts";

/** What a service may do of one kind, and with what. */
export interface RightInWords {
  /** "connect to", as in "may connect to". */
  verb: string;
  /** Empty for nothing. */
  values: readonly string[];
  isEverything: boolean;
}

const VERBS: Record<Right["kind"], string> = {
  net: "connect to or listen on",
  read: "read",
  write: "write",
  env: "see the variables",
  run: "run",
  ffi: "load native code from",
  sys: "ask the system for",
  import: "import code from",
};

/** Told even where there is nothing: that is the good news. */
const ALWAYS: readonly Right["kind"][] = ["net", "read", "write", "env", "run"];

/** The rights of a sandboxed service, one for each kind worth telling. */
export function rightsInWords(rights: readonly Right[]): RightInWords[] {
  const kinds = Object.keys(VERBS) as Right["kind"][];
  return kinds.flatMap((kind) => {
    const values = rights.filter((each) => each.kind === kind)
      .flatMap((each) => each.values);
    if (values.length === 0 && !ALWAYS.includes(kind)) return [];
    const isEverything = values.includes("everything");
    return [{ verb: VERBS[kind], values, isEverything }];
  });
}

/** All rights in one sentence, for a title or a reader of the screen. */
export function rightsSentence(
  { sandboxed, rights }: Pick<ServiceDescription, "sandboxed" | "rights">,
): string {
  if (!sandboxed) return "No sandbox: may do anything you can.";
  return rightsInWords(rights).map(({ verb, values, isEverything }) =>
    `may ${verb}: ${
      isEverything
        ? "everything"
        : values.length === 0
        ? "nothing"
        : values.join(", ")
    }`
  ).join(" · ");
}

/** Why a service has its status, as a sentence. */
export function whyOf(state: ServiceState, nowMs: number): string {
  const reason = state.detail === ""
    ? WHY[state.status]
    : `${capital(state.detail)}.`;
  return [reason, endOf(state), scheduleOf(state, nowMs)]
    .filter((each) => each !== "").join(" ");
}

const WHY: Record<ServiceState["status"], string> = {
  pending: "Waits for what it depends on.",
  starting: "Its process runs and is not found healthy yet.",
  running: "Its process runs; it has no healthcheck.",
  healthy: "Its healthcheck passes.",
  unhealthy: "Its healthcheck fails.",
  "backing_off": "Ended by itself, and is started again soon.",
  stopping: "Its process was asked to end.",
  exited: "Ended, and is not started again by itself.",
  failed: "Given up: it is not started again by itself.",
  scheduled: "Has no process until its schedule is due.",
};

/** How its process ended, unless the detail says so. */
function endOf({ signal, exitCode, detail }: ServiceState): string {
  if (signal !== undefined) {
    return detail.includes(signal) ? "" : `Ended by ${signal}.`;
  }
  if (exitCode === undefined || detail.includes(String(exitCode))) return "";
  return `Ended with exit code ${exitCode}.`;
}

function scheduleOf(
  { nextRunMs, lastRunMs, lastExitCode }: ServiceState,
  nowMs: number,
): string {
  const next = nextRunMs === undefined
    ? ""
    : `Runs next at ${formatWhen(nextRunMs, nowMs)}, in ${
      formatDuration(nextRunMs - nowMs)
    }.`;
  const how = lastExitCode === undefined
    ? "it could not be started"
    : lastExitCode === 0
    ? "it went well"
    : `it ended with exit code ${lastExitCode}`;
  const last = lastRunMs === undefined
    ? ""
    : `Ran last at ${formatWhen(lastRunMs, nowMs)}; ${how}.`;
  return [next, last].filter((each) => each !== "").join(" ");
}

/** The condition of a dependency in words. */
export function conditionInWords(condition: string): string {
  switch (condition) {
    case "service_healthy":
      return "once it is healthy";
    case "service_started":
      return "once it has started";
    case "service_completed_successfully":
      return "once it has ended well";
  }
  return condition.replaceAll("_", " ");
}

/** How many replicas the config wants, where that is not one. */
export function replicasInWords(replicas: number): string {
  return count(replicas, "replica");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
