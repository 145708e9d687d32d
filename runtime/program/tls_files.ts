/**
 * Where a program has its certificate: the three files that turn TLS on.
 *
 * They are named by flags, or else by the environment, as the supervisor sets it
 * for each service that has `tls`. Reads none of them: runtime/rpc/tls/ does.
 *
 * @module
 */

import { UsageError } from "./errors.ts";
import { type Flag, type Flags, text, toggle } from "./flags.ts";
import { readVariable, RUN_VARIABLES } from "./run_variables.ts";

/** The files of a program, in PEM. */
export interface TlsFiles {
  /** Whom it trusts: the certificate of the CA, or of several. */
  ca: string;
  /** What it shows: its own certificate, and those between it and the CA. */
  cert: string;
  /** The private key of that. */
  key: string;
}

/** Each file with its flag and its variable. */
export const TLS_FILES = [
  { part: "ca", flag: "tls-ca", variable: RUN_VARIABLES.tlsCa },
  { part: "cert", flag: "tls-cert", variable: RUN_VARIABLES.tlsCert },
  { part: "key", flag: "tls-key", variable: RUN_VARIABLES.tlsKey },
] as const;

/** Returns the variables by which a program is given its files. */
export function tlsVariables(files: TlsFiles): Record<string, string> {
  return Object.fromEntries(
    TLS_FILES.map(({ part, variable }) => [variable, files[part]]),
  );
}

/** How a program is given its files, for messages. */
export const NAMES_TLS = "--tls-ca, --tls-cert and --tls-key, or DENIZEN_TLS_*";

/** The flags of a program that calls others. */
export const TLS_FLAGS: CallerFlags = {
  "tls-ca": text("FILE", "TLS: the certificate of the CA"),
  "tls-cert": text("FILE", "TLS: the certificate of this program"),
  "tls-key": text("FILE", "TLS: the key of that certificate"),
};

/** A flag for each file. */
export type CallerFlags = Readonly<
  Record<typeof TLS_FILES[number]["flag"], Flag<string | undefined>>
>;

/** The flags of a program that serves, those of {@linkcode TLS_FLAGS} among them. */
export const SERVE_FLAGS: ServerFlags = {
  ...TLS_FLAGS,
  allow: text("NAMES", "TLS: the services that may call, with commas"),
  insecure: toggle(
    "allow an address that other machines can reach, without TLS",
  ),
};

/** Those, and who may call. */
export type ServerFlags = CallerFlags & {
  readonly allow: Flag<string | undefined>;
  readonly insecure: Flag<boolean>;
};

/** What those flags say. */
type TlsFlags = Flags<CallerFlags> & { allow?: string | undefined };

/** What stands in place of the environment's. */
let given: TlsFlags | undefined;

/**
 * Has this program use the files that its flags name, where they name any;
 * serve() and connect() ask for them when they begin.
 *
 * @example
 * ```ts
 * import { address, connect, runProgram, TLS_FLAGS, useTls } from "denizen";
 *
 * await runProgram({
 *   name: "client.ts",
 *   summary: "Connects.",
 *   flags: { server: address("the server", "127.0.0.1:5600"), ...TLS_FLAGS },
 * }, async (flags) => {
 *   useTls(flags); // for all that serve() and connect() do from here on
 *   connect(flags.server).close();
 *   await Promise.resolve();
 * });
 * ```
 *
 * @param flags Those of {@linkcode TLS_FLAGS} or {@linkcode SERVE_FLAGS};
 * undefined takes it back.
 * @throws {UsageError} If not all three are there.
 */
export function useTls(flags: TlsFlags | undefined): void {
  given = flags;
  ownTlsFiles();
}

/**
 * Returns the files of this program; undefined where it has none.
 *
 * @throws {UsageError} If it has one or two of them.
 */
export function ownTlsFiles(): TlsFiles | undefined {
  const named = TLS_FILES.map((each) => ({
    ...each,
    file: given?.[each.flag] ?? readVariable(each.variable),
  }));
  const [ca, cert, key] = named.map(({ file }) => file);
  if (ca !== undefined && cert !== undefined && key !== undefined) {
    return { ca, cert, key };
  }
  const missing = named.filter(({ file }) => file === undefined);
  if (missing.length === named.length) return undefined;
  const names = missing.map(({ flag, variable }) => `--${flag} (${variable})`);
  throw new UsageError(
    `Cannot use TLS: ${names.join(" and ")} ${
      names.length === 1 ? "is" : "are"
    } missing; give all three files or none`,
  );
}

/**
 * Returns the names of those that may call this program; undefined for all that
 * have a certificate.
 *
 * @throws {UsageError} If one of the names is empty.
 */
export function ownAllowed(): readonly string[] | undefined {
  return namesIn(given?.allow ?? readVariable(RUN_VARIABLES.allow));
}

function namesIn(list: string | undefined): readonly string[] | undefined {
  const names = list?.split(",").map((name) => name.trim());
  if (!names?.includes("")) return names;
  throw new UsageError(
    `Cannot read who may call (--allow, or ${RUN_VARIABLES.allow}), "${list}": a name is missing between two commas, or at an end`,
  );
}
