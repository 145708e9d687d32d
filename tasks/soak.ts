/**
 * The `soak` command: throws thousands of broken connections at every kind of
 * server, and finds out whether that has done any harm; and holds the parse stage
 * against JSON.parse on a million random lines.
 *
 * @module
 */

import { Failure } from "../runtime/program/errors.ts";
import {
  address,
  type Flags,
  integer,
  readFlags,
  toggle,
} from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { grouped } from "../runtime/program/numbers.ts";
import { findPortHolder } from "../runtime/rpc/port_holder.ts";
import { BROKEN_CONNECTIONS } from "./soak/broken_connections.ts";
import { type ComparedLines, compareLines } from "./soak/compare_lines.ts";
import { startServers } from "./soak/servers.ts";
import { storm, type Target, type Weathered } from "./soak/storm.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";

const MAX_SEED = 2 ** 32 - 1;

/** The flags of the command. */
export const soakFlags = {
  rounds: integer("how often each kind of broken connection", 20, {
    min: 1,
    max: 1_000_000,
  }),
  address: address(
    "a server of yours; without it, one of each of ours",
    undefined,
  ),
  lines: integer("how many random lines for the parse stage", 1_000_000, {
    min: 0,
    max: 1_000_000_000,
  }),
  seed: integer(
    "start of the random lines (default: another each time)",
    undefined,
    {
      min: 0,
      max: MAX_SEED,
    },
  ),
  json: toggle("print JSON and nothing else"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If a server did not bear it.
 */
export async function soak(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, soakFlags);
  if (flags.help) {
    return printHelp(
      "soak [flags]",
      "Throws broken connections at servers and random lines at the parse stage, and checks that they bear it.",
      soakFlags,
    );
  }
  using interrupts = listenForInterrupts();
  await using servers = flags.address === undefined
    ? await startServers()
    : undefined;
  const targets = servers?.targets ?? [await targetAt(flags.address!)];
  if (!flags.json) {
    const each = grouped(flags.rounds * BROKEN_CONNECTIONS.length);
    const names = targets.map(({ name }) => name).join(", ");
    log(`${each} broken connections for each of: ${names}`);
  }
  const weathered = await storm(targets, flags.rounds, interrupts.stop);
  if (!flags.json) print(table(weathered).trimEnd());
  // A server of yours has nothing to do with our parse stage.
  const lines = flags.address === undefined
    ? await soakLines(flags, interrupts.stop)
    : undefined;
  if (flags.json) {
    print(JSON.stringify({ servers: weathered, lines }, undefined, 2));
  }
  const bad = [
    ...weathered.map(({ name, problems }) => ({ name, problems })),
    { name: "parse stage", problems: lines?.problems ?? [] },
  ].filter(({ problems }) => problems.length > 0);
  if (bad.length === 0) return;
  throw new Failure(
    bad.map(({ name, problems }) => `${name} ${problems.join(", ")}`).join(
      "; ",
    ),
  );
}

/** Holds the parse stage against JSON.parse, and says how to do it again. */
async function soakLines(
  { lines, seed = randomSeed(), json }: Flags<typeof soakFlags>,
  signal: AbortSignal,
): Promise<ComparedLines> {
  const how = `--seed=${seed}`;
  if (!json) log(`${grouped(lines)} random lines for the parse stage (${how})`);
  const compared = await compareLines({ lines, seed, signal });
  if (!json && compared.problems.length === 0) {
    const { lines, events } = compared;
    print(
      `${grouped(lines)} lines, ${
        grouped(events)
      } of them events: as JSON.parse reads them`,
    );
  }
  return compared;
}

function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}

/** Finds what is needed of a server that somebody else has started. */
async function targetAt(where: string): Promise<Target> {
  const port = Number(/:(\d+)$/.exec(where)?.[1]);
  const holder = Number.isNaN(port) ? undefined : await findPortHolder(port);
  return {
    name: holder?.program ?? "server",
    address: where,
    ...(holder ? { pid: holder.pid } : {}),
  };
}

function table(all: readonly Weathered[]): string {
  return formatTable([
    ["SERVER", "BROKEN", "ANSWERED MEANWHILE", "SLOWEST MS", "RESULT"],
    ...all.map(({ name, connections, answers, slowestMs, problems }) => [
      name,
      grouped(connections),
      grouped(answers),
      grouped(Math.round(slowestMs)),
      problems.join(", ") || "good",
    ]),
  ], { right: (column) => column > 0 && column < 4 });
}
