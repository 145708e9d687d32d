/**
 * What certificates lack for containers, which are called by other names than
 * programs of one machine.
 *
 * @module
 */

import { dirname } from "node:path";
import { commandFor } from "../../../runtime/program/command_name.ts";
import { shortPath } from "../../../runtime/program/paths.ts";
import type { Project } from "../project.ts";
import type { NotCarried } from "../target.ts";
import { type Container, isKnownByItself } from "./container.ts";
import { shellWord } from "./shell_word.ts";

/** Lists it, service by service. */
export function certificateLosses(
  containers: readonly Container[],
  { certificates }: Pick<Project, "certificates">,
): NotCarried[] {
  const byService = Map.groupBy(containers, ({ spec }) => spec.service);
  return [...byService].flatMap(([service, all]) => {
    const lose = (key: string, why: string, doInstead: string): NotCarried => ({
      service,
      key,
      why,
      doInstead,
    });
    const missing = new Set(all.flatMap(({ certificate }) => {
      if (!certificate) return [];
      const said = certificates.get(certificate.source.cert);
      return certificate.calledAt.filter((host) => !said?.checkHost(host));
    }));
    return [
      ...(missing.size === 0 ? [] : [lose(
        "tls",
        `in its network it is called ${
          [...missing].map((host) => `"${host}"`).join(", ")
        }, which its certificate does not name`,
        remedyFor(all[0]!, [...missing]),
      )]),
      ...(all.length > 1 && all.some(isKnownByItself)
        ? [lose(
          "deploy.replicas",
          "a certificate is for names, so each replica has one of its own, and is there by itself",
          "to have more of them, write so into the config and export it again",
        )]
        : []),
    ];
  });
}

/** Returns the command that makes a certificate with these names, if it made that. */
function remedyFor(
  { spec: { service }, certificate }: Container,
  hosts: readonly string[],
): string {
  const { cert, key } = certificate!.source;
  const folder = dirname(cert);
  const isOurs = cert === `${folder}/${service}.pem` &&
    key === `${folder}/${service}-key.pem`;
  return isOurs
    ? commandFor([
      "certificates",
      `--output=${shellWord(shortPath(folder))}`,
      ...hosts.map((host) => `--host=${host}`),
      service,
    ].join(" "))
    : `have whoever makes "${shortPath(cert)}" name them in it`;
}
