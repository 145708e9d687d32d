/**
 * A certificate and its private key, as they lie in a folder.
 *
 * @module
 */

import "reflect-metadata"; // before x509, which needs it
import {
  SubjectAlternativeNameExtension,
  X509Certificate,
} from "@peculiar/x509";
import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { writePrivateFile } from "../../runtime/files/private_file.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import type { Certified } from "./issue.ts";
import { areOnePair, blocksOf, keyFromPem, keyToPem } from "./keys.ts";
import { type CertificateName, filesOf, plainIp } from "./names.ts";

/** Everybody may read a certificate. */
const PUBLIC_FILE = 0o644;

/** What is found of a certificate and its key. */
export type Pair =
  | { status: "missing" }
  /** `problem`: `"ca-key.pem" is missing`. */
  | { status: "broken"; problem: string }
  | { status: "whole" } & Certified;

/**
 * Reads the certificate and the key of a service, or of the CA.
 *
 * @throws {UsageError} If a file is there and cannot be read.
 */
export async function readPair(folder: string, name: string): Promise<Pair> {
  const files = filesOf(name);
  const [written, writtenKey] = [
    await read(join(folder, files.certificate)),
    await read(join(folder, files.key)),
  ];
  if (written === undefined && writtenKey === undefined) {
    return { status: "missing" };
  }
  const broken = (problem: string): Pair => ({ status: "broken", problem });
  if (written === undefined) {
    return broken(`"${files.certificate}" is missing`);
  }
  if (writtenKey === undefined) return broken(`"${files.key}" is missing`);
  const certificate = certificateFromPem(written);
  if (certificate === undefined) {
    return broken(`"${files.certificate}" is no certificate`);
  }
  const key = await keyFromPem(writtenKey);
  if ("problem" in key) {
    return broken(`"${files.key}" is no key: ${key.problem}`);
  }
  if (!await areOnePair(key.key, certificate.publicKey)) {
    return broken(`"${files.key}" is not the key of "${files.certificate}"`);
  }
  return { status: "whole", certificate, key: key.key };
}

/**
 * Writes the certificate and the key of a service, or of the CA; each is
 * replaced in one step, the key first.
 *
 * @throws {UsageError} If they cannot be written there.
 */
export async function writePair(
  folder: string,
  name: string,
  { certificate, key }: Certified,
): Promise<void> {
  const files = filesOf(name);
  const keyPem = await keyToPem(key);
  await write(
    join(folder, files.key),
    (path) => writePrivateFile(path, keyPem),
  );
  await write(
    join(folder, files.certificate),
    (path) =>
      replaceFile(path, `${certificate.toString("pem")}\n`, {
        durable: true,
        mode: PUBLIC_FILE,
      }),
  );
}

async function write(
  path: string,
  act: (path: string) => Promise<void>,
): Promise<void> {
  await withPathErrors(`Cannot write "${shortPath(path)}"`, () => act(path));
}

/**
 * Has a key be its owner's alone.
 *
 * @returns True if others could read it.
 */
export async function closeKey(folder: string, name: string): Promise<boolean> {
  const path = join(folder, filesOf(name).key);
  const { mode } = await Deno.stat(path);
  if (mode === null || (mode & 0o077) === 0) return false;
  await withPathErrors(
    `Cannot change the rights of "${shortPath(path)}"`,
    () => Deno.chmod(path, PRIVATE_FILE),
  );
  return true;
}

/** What a certificate is for. */
export function namesIn(certificate: X509Certificate): CertificateName[] {
  const found = certificate.getExtension(SubjectAlternativeNameExtension);
  return (found?.names.items ?? []).flatMap(
    ({ type, value }): CertificateName[] => {
      switch (type) {
        case "url":
        case "dns":
          return [{ type, value }];
        case "ip":
          return [{ type, value: plainIp(value) }];
        default:
          return []; // none that we give
      }
    },
  );
}

async function read(path: string): Promise<string | undefined> {
  return await withPathErrors(
    `Cannot read "${shortPath(path)}"`,
    () => ifThere(Deno.readTextFile(path)),
  );
}

/** Reads the first certificate of a PEM file. */
function certificateFromPem(pem: string): X509Certificate | undefined {
  const [first] = blocksOf(pem);
  if (first?.type !== "CERTIFICATE") return undefined;
  try {
    return new X509Certificate(first.rawData);
  } catch (error) {
    if (!(error instanceof Error)) throw error; // whatever else lies between the lines
    return undefined;
  }
}
