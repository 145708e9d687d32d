/**
 * The program that asks for a health, as a file of an export.
 *
 * @module
 */

import HEALTH_PROBE from "./health_probe.ts" with { type: "text" };
import { permissionFlag } from "../../../runtime/process/permission_flags.ts";
import type { Probe } from "../../../supervisor/config/config.ts";

/** What it is called. */
export const PROBE_FILE = "health_probe.ts";

/** What it says. */
export const PROBE_TEXT: string = HEALTH_PROBE;

/** A probe that the program can ask; a program of one's own is run instead. */
export type AskedProbe = Exclude<Probe, { kind: "exec" }>;

/** How often it asks, and how long it waits for an answer. */
export interface ProbeTimes {
  /** Asks again until the answer is good. @default {asks once} */
  untilHealthy?: { everyMs: number };
  timeoutMs: number;
}

/** Returns its arguments. */
export function probeArgs(
  probe: AskedProbe,
  { untilHealthy, timeoutMs }: ProbeTimes,
): string[] {
  return [
    probe.kind,
    probe.kind === "http" ? probe.url : probe.address,
    ...(untilHealthy
      ? ["--wait", `--interval=${Math.max(1, untilHealthy.everyMs)}`]
      : []),
    `--timeout=${timeoutMs}`,
    ...(probe.kind === "grpc" && probe.tls
      ? [
        `--ca=${probe.tls.ca}`,
        `--cert=${probe.tls.cert}`,
        `--key=${probe.tls.key}`,
      ]
      : []),
  ];
}

/** Returns the flags of `deno run` that it takes: it reads no config and fetches nothing. */
export function probeFlags(probe: AskedProbe): string[] {
  const asked = probe.kind === "http"
    ? hostOf(new URL(probe.url))
    : probe.address;
  const socket = asked.startsWith("unix:") ? asked.slice("unix:".length) : "";
  const read = [
    ...(socket ? [socket] : []),
    ...(probe.kind === "grpc" && probe.tls ? Object.values(probe.tls) : []),
  ];
  return [
    ...["--cached-only", "--no-config", "--no-lock", "--no-prompt"],
    `--allow-net=${asked}`,
    ...(read.length > 0 ? [permissionFlag("read", read)] : []),
    ...(socket ? [permissionFlag("write", [socket])] : []),
  ];
}

function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
