/**
 * The CA of a folder of certificates: the one that is there, or a new one.
 *
 * @module
 */

import "reflect-metadata"; // before x509, which needs it
import {
  BasicConstraintsExtension,
  type X509Certificate,
} from "@peculiar/x509";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { type Certified, makeAuthority } from "./issue.ts";
import { dayOf, describe, type Kept, mended } from "./kept.ts";
import { CA, filesOf } from "./names.ts";
import { readPair, writePair } from "./pair.ts";

const FILES = filesOf(CA);

/** How somebody begins again. */
const REMOVE =
  `remove "${FILES.certificate}" and "${FILES.key}" for a new CA, which every machine then needs`;

/**
 * Returns the CA that is there; makes one where there is none.
 *
 * @throws {Failure} If the one that is there cannot sign.
 */
export async function keepAuthority(
  folder: string,
  nowMs: number,
): Promise<{ authority: Certified; kept: Kept }> {
  const found = await readPair(folder, CA);
  if (found.status === "missing") {
    const authority = await makeAuthority(nowMs);
    await writePair(folder, CA, authority);
    return {
      authority,
      kept: { name: CA, action: "made", ...describe(authority.certificate) },
    };
  }
  const path = shortPath(folder);
  if (found.status === "broken") {
    throw new Failure(
      `Cannot sign with the CA in "${path}": ${found.problem}; ${
        found.problem.endsWith("is missing")
          ? "sign where both are, put it there"
          : "put the right one there"
      }, or ${REMOVE}`,
    );
  }
  const problem = problemOfAuthority(found.certificate, nowMs);
  if (problem !== undefined) {
    throw new Failure(`Cannot sign with the CA in "${path}": ${problem}`);
  }
  return {
    authority: found,
    kept: {
      ...await mended(folder, CA),
      action: "kept",
      ...describe(found.certificate),
    },
  };
}

function problemOfAuthority(
  authority: X509Certificate,
  nowMs: number,
): string | undefined {
  const [begin, end] = [authority.notBefore, authority.notAfter];
  if (nowMs >= end.getTime()) {
    return `it has ended on ${dayOf(end.getTime())}; ${REMOVE}`;
  }
  if (nowMs < begin.getTime()) {
    return `it begins on ${
      dayOf(begin.getTime())
    } only; set the clock of this machine`;
  }
  return authority.getExtension(BasicConstraintsExtension)?.ca
    ? undefined
    : `"${FILES.certificate}" is no certificate of a CA; put the right one there, or ${REMOVE}`;
}
