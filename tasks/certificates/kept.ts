/**
 * What is told of a certificate.
 *
 * @module
 */

import type { X509Certificate } from "@peculiar/x509";
import type { CertificateName } from "./names.ts";
import { closeKey, namesIn } from "./pair.ts";

/** What was done about one certificate. */
export interface Kept {
  name: string;
  action: "made" | "renewed" | "kept";
  /** Why it was renewed, or made anew: `it ends in 3 days`. */
  why?: string;
  /** What was mended besides, in words. */
  remark?: string;
  notAfterMs: number;
  names: readonly CertificateName[];
}

/** Has its key be its owner's alone, and says so if that was mended. */
export async function mended(
  folder: string,
  name: string,
): Promise<Pick<Kept, "name" | "remark">> {
  return await closeKey(folder, name)
    ? { name, remark: "others could read its key, and cannot any more" }
    : { name };
}

/** What a certificate itself tells. */
export function describe(
  certificate: X509Certificate,
): Pick<Kept, "notAfterMs" | "names"> {
  return {
    notAfterMs: certificate.notAfter.getTime(),
    names: namesIn(certificate),
  };
}

/** A day as people write it in tables: 2026-11-29. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
