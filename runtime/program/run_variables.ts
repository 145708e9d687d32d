/**
 * The variables by which a process learns whose it is.
 *
 * @module
 */

/** Who starts the processes of a run sets these for each; nobody else does. */
export const RUN_VARIABLES = {
  /** The secret by which the processes of a run know each other. */
  token: "DENIZEN_TOKEN",
  /** "none" where the servers of the process ask nobody for it. */
  auth: "DENIZEN_AUTH",
  /** What the process is called; before a "/" stands whose it is. */
  service: "DENIZEN_SERVICE",
  /** How the user calls the program, for hints: `denizen`, say. */
  command: "DENIZEN_COMMAND",
  /** The file with the certificate of the CA, for TLS. */
  tlsCa: "DENIZEN_TLS_CA",
  /** The file with the process's own certificate. */
  tlsCert: "DENIZEN_TLS_CERT",
  /** The file with the key of that certificate. */
  tlsKey: "DENIZEN_TLS_KEY",
  /** Who may call the servers of the process: names, with commas. */
  allow: "DENIZEN_ALLOW",
  /**
   * "true" where the process is in a network of its run's own, as that of its
   * containers: it may listen there without TLS, and show the token.
   */
  insecure: "DENIZEN_INSECURE",
  /** Where others call its server, if that is not where it listens. */
  advertise: "DENIZEN_ADVERTISE",
} as const;

/** What stands for all of them in the rights of a script. */
export const RUN_VARIABLE_PATTERN = "DENIZEN_*";

/** Their names. */
export const RUN_VARIABLE_NAMES: readonly string[] = Object.values(
  RUN_VARIABLES,
);

/**
 * Returns a variable that has a value and may be read. Asks no one for the
 * right: a script that is run by hand would stop there, with a question.
 */
export function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) || undefined : undefined;
}

/** True where the network of this process is trusted; see RUN_VARIABLES. */
export function isNetworkTrusted(): boolean {
  return readVariable(RUN_VARIABLES.insecure) === "true";
}
