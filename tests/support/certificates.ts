/**
 * Certificates for tests, made in this process: a CA, and files of those that it
 * signs. Right ones, and whatever can be wrong with one.
 *
 * @module
 */

import "reflect-metadata";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { join } from "node:path";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";

const KEYS = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const DAY_MS = 86_400_000;

/** A CA of a test. */
export interface TestCa {
  /** Its certificate, in PEM. */
  pem: string;
  /** Writes the three files of a service into the folder. */
  issue(name: string, options?: IssueOptions): Promise<TlsFiles>;
}

/** What a certificate of {@linkcode TestCa} has. */
export interface IssueOptions {
  /** @default {localhost and 127.0.0.1} */
  hosts?: string[];
  /** When it ends, in days from now. @default {1} */
  days?: number;
  /** What it names. @default {`spiffe://denizen/<name>`} */
  uris?: string[];
  /** How its files begin. @default {the name} */
  file?: string;
}

/** Makes a CA whose files go into `folder`. */
export async function createTestCa(
  folder: string,
  name = "ca",
): Promise<TestCa> {
  const keys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=Test ${name}`,
    keys,
    signingAlgorithm: SIGNATURE,
    notBefore: inDays(-10),
    notAfter: inDays(10),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const ca = join(folder, `${name}.pem`);
  await Deno.writeTextFile(ca, authority.toString("pem"));
  return {
    pem: authority.toString("pem"),
    async issue(service, {
      hosts = ["localhost", "127.0.0.1"],
      days = 1,
      uris = [`spiffe://denizen/${service}`],
      file = service,
    } = {}) {
      const files = {
        ca,
        cert: join(folder, `${file}.pem`),
        key: join(folder, `${file}-key.pem`),
      };
      const own = await newKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${service}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: SIGNATURE,
        notBefore: inDays(-9),
        notAfter: inDays(days),
        extensions: [namesOf(uris, hosts)],
      });
      await write(files, certificate, own.privateKey);
      return files;
    },
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}

function namesOf(uris: string[], hosts: string[]) {
  return new SubjectAlternativeNameExtension([
    ...uris.map((value) => ({ type: "url" as const, value })),
    ...hosts.map((value) => ({
      type: /^[\d.]+$/.test(value) ? "ip" as const : "dns" as const,
      value,
    })),
  ]);
}

async function write(
  { cert, key }: TlsFiles,
  certificate: X509Certificate,
  privateKey: CryptoKey,
): Promise<void> {
  const bytes = await crypto.subtle.exportKey("pkcs8", privateKey);
  const text = new Uint8Array(bytes).toBase64();
  await Deno.writeTextFile(cert, certificate.toString("pem"));
  await Deno.writeTextFile(
    key,
    `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`,
  );
}
