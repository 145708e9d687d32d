/**
 * The `services` command: what is registered with the broker.
 *
 * @module
 */

import {
  type Entry,
  listServices,
  type WatchEvent,
  watchServices,
} from "../broker/client.ts";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure, Fault } from "../runtime/program/errors.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { visibleInLine } from "../runtime/program/visible_text.ts";
import { brokerProblem } from "./control/broker_problem.ts";
import { runConfig } from "./control/flags.ts";
import { showToken } from "./control/owners_token.ts";
import { showCertificate } from "./control/own_certificate.ts";
import { TLS_FLAGS } from "../runtime/program/tls_files.ts";
import { brokerAddress, brokerOf } from "./control/service_address.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";

/** The flags of the command. */
export const servicesFlags = {
  watch: toggle("go on with every change until Ctrl-C"),
  json: toggle("print JSON: one document, or with --watch one line a change"),
  broker: brokerAddress,
  config: runConfig,
  ...TLS_FLAGS,
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If no broker answers.
 */
export async function services(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, servicesFlags);
  const { watch, json, config, help } = flags;
  if (help) {
    return printHelp(
      "services [flags]",
      "Lists what is registered with the broker; call lists the methods, too.",
      servicesFlags,
    );
  }
  await showToken(config);
  await showCertificate(flags, config);
  const broker = await brokerOf(flags.broker, config);
  if (watch) return await follow(broker, json);
  const entries = await listOrFail(broker);
  if (json) print(JSON.stringify(entries.map(fields), undefined, 2));
  else print(table(entries));
}

async function listOrFail(broker: string): Promise<Entry[]> {
  try {
    return await listServices(broker);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "unavailable") throw error;
    const { isAbsent, reason } = brokerProblem(broker, error);
    const remedy = isAbsent
      ? `; name another with --broker, or start one: it is a service of the config, as in "${
        commandFor("supervise broker")
      }" here`
      : "";
    throw new Failure(`Cannot list services: ${reason}${remedy}`, 1, {
      cause: error,
    });
  }
}

async function follow(broker: string, json: boolean): Promise<void> {
  // Ctrl-C ends the process, and the watch with it.
  const { signal } = new AbortController();
  for await (const event of watchServices({ broker, signal })) {
    if (event.kind === "away") {
      log(`Waiting for the broker: ${event.fault.message}`);
    } else print(json ? JSON.stringify(jsonEvent(event)) : describe(event));
  }
}

/** One line of `--watch --json`. */
function jsonEvent(event: Exclude<WatchEvent, { kind: "away" }>) {
  const { kind, revision } = event;
  return event.kind === "snapshot"
    ? { kind, revision, services: event.entries.map(fields) }
    : { kind, revision, ...fields(event.entry) };
}

/** What the documented JSON has of an entry, in this order. */
function fields({ service, instance, address, version, metadata }: Entry) {
  return { service, instance, address, version, metadata };
}

function describe(event: Exclude<WatchEvent, { kind: "away" }>): string {
  if (event.kind === "snapshot") return table(event.entries);
  const { service, instance, address, version } = event.entry;
  const sign = event.kind === "put" ? "+" : "-";
  const words = [sign, service, instance, address, version];
  return words.map(visibleInLine).join(" ").trimEnd();
}

function table(entries: readonly Entry[]): string {
  if (entries.length === 0) return "No service is registered";
  return formatTable([
    ["SERVICE", "INSTANCE", "ADDRESS", "VERSION", "METADATA"],
    ...entries.map(({ service, instance, address, version, metadata }) => {
      const pairs = Object.entries(metadata).map((pair) => pair.join("="));
      return [service, instance, address, version, pairs.join(" ")]
        .map(visibleInLine);
    }),
  ], {
    weights: [
      { words: true },
      { leaveOut: 2, words: true },
      {},
      { leaveOut: 1 },
      { leaveOut: 3, words: true },
    ],
  }).trimEnd();
}
