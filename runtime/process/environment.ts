/**
 * Which variables a process gets.
 *
 * A script in a sandbox may be allowed to start programs. So that these see no
 * more than it does, the process of a script has only what any program needs,
 * and what it is given by name.
 *
 * @module
 */

import { RUN_VARIABLE_NAMES } from "../program/run_variables.ts";

/** The variables of a process, by name. */
export type Environment = Readonly<Record<string, string>>;

/** What a process gets besides what any program needs. */
export interface EnvironmentParts {
  /**
   * Which of our own variables it inherits: those with these names, where a `*`
   * at the end stands for any rest, or all (`true`). @default {none}
   */
  inherits?: readonly string[] | true;
  /** Variables that are set for it; they win. @default {none} */
  set?: Environment;
}

/** What any program needs, and Deno itself to run one. None is a secret. */
const NEEDED: readonly string[] = [
  // Who the user is, and where things lie.
  ...["PATH", "HOME", "USER", "LOGNAME", "TMPDIR"],
  ...["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"],
  // How words, times and colours are written.
  ...["LANG", "LANGUAGE", "LC_*", "TZ"],
  ...["TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR"],
  // What Deno reads by itself, whatever a script may read: its settings, its
  // telemetry, whom it trusts, and how it gets out of a network.
  ...["DENO_*", "OTEL_*"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"],
];

/** Those that hold secrets all the same: keys of a registry, of a collector. */
const SECRET_NAME = /TOKEN|HEADERS/;
/** An address with a user or a password in it, as that of a proxy may be. */
const SECRET_VALUE = /:\/\/[^/\s]*@|^[^/\s@]+:[^/\s@]*@/;

/** Those that are about this process and would disturb a child. */
const NEVER = [
  "DENO_AUDIT_PERMISSIONS",
  "DENO_TRACE_PERMISSIONS",
  ...RUN_VARIABLE_NAMES,
];

/**
 * Returns the variables that a process gets.
 *
 * @param own Our own variables.
 * @param parts What it gets of them, and besides.
 */
export function buildEnvironment(
  own: Environment,
  { inherits = [], set = {} }: EnvironmentParts = {},
): Record<string, string> {
  const isInherited = ([name, value]: [string, string]) =>
    !NEVER.includes(name) &&
    (inherits === true || isNamed(name, inherits) ||
      isNamed(name, NEEDED) && !SECRET_NAME.test(name) &&
        !SECRET_VALUE.test(value));
  return {
    ...Object.fromEntries(Object.entries(own).filter(isInherited)),
    ...set,
  };
}

/** Returns the names of our own variables that a process does not get. */
export function withheldFrom(own: Environment, given: Environment): string[] {
  return Object.keys(own)
    .filter((name) => !(name in given) && !NEVER.includes(name)).sort();
}

/** The environment of this process, as far as a child may have it. */
export function inheritedEnvironment(): Record<string, string> {
  return buildEnvironment(Deno.env.toObject(), { inherits: true });
}

function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((each) =>
    each.endsWith("*") ? name.startsWith(each.slice(0, -1)) : name === each
  );
}
