/**
 * One way to write each thing that a service touches or may touch, so that what
 * it did can be compared with what the config says.
 *
 * Paths are absolute. An address is the name of the service that listens there,
 * `self` for the service's own, and `host:port` for any other. A program that
 * is found through PATH is its bare name.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { PermissionKind } from "../../runtime/process/permission_flags.ts";
import { temporaryFolder } from "../../runtime/program/paths.ts";
import {
  type Asker,
  nameAt,
  type Names,
  type ServiceSpec,
} from "../../supervisor/config/config.ts";

/** Whose things they are. */
export interface Scope extends Asker {
  names: Names;
  /** What its relative paths are relative to. */
  workingDir: string;
}

/** Returns the one way to write a value of a kind. */
export function normalForm(
  kind: PermissionKind,
  value: string,
  scope: Scope,
): string {
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return value === "<TMP>"
        ? temporaryFolder()
        : resolve(scope.workingDir, value);
    case "net":
      return nameAt(hostAndPort(value), scope);
    case "import":
      return hostAndPort(value);
    case "run":
      return programName(value, scope);
    case "env":
    case "sys":
      return value;
  }
}

/**
 * True for the right to read or write a service's socket: it comes with the
 * address of that service, and nobody writes it down.
 *
 * @param value In normal form.
 */
export function isRightToSocket(
  kind: PermissionKind,
  value: string,
  { sockets }: Names,
): boolean {
  return (kind === "read" || kind === "write") &&
    [...sockets.values()].some((paths) => paths.includes(value));
}

/**
 * True for the right to read a file of a service's certificate: it comes with the
 * service's `tls`, and nobody writes it down either.
 *
 * @param value In normal form.
 */
export function isRightToCertificate(
  kind: PermissionKind,
  value: string,
  { tls }: Pick<ServiceSpec, "tls">,
): boolean {
  return kind === "read" && Object.values(tls ?? {}).includes(value);
}

const STANDARD_PORTS: Record<string, number> = { "https:": 443, "http:": 80 };

/** Returns the place in a URL, for which Deno asks when something is fetched. */
function hostAndPort(value: string): string {
  const url = /^\w+:\/\//.test(value) ? URL.parse(value) : undefined;
  if (!url) return value.startsWith("unix:") ? value : value.toLowerCase();
  const port = url.port || STANDARD_PORTS[url.protocol];
  return port === undefined ? url.hostname : `${url.hostname}:${port}`;
}

function programName(program: string, { workingDir }: Scope): string {
  if (!program.includes("/")) return program;
  const path = resolve(workingDir, program);
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const first = folders.map((folder) => join(folder, basename(path)))
    .find((each) => existsSync(each));
  return first === path ? basename(path) : path;
}
