/**
 * Compares what a service may do with what it has done.
 *
 * @module
 */

import {
  PERMISSION_KINDS,
  type PermissionKind,
  type Permissions,
} from "../../runtime/process/permission_flags.ts";
import { HOST } from "../../runtime/program/address.ts";
import { covers } from "./fold_paths.ts";
import { isWide, listed, type Needs, type Surroundings } from "./least.ts";

/** What is wrong with the rights of a service, in normal form. */
export interface Difference {
  /** Rights that were not used; "*" for everything of a kind. */
  unused: Partial<Record<PermissionKind, string[]>>;
  /** Rights that were needed and are not there. */
  missing: Partial<Record<PermissionKind, string[]>>;
}

/** How everything of a kind is written in a {@linkcode Difference}. */
export const EVERYTHING = "*";

/**
 * Returns the rights that are too many and too few.
 *
 * @param needs The smallest rights that do.
 * @param surroundings What is held, and where.
 */
export function compareRights(
  { rights }: Pick<Needs, "rights">,
  surroundings: Pick<Surroundings, "held" | "workingDir" | "home">,
): Difference {
  const difference: Difference = { unused: {}, missing: {} };
  for (const kind of PERMISSION_KINDS) {
    const held = surroundings.held[kind];
    const needed = rights[kind];
    const unused = unusedOf(kind, held, needed, surroundings);
    const missing = missingOf(kind, held, needed);
    if (unused.length > 0) difference.unused[kind] = unused;
    if (missing.length > 0) difference.missing[kind] = missing;
  }
  return difference;
}

function unusedOf(
  kind: PermissionKind,
  held: Permissions[PermissionKind],
  needed: readonly string[] | true | undefined,
  surroundings: Pick<Surroundings, "workingDir" | "home">,
): string[] {
  if (needed === true) return [];
  if (held === true) return [EVERYTHING];
  return listed(held).filter((entry) => {
    const isPath = kind === "read" || kind === "write";
    const used = (needed ?? []).filter((value) =>
      // What lies in a folder that is needed is a part of what is.
      grants(kind, entry, value) || (isPath && covers(value, entry))
    );
    return used.length === 0 ||
      (isPath && isWide(entry, surroundings) && !used.includes(entry));
  });
}

function missingOf(
  kind: PermissionKind,
  held: Permissions[PermissionKind],
  needed: readonly string[] | true | undefined,
): string[] {
  if (held === true || needed === undefined) return [];
  if (needed === true) return [EVERYTHING];
  return needed.filter((value) =>
    !listed(held).some((entry) => grants(kind, entry, value))
  );
}

/** True if an entry of the config allows what was done. */
function grants(kind: PermissionKind, entry: string, value: string): boolean {
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return covers(entry, value);
    case "net":
    case "import":
      return entry === value || isHostOf(entry, value);
    case "env":
    case "run":
    case "sys":
      return entry === value;
  }
}

/** True for a host without a port, or `*.host`, that an address is of. */
function isHostOf(entry: string, address: string): boolean {
  // A name stands for an address of this machine.
  const host = address.includes(":") ? address.replace(/:\d+$/, "") : HOST;
  return entry === host ||
    (entry.startsWith("*.") && host.endsWith(entry.slice(1)));
}
