/**
 * Keeps a folder of certificates: makes what is missing, renews what is near its
 * end, and leaves the rest as it is.
 *
 * @module
 */

import { join } from "node:path";
import { judgeFolder, PRIVATE_FOLDER } from "../../runtime/files/own_folder.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { takeLock } from "../../runtime/files/owned_lock.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { keepAuthority } from "./authority.ts";
import { type Certified, issue } from "./issue.ts";
import { dayOf, describe, type Kept, mended } from "./kept.ts";
import type { CertificateName } from "./names.ts";
import { namesIn, type Pair, readPair, writePair } from "./pair.ts";

/** What {@linkcode keepCertificates} is to make sure of. */
export interface CertificatesWanted {
  /** Where they lie; made if it is not there. */
  folder: string;
  /** For each service, the names that its certificate has to have. */
  services: ReadonlyMap<string, readonly CertificateName[]>;
  /** How long a new one lasts. */
  days: number;
  /** Makes all but the CA anew. */
  renew: boolean;
  nowMs: number;
}

/** What is kept of its lifetime for whoever has to renew it. */
const NEAR_END = 1 / 3;

/**
 * Makes and renews certificates, until each of them is good.
 *
 * @returns What was done, the CA first.
 * @throws {UsageError} If the folder cannot be used.
 * @throws {Failure} If the CA that is there cannot sign.
 */
export async function keepCertificates(
  { folder, services, days, renew, nowMs }: CertificatesWanted,
): Promise<Kept[]> {
  await requireFolder(folder);
  await using _lock = await lock(folder);
  const { authority, kept } = await keepAuthority(folder, nowMs);
  const all = [kept];
  for (const [service, wanted] of services) {
    const found = await readPair(folder, service);
    const reason = await reasonToRenew(found, { authority, wanted, nowMs }) ??
      (renew ? "--renew" : undefined);
    if (found.status === "whole" && reason === undefined) {
      const { certificate } = found;
      all.push({
        ...await mended(folder, service),
        action: "kept",
        ...describe(certificate),
      });
      continue;
    }
    // Who has named a host once need not do so at each renewal.
    const before = found.status === "whole" ? namesIn(found.certificate) : [];
    const certified = await issue(authority, {
      service,
      names: together(wanted, before),
      nowMs,
      days,
    });
    await writePair(folder, service, certified);
    all.push({
      name: service,
      action: found.status === "missing" ? "made" : "renewed",
      ...(reason === undefined ? {} : { why: reason }),
      ...describe(certified.certificate),
    });
  }
  return all;
}

/** What a certificate is measured by. */
interface Measure {
  authority: Certified;
  wanted: readonly CertificateName[];
  nowMs: number;
}

/** Says why a certificate cannot stay as it is; undefined where it can. */
async function reasonToRenew(
  found: Pair,
  { authority, wanted, nowMs }: Measure,
): Promise<string | undefined> {
  if (found.status === "missing") return undefined;
  if (found.status === "broken") return found.problem;
  const { certificate } = found;
  const isOurs = await certificate.verify({
    publicKey: authority.certificate.publicKey,
    signatureOnly: true,
  });
  if (!isOurs) return "another CA had signed it";
  const [begin, end] = [certificate.notBefore, certificate.notAfter]
    .map((date) => date.getTime()) as [number, number];
  if (nowMs >= end) return `it had ended on ${dayOf(end)}`;
  const isNear = end - nowMs < (end - begin) * NEAR_END;
  // One that ends with the CA would be renewed in vain.
  if (isNear && end < authority.certificate.notAfter.getTime()) {
    return `it would have ended on ${dayOf(end)}`;
  }
  const has = new Set(namesIn(certificate).map(textOf));
  const missing = wanted.filter((name) => !has.has(textOf(name)));
  return missing.length === 0
    ? undefined
    : `it lacked ${missing.map(({ value }) => value).join(", ")}`;
}

/** Makes the folder, where it is not there; keeps its keys out of a repository. */
async function requireFolder(folder: string): Promise<void> {
  const path = shortPath(folder);
  const cannot = `Cannot keep certificates in "${path}"`;
  const trust = await judgeFolder(folder, { others: "read", byLink: true });
  switch (trust.status) {
    case "ours":
      return;
    case "missing":
      return await withPathErrors(cannot, async () => {
        await Deno.mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
        await replaceFile(join(folder, ".gitignore"), IGNORED);
      });
    case "open":
      throw new UsageError(
        `${cannot}: ${trust.reason}, so anybody could put a CA there; chmod go-w it, or name another by --output`,
      );
    case "foreign":
      throw new UsageError(
        `${cannot}: ${trust.reason}; name another by --output`,
      );
  }
}

/** Two that make a CA at once would sign by different ones. */
async function lock(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, ".lock");
  const cannot = `Cannot keep certificates in "${shortPath(folder)}"`;
  const taken = await withPathErrors(cannot, () => takeLock(path));
  switch (taken.status) {
    case "held":
      return taken.lock;
    case "taken":
      throw new Failure(
        `${cannot}: ${
          taken.pid === undefined ? "another process" : `process ${taken.pid}`
        } does so right now; try again once it has ended`,
      );
    case "foreign":
      throw new UsageError(
        `${cannot}: "${shortPath(path)}" is in the way; remove it`,
      );
  }
}

const IGNORED = `\
# Keys belong to the machine that uses them.
*-key.pem
`;

/** All names of both, each once. */
function together(
  ...lists: readonly (readonly CertificateName[])[]
): CertificateName[] {
  return [
    ...new Map(lists.flat().map((name) => [textOf(name), name])).values(),
  ];
}

function textOf({ type, value }: CertificateName): string {
  return `${type}:${value}`;
}
