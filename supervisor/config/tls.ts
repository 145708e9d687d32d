/**
 * The certificates of services, as a config names their files.
 *
 * `tls` stands at the top of a file for all its services, or in a service. In it
 * `${service}` is the name of the service, so that one line does for all; that
 * name is known nowhere else, so the passes hand `tls` on as it is written, and
 * this fills it in.
 *
 * @module
 */

import { resolve } from "node:path";
import type { Problem } from "../../runtime/config/problems.ts";
import { MISSING, whyNoFile } from "../../runtime/config/named_files.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { suggest } from "../../runtime/program/suggest.ts";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import type { ServiceSpec } from "./service_spec.ts";
import type { Source } from "./source.ts";

/** What `${service}` stands for where the supervisor asks how a service is. */
export const SUPERVISOR = "supervisor";

/** What it stands for where a person calls services. */
export const CLIENT = "client";

const KEY = "tls";
const PARTS = ["ca", "cert", "key"] as const;

/** What is written, where, and what its paths are relative to. */
export interface WrittenTls {
  value: unknown;
  path: readonly PropertyKey[];
  folder: string;
  /** The file, where it is not that of the service. */
  file?: string | undefined;
}

/** The files of a service, and those that the supervisor shows it. */
export interface ServiceTls {
  own: TlsFiles;
  supervisor: TlsFiles;
}

/** Fills in a text, with what `${service}` stands for. */
export type FillTls = (
  text: string,
  service: string,
) => { value: unknown; problems: readonly Problem[] };

/**
 * Does something with a map, but not with what it has as `tls`: that stays as it
 * is written.
 */
export function besidesTls<T extends { value: unknown }>(
  map: unknown,
  act: (rest: unknown) => T,
): T {
  if (typeof map !== "object" || map === null || !Object.hasOwn(map, KEY)) {
    return act(map);
  }
  const { [KEY]: tls, ...rest } = map as Record<string, unknown>;
  const done = act(rest);
  return { ...done, value: { ...Object(done.value), [KEY]: tls } };
}

/**
 * Returns what counts for a service: what it says itself, else what its file
 * says, else what the config says.
 */
export function tlsWrittenFor(
  service: string,
  shape: unknown,
  { source, top, folder }: {
    source: Source | undefined;
    /** What the config says. */
    top: unknown;
    /** The config's folder. */
    folder: string;
  },
): WrittenTls {
  const own = (shape as Record<string, unknown> | null | undefined)?.[KEY];
  if (own !== undefined) {
    const path = ["services", service, KEY];
    return { value: own, path, folder: source?.folder ?? folder };
  }
  return source?.tls ?? { value: top, path: [KEY], folder };
}

/**
 * Returns the files that are named; none where it is off, or no map.
 *
 * @param as What else `${service}` stands for: the name of the service.
 */
export function filesOfTls(
  { value, path, folder, file }: WrittenTls,
  as: string,
  fill: FillTls,
): { value: ServiceTls | undefined; problems: Problem[] } {
  const written = value as Record<string, unknown> | null | undefined | false;
  if (!written || PARTS.some((part) => typeof written[part] !== "string")) {
    return { value: undefined, problems: [] };
  }
  const problems: Problem[] = [];
  const filesFor = (service: string): TlsFiles => {
    const [ca, cert, key] = PARTS.map((part) => {
      const filled = fill(String(written[part]), service);
      if (service === as) {
        for (const { message } of filled.problems) {
          const place = { path: [...path, part], message: meant(message) };
          problems.push(file === undefined ? place : { ...place, file });
        }
      }
      return resolve(folder, String(filled.value));
    });
    return { ca: ca!, cert: cert!, key: key! };
  };
  const found = { own: filesFor(as), supervisor: filesFor(SUPERVISOR) };
  return { value: found, problems };
}

/** Offers `${service}` where a variable that is not set is nearly that. */
function meant(message: string): string {
  const name = /^variable "(\w+)" is not set/.exec(message)?.[1];
  return name !== undefined && suggest(name, ["service"])
    ? `variable "${name}" is not set; did you mean \${service}?`
    : message;
}

/**
 * Finds certificates that are not there, and names that nobody can have.
 *
 * @param found What has been found before.
 */
export function tlsProblems(
  services: ReadonlyMap<string, readonly ServiceSpec[]>,
  isFile: (path: string) => boolean,
  found: readonly Problem[] = [],
): Problem[] {
  /** Of a certificate that is there, and written wrong, that is told already. */
  const isTold = (service: string) =>
    found.some(({ path: [first, name, key] }) =>
      first === KEY || (name === service && key === KEY)
    );
  /** Told once: the first service that has it stands for the others. */
  const told = new Set<string>();
  return [...services].flatMap(([service, specs]) => [
    ...specs.slice(0, isTold(service) ? 0 : 1).flatMap((spec) =>
      allowProblems(service, spec)
    ),
    ...specs.flatMap(filesNeeded).flatMap(({ file, use }) => {
      if (told.has(file) || isFile(file)) return [];
      told.add(file);
      return [{
        path: ["services", service, KEY],
        message: `file "${shortPath(file)}"${use} ${whyNoFile(file)}; ${
          whyNoFile(file) === MISSING
            ? `${commandFor("certificates")} makes it`
            : "have it be a file that this user can read"
        }`,
      }];
    }),
  ]);
}

function allowProblems(
  service: string,
  { allow, tls, socket }: ServiceSpec,
): Problem[] {
  if (allow === undefined || (tls && socket === undefined)) return [];
  return [{
    path: ["services", service, "allow"],
    message: socket === undefined
      ? "callers are known by certificates only; write tls: into the service, or at the top"
      : "callers are known by certificates only, and a unix socket has none; write port: instead of listen: unix",
  }];
}

/** The files that are read for a service, and by whom, if not by itself. */
function filesNeeded({ tls, healthcheck }: ServiceSpec) {
  const probe = healthcheck?.probe;
  const shown = probe?.kind === "grpc" ? probe.tls : undefined;
  return [
    ...Object.values(tls ?? {}).map((file) => ({ file, use: "" })),
    ...Object.values(shown ?? {}).map((file) => ({
      file,
      use: Object.values(tls ?? {}).includes(file)
        ? ""
        : ", which health checks show,",
    })),
  ];
}
