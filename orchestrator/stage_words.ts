/**
 * The words that mean something else in each run, where stages.yaml says what a
 * stage may touch.
 *
 * @module
 */

import type { Permissions } from "../runtime/process/permission_flags.ts";

/** Where the process serves. */
export const SELF = "self";
/** Where the stage after it serves, each process of it. */
export const NEXT = "next";
/** The files that the run gives the stage, to read or to write. */
export const GIVEN = "given";

/** The name of what a stage itself runs, where no variant is chosen. */
export const DEFAULT_VARIANT = "default";

/** What the words stand for in a run. */
export interface Meanings {
  self: string;
  next: readonly string[];
  read: readonly string[];
  write: readonly string[];
}

/** Returns rights with the words put in place; everything else stays. */
export function withMeanings(
  permissions: Permissions,
  { self, next, read, write }: Meanings,
): Permissions {
  const words: Partial<
    Record<keyof Permissions, Record<string, readonly string[]>>
  > = {
    net: { [SELF]: [self], [NEXT]: next },
    read: { [GIVEN]: read },
    write: { [GIVEN]: write },
  };
  return Object.fromEntries(
    Object.entries(permissions).map(([kind, granted]) => {
      const known = words[kind as keyof Permissions] ?? {};
      return [
        kind,
        Array.isArray(granted)
          ? granted.flatMap((each) =>
            Object.hasOwn(known, each) ? known[each]! : [each]
          )
          : granted,
      ];
    }),
  );
}
