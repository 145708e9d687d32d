/**
 * Finds in the last words of a process that Deno has denied it something, and
 * says which line of config.yaml is missing.
 *
 * The words are Deno's own; a test provokes each kind in a real process.
 *
 * @module
 */

import {
  PERMISSION_KINDS,
  type PermissionKind,
} from "../../runtime/process/permission_flags.ts";
import { HOST } from "../../runtime/program/address.ts";
import { temporaryFolder } from "../../runtime/program/paths.ts";
import { SELF } from "../config/addresses.ts";
import type { Executable } from "../../runtime/process/command_line.ts";
import type { ServiceSpec } from "../config/service_spec.ts";

/** What a process was denied. */
export type Denial =
  /** `value` is undefined where only everything of the kind would do. */
  | { reason: "not_granted"; kinds: PermissionKind[]; value?: string }
  /** No permission covers it, only all of them together. */
  | { reason: "never_granted"; value: string };

/** The last one counts: what came before it, the process has survived. */
const ACCESS =
  /Requires (\w+) access(?: to (?:"(.*?)"|(<\w+>)))?, run again with the --allow-\w+ flag/g;
/** A link may lead anywhere, so Deno wants more than a path. */
const LINK =
  /Deno\.\w+\(\) requires unscoped --allow-read and --allow-write permissions/;
/** A library that is loaded first is in charge of the program. */
const LOADER =
  /Requires --allow-run permissions to spawn subprocess with (\w+)/;

/** Returns what was denied last in `words`, if anything. */
export function findDenial(words: string): Denial | undefined {
  const match = [...words.matchAll(ACCESS)].at(-1);
  const [, kind = "", quoted, placeholder] = match ?? [];
  const value = quoted ?? placeholder;
  if (kind === "all") return { reason: "never_granted", value: value ?? "" };
  const known = PERMISSION_KINDS.find((each) => each === kind);
  if (known) {
    return {
      reason: "not_granted",
      kinds: [known],
      ...(value === undefined ? {} : { value }),
    };
  }
  if (LINK.test(words)) {
    return { reason: "not_granted", kinds: ["read", "write"] };
  }
  return LOADER.test(words)
    ? { reason: "not_granted", kinds: ["run"] }
    : undefined;
}

/**
 * Says what was denied, and what to add where.
 *
 * @param spec The service: a script has permissions, a command has flags.
 */
export function describeDenial(
  denial: Denial,
  { service, port, runs }: Pick<ServiceSpec, "service" | "port"> & {
    runs: Pick<Executable, "kind">;
  },
): string {
  if (denial.reason === "never_granted") {
    return `Denied ${denial.value}: only a program with all rights may touch it, and no permission of a service gives that`;
  }
  const { kinds } = denial;
  const value = denial.value === "<TMP>" ? temporaryFolder() : denial.value;
  const what = `Denied ${kinds.join(" and ")}${
    value === undefined ? "" : ` to ${value}`
  }`;
  if (runs.kind === "command") {
    const flags = kinds.map((kind) =>
      value === undefined ? `--allow-${kind}` : `--allow-${kind}=${value}`
    );
    return `${what}: add ${flags.join(" ")} to services.${service}.command`;
  }
  const places = kinds
    .map((kind) => `services.${service}.permissions.${kind}`);
  return value === undefined
    ? `${what}: set ${places.join(" and ")} to true`
    : `${what}: add ${value === `${HOST}:${port}` ? SELF : "it"} under ${
      places.join(" and ")
    }`;
}
