/**
 * Reads what a watched service has touched: Deno's audit log, and the list of
 * programs beside it (record_programs.ts).
 *
 * @module
 */

import { ifThere, removeIfThere } from "../../runtime/files/optional_file.ts";
import {
  PERMISSION_KINDS,
  type PermissionKind,
} from "../../runtime/process/permission_flags.ts";

/** The files of one watched service. */
export interface Records {
  /** Deno's: one JSON document a line, granted and denied alike. */
  audit: string;
  /** Ours: one program as JSON a line. */
  programs: string;
}

/** One thing that was touched. */
export interface Access {
  kind: PermissionKind;
  /** As Deno has it; null where only everything of the kind would do. */
  value: string | null;
}

/** The variables that lead to the files; the service itself never sees them. */
export function recordVariables(records: Records): Record<string, string> {
  return {
    DENO_AUDIT_PERMISSIONS: records.audit,
    DENIZEN_RECORD_PROGRAMS: records.programs,
  };
}

/** Reads both files; each access once, without those of the watching. */
export async function readAccesses(records: Records): Promise<Access[]> {
  const ours = recordVariables(records);
  const accesses = new Map<string, Access>();
  const add = (access: Access) => accesses.set(JSON.stringify(access), access);
  for (const entry of await readLines(records.audit)) {
    const { permission, value } = entry as Record<string, unknown>;
    const kind = PERMISSION_KINDS.find((each) => each === permission);
    if (!kind) continue;
    if (kind === "env" && Object.hasOwn(ours, String(value))) continue;
    if (kind === "write" && value === records.programs) continue;
    add({ kind, value: typeof value === "string" ? value : null });
  }
  for (const program of await readLines(records.programs)) {
    add({ kind: "run", value: program === "*" ? null : String(program) });
  }
  return [...accesses.values()];
}

/** Removes the files of watched services. */
export async function removeRecords(all: readonly Records[]): Promise<void> {
  for (const path of all.flatMap(({ audit, programs }) => [audit, programs])) {
    await removeIfThere(path);
  }
}

async function readLines(path: string): Promise<unknown[]> {
  const text = await ifThere(Deno.readTextFile(path));
  // It has started no program, or has not started itself.
  if (text === undefined) return [];
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // the last line of a process that was killed while it wrote
    }
  });
}
