/**
 * What certificates lack for containers, which are called by other names than
 * programs of one machine.
 *
 * @module
 */

import { dirname } from "node:path";
import { commandFor } from "../../../runtime/program/command_name.ts";
import type { Project } from "../project.ts";
import type { NotCarried } from "../target.ts";
import { type Container, isKnownByItself } from "./container.ts";
import { pathFrom } from "./root.ts";
import { shellWord } from "./shell_word.ts";

/**
 * Lists it, service by service.
 *
 * @param root The folder that the image is made of.
 */
export function certificateLosses(
  containers: readonly Container[],
  { config, certificates }: Pick<Project, "config" | "certificates">,
  root: string,
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
        remedyFor(
          all[0]!,
          [...missing],
          (path) => pathFrom(config.folder, path, root),
        ),
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

/**
 * Returns the command that makes a certificate with these names, if it made that.
 *
 * @param named How a path is written in the folder of the config.
 */
function remedyFor(
  { spec: { service }, certificate }: Container,
  hosts: readonly string[],
  named: (path: string) => string,
): string {
  const { cert, key } = certificate!.source;
  const folder = dirname(cert);
  const isOurs = cert === `${folder}/${service}.pem` &&
    key === `${folder}/${service}-key.pem`;
  return isOurs
    ? `in the config's folder: ${
      commandFor([
        "certificates",
        `--output=${shellWord(named(folder) || ".")}`,
        ...hosts.map((host) => `--host=${host}`),
        service,
      ].join(" "))
    }`
    : `have whoever makes "${named(cert)}" name them in it`;
}
