/**
 * The certificate of a process: systemd hands the files over as credentials, so
 * that a key stays readable by its owner alone, whoever the process belongs to.
 *
 * @module
 */

import { tlsVariables } from "../../../runtime/program/tls_files.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Places } from "./places.ts";
import { assignment, type Setting, specifier, word } from "./unit_text.ts";

/** The files of a certificate. */
type TlsFiles = NonNullable<ServiceSpec["tls"]>;

/** A process's certificate, as its unit has it. */
export interface Credentials {
  settings: Setting[];
  /** Where its files are for the process. */
  files: TlsFiles | undefined;
  /** Puts these places into a text that names the files of this machine. */
  text(text: string): string;
}

const NAMES = ["ca", "cert", "key"] as const;

/**
 * Returns what a unit says of a certificate.
 *
 * @param user Whether it is for the manager of a user, whose files they are.
 */
export function credentialsOf(
  tls: TlsFiles | undefined,
  places: Places,
  user: boolean,
): Credentials {
  if (!tls) return { settings: [], files: undefined, text: places.text };
  const place = (name: keyof TlsFiles) =>
    user ? places.of(tls[name]) : `${specifier("d")}/tls-${name}.pem`;
  return {
    settings: user ? [] : NAMES.map((name) => [
      "LoadCredential",
      word(`tls-${name}.pem:${places.of(tls[name])}`),
    ]),
    files: { ca: place("ca"), cert: place("cert"), key: place("key") },
    text(text) {
      let placed = text;
      for (const name of NAMES) {
        placed = placed.replaceAll(tls[name], place(name));
      }
      return places.text(placed);
    },
  };
}

/** Returns the variables by which a process learns of its certificate. */
export function tlsSettings(files: TlsFiles | undefined): Setting[] {
  return Object.entries(files ? tlsVariables(files) : {})
    .map(([name, path]) => ["Environment", assignment(name, path)]);
}
