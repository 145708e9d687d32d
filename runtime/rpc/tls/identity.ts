/**
 * Who a program is: its certificate, its key, and whose certificates it trusts.
 *
 * Read once, and again on demand. What is wrong is told in words: at the start it
 * ends the program, later the old files go on.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import { commandFor } from "../../program/command_name.ts";
import { UsageError } from "../../program/errors.ts";
import {
  describeSystemError,
  isSystemError,
} from "../../program/system_error.ts";
import { TLS_FILES, type TlsFiles } from "../../program/tls_files.ts";
import { blocksIn, isMadeBy, ownerOf, timeProblem } from "./certificate.ts";
import { serviceIn } from "./spiffe_name.ts";

/** What the files say. */
export interface TlsMaterial {
  /** The certificates of those it trusts, in PEM: of one text only the first counts. */
  ca: string[];
  /** The texts of the other files. */
  cert: string;
  key: string;
  authorities: readonly X509Certificate[];
  /** The program's own certificate. */
  own: X509Certificate;
  /** The service that it names. */
  name: string | undefined;
  /** All of it, for TLS. */
  context: SecureContext;
}

/** A program's identity. */
export interface Identity {
  readonly files: TlsFiles;
  /** What is in force. */
  readonly current: TlsMaterial;
  /**
   * Reads the files again, and tells those that listen.
   *
   * @returns Whether they say something else than before.
   * @throws {UsageError} If one is wrong; what was in force stays so.
   */
  reload(): boolean;
  /** Calls back after each reload, until disposed. */
  onReload(heard: () => void): Disposable;
}

/**
 * Reads the files of an identity.
 *
 * @throws {UsageError} If one cannot be read or is wrong.
 */
export function openIdentity(files: TlsFiles): Identity {
  let current = readMaterial(files);
  const listeners = new Set<() => void>();
  return {
    files,
    get current() {
      return current;
    },
    reload() {
      const former = current;
      current = readMaterial(files);
      for (const heard of listeners) heard();
      return (["cert", "key"] as const).some((part) =>
        current[part] !== former[part]
      ) || current.ca.join() !== former.ca.join();
    },
    onReload(heard) {
      listeners.add(heard);
      return { [Symbol.dispose]: () => void listeners.delete(heard) };
    },
  };
}

/** @throws {UsageError} */
function readMaterial(files: TlsFiles): TlsMaterial {
  const [ca, cert, key] = TLS_FILES.map(({ part }) => readFile(files, part));
  return checkMaterial(files, { ca: ca!, cert: cert!, key: key! });
}

/**
 * Finds out whether the texts of three files go together.
 *
 * @throws {UsageError} If they do not, naming the file.
 */
function checkMaterial(
  files: TlsFiles,
  { ca: trusted, cert, key }: Record<Part, string>,
): TlsMaterial {
  const ca = blocksIn(trusted);
  const authorities = certificatesOf(files, "ca", trusted);
  const chain = certificatesOf(files, "cert", cert);
  const own = chain[0]!;
  if (!fits(own, key, files)) {
    throw refusal(
      files,
      "key",
      `it is not the key of ${files.cert}; give both of the same service`,
    );
  }
  const late = timeProblem(own, Date.now());
  if (late !== undefined) {
    throw refusal(files, "cert", `it ${late}; ${renewal()}`);
  }
  if (!isMadeBy(chain, authorities)) {
    throw refusal(
      files,
      "cert",
      `the CA in ${files.ca} has not made it; give the ca.pem that it was made with, or have ${
        commandFor("certificates")
      } make both`,
    );
  }
  return {
    ca,
    cert,
    key,
    authorities,
    own,
    name: serviceIn(own.subjectAltName),
    context: createSecureContext({ ca, cert, key }),
  };
}

type Part = typeof TLS_FILES[number]["part"];

function readFile(files: TlsFiles, part: Part): string {
  try {
    return Deno.readTextFileSync(files[part]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw refusal(
        files,
        part,
        `there is no such file; ${commandFor("certificates")} makes it`,
      );
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw refusal(
        files,
        part,
        `this program may not read it; add --allow-read=${files[part]}`,
      );
    }
    if (!isSystemError(error)) throw error;
    throw refusal(files, part, describeSystemError(error));
  }
}

function certificatesOf(
  files: TlsFiles,
  part: Part,
  pem: string,
): X509Certificate[] {
  let found: X509Certificate[] = [];
  try {
    found = blocksIn(pem).map((block) => new X509Certificate(block));
  } catch {
    // Between the right lines stands something else: no certificate either.
  }
  if (found.length > 0) return found;
  throw refusal(files, part, `it has no certificate; ${renewal()}`);
}

function fits(own: X509Certificate, key: string, files: TlsFiles): boolean {
  let read;
  try {
    read = createPrivateKey(key);
  } catch {
    // What it says of it is for those who know its source.
    throw refusal(files, "key", `it has no private key; ${renewal()}`);
  }
  return own.checkPrivateKey(read);
}

/** Says what to do about a certificate that does not hold. */
export function renewal(): string {
  return `${commandFor("certificates")} makes a new one`;
}

function refusal(files: TlsFiles, part: Part, why: string): UsageError {
  const flag = TLS_FILES.find((each) => each.part === part)!.flag;
  return new UsageError(
    `Cannot use "${files[part]}" (--${flag}) for TLS: ${why}`,
  );
}

/** Whose a material is, for a line of the log. */
export function describeMaterial({ own }: TlsMaterial): string {
  return `${ownerOf(own)}, valid until ${own.validToDate.toISOString()}`;
}
