/**
 * The `certificates` command: a small CA, and a certificate for each service, so
 * that they know each other from one machine to the next.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { parseAddress } from "../runtime/program/address.ts";
import {
  integer,
  readFlags,
  repeated,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { log, print } from "../runtime/program/log.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import { suggestion } from "../runtime/program/suggest.ts";
import { peekConfig } from "../supervisor/config/load_config.ts";
import type { Kept } from "./certificates/kept.ts";
import {
  CALLERS,
  filesOf,
  host,
  namesOf,
  requireOwnFiles,
} from "./certificates/names.ts";
import { ANY_NUMBER, lookedAtConfig } from "./control/flags.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";

/** The flags of the command. */
export const certificatesFlags = {
  output: text("FOLDER", "where they lie; tls beside the config if not given"),
  host: repeated(
    host("where the services are called besides this machine; repeatable"),
  ),
  days: integer("how long a new one lasts", 365, { min: 1, max: 3_650 }),
  renew: toggle("make all but the CA anew, not only what is near its end"),
  config: lookedAtConfig,
  json: toggle("print JSON: [{name, action, ends, names, files, why?}]"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services (none: those of the config).
 * @throws {UsageError} If a flag or the config is wrong, or the folder cannot be
 * used.
 * @throws {Failure} If the CA that is there cannot sign.
 */
export async function certificates(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, certificatesFlags, {
    maxWords: ANY_NUMBER,
  });
  const { output, host, days, renew, config, json, help } = flags;
  if (help) {
    return printHelp(
      "certificates [flags] [service ...]",
      "Makes a CA and a certificate for each service; renews what is near its end.",
      certificatesFlags,
    );
  }
  const services = words.length > 0
    ? new Map(words.map((service) => [service, [] as string[]]))
    : new Map([
      ...CALLERS.map((caller) => [caller, [] as string[]] as const),
      ...await servicesOf(config),
    ]);
  requireOwnFiles([...services.keys()]);
  if (words.length > 0) await tellStrangers(words, config);
  const folder = output === undefined
    ? join(dirname(config), "tls")
    : userPath(output);
  // The library is for this command alone.
  const { keepCertificates } = await import("./certificates/keep.ts");
  const kept = await keepCertificates({
    folder,
    services: new Map(
      [...services].map(([service, advertised]) => [
        service,
        namesOf(service, [...host, ...advertised]),
      ]),
    ),
    days,
    renew,
    nowMs: Date.now(),
  });
  print(
    json
      ? JSON.stringify(kept.map((each) => fields(each, folder)), undefined, 2)
      : describe(kept, folder),
  );
}

/**
 * The services of a config, each with the hosts that it advertises. The config
 * may name files that this command makes.
 */
async function servicesOf(config: string): Promise<[string, string[]][]> {
  const { services } = await peekConfig(config, { isFile: () => true });
  return [...services].map(([service, specs]) => [
    service,
    specs.flatMap(({ advertise }) => {
      const address = advertise === undefined
        ? undefined
        : parseAddress(advertise);
      return address?.kind === "tcp" ? [address.host] : [];
    }),
  ]);
}

/** Tells of names that no service has; a certificate is made for each all the same. */
async function tellStrangers(names: readonly string[], config: string) {
  let known: readonly string[];
  try {
    known = [...CALLERS, ...(await servicesOf(config)).map(([name]) => name)];
  } catch (error) {
    // There need not be a config; and who supervises one is told what is wrong.
    if (error instanceof UsageError) return;
    throw error;
  }
  for (const name of names.filter((each) => !known.includes(each))) {
    log(
      `No service of "${
        shortPath(config)
      }" is called "${name}", which is given a certificate all the same${
        suggestion(name, known)
      }`,
    );
  }
}

/** What the documented JSON has of a certificate, in this order. */
function fields(
  { name, action, why, notAfterMs, names }: Kept,
  folder: string,
) {
  const { certificate, key } = filesOf(name);
  return {
    name,
    action,
    ends: new Date(notAfterMs).toISOString(),
    names: names.map(({ value }) => value),
    files: { certificate: join(folder, certificate), key: join(folder, key) },
    ...(why === undefined ? {} : { why }),
  };
}

function describe(kept: readonly Kept[], folder: string): string {
  const table = formatTable([
    ["NAME", "DONE", "ENDS", "CALLED AT", ""],
    ...kept.map(({ name, action, notAfterMs, names, why, remark }) => [
      name,
      action,
      new Date(notAfterMs).toISOString().slice(0, 10),
      names.filter(({ type }) => type !== "url").map(({ value }) => value)
        .join(" "),
      [why, remark].filter((each) => each !== undefined).join("; "),
    ]),
  ]).trimEnd();
  const changed = kept.some(({ action }) => action !== "kept");
  return `${table}\n\nIn "${shortPath(folder)}"${
    changed
      ? ". Programs that run read their files again on SIGHUP, as by kill -HUP"
      : "; nothing had to be done"
  }`;
}
