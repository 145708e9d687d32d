/**
 * What the units are made for.
 *
 * @module
 */

/** How a project is handed over to systemd. */
export interface SystemdOptions {
  /** Where the config's folder is on the machine that the units run on. */
  root: string;
  /** The program that runs scripts, absolute. */
  deno: string;
  /** Units of a user, and not of the system. */
  user: boolean;
  /** Where Denizen itself is; undefined: where it is here. */
  denizen?: string | undefined;
  /** What the environment of the export has, for a supervisor. */
  variables?: Readonly<Record<string, string>>;
  /** Whom the processes belong to; undefined: a user of their own. */
  runAs: string | undefined;
  /** The oldest systemd that is to read them. */
  version: number;
}

/** From here on, waits between restarts can grow. */
export const GROWING_WAITS = 254;

/** The oldest systemd that knows all else that is written. */
export const OLDEST = 250;

/** The longest name of a user. */
const MAX_USER = 31;

/** Returns whom the processes belong to; undefined with units of a user. */
export function userOf(
  { name }: { name: string },
  { user, runAs }: Pick<SystemdOptions, "user" | "runAs">,
): string | undefined {
  // No user of the system begins so but those of packages.
  return user ? undefined : runAs ?? `_${name}`.slice(0, MAX_USER);
}
