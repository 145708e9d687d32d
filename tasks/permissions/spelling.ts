/**
 * Turns things in normal form into what config.yaml says, and back.
 *
 * @module
 */

import { isAbsolute, relative } from "node:path";
import type { PermissionKind } from "../../runtime/process/permission_flags.ts";
import { type Config, meaningOf } from "../../supervisor/config/config.ts";
import type { Spelling } from "./edit_config.ts";
import { scopeOf } from "./judge.ts";
import { normalForm } from "./normal_form.ts";

/** Returns how the entries of a service are written. */
export function spellingFor(config: Config, service: string): Spelling {
  const scopes = (config.services.get(service) ?? [])
    .map((spec) => scopeOf(config, spec));
  return {
    read: (kind, written) => [
      ...new Set(scopes.flatMap((scope) =>
        meaningOf(kind, written, scope)
          .map((value) => normalForm(kind, value, scope))
      )),
    ],
    write: (kind, value) =>
      spell(kind, value, scopes[0]?.workingDir ?? "/").replaceAll("$", "$$$$"),
  };
}

/** Writes a thing for a reader; paths in the service's folder from there. */
export function spell(
  kind: PermissionKind,
  value: string,
  workingDir: string,
): string {
  const isPath = ["read", "write", "ffi", "run"].includes(kind) &&
    isAbsolute(value);
  if (!isPath) return value;
  const path = relative(workingDir, value);
  if (path === "") return ".";
  if (path.startsWith("..")) return value;
  // A program without a slash would be looked up in PATH.
  return kind === "run" ? `./${path}` : path;
}
