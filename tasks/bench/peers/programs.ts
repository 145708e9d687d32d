/**
 * The programs that do the same job: ours, and those that others would take.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { denoCommand } from "../../../runtime/process/deno_command.ts";
import type { ProcessSpec } from "../../../runtime/process/start_process.ts";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { plainScriptCommand } from "../plain_script.ts";
import { MONOLITH_BATCH } from "../plan.ts";

/** A program to start. */
export type Command = Pick<ProcessSpec, "program" | "args">;

/** A program that counts the events of a file and prints what it has counted. */
export interface CountingProgram {
  name: string;
  version: string;
  /** @param folder A new one, for what it writes. */
  command(input: string, folder: string): Command;
}

/** A program of others: its file in bench/peers/, and how to find the tool. */
export interface Peer {
  name: string;
  script: string;
  /** Prints the version of the tool, or fails where it is not there. */
  version: Command;
  /** What brings the tool. */
  remedy: string;
}

/** Asks Python for the version of a package. */
function packageVersion(name: string): Command {
  const question =
    `import importlib.metadata as m; print(m.version("${name}"))`;
  return { program: "python3", args: ["-c", question] };
}

/** Those that are measured where they are there. To measure another, add it. */
export const PEERS: readonly Peer[] = [
  {
    name: "DuckDB",
    script: "count_with_duckdb.py",
    version: packageVersion("duckdb"),
    remedy: "pip install duckdb",
  },
  {
    name: "Polars",
    script: "count_with_polars.py",
    version: packageVersion("polars"),
    remedy: "pip install polars",
  },
  {
    name: "Bytewax",
    script: "count_with_bytewax.py",
    version: packageVersion("bytewax"),
    remedy: "pip install bytewax orjson",
  },
  {
    name: "Miller",
    script: "count_with_miller.sh",
    version: { program: "mlr", args: ["--version"] },
    remedy: "apt-get install miller",
  },
  {
    name: "jq",
    script: "count_with_jq.sh",
    version: { program: "jq", args: ["--version"] },
    remedy: "apt-get install jq",
  },
];

/** What names the pipeline among the programs. */
export const PIPELINE = "pipeline, auto";
/** What names the monolith, whose results are the measure. */
export const MONOLITH = "monolith";

/** Our own. @param port First of the pipeline's ports. */
export function ourPrograms(port: number): CountingProgram[] {
  const version = `Deno ${Deno.version.deno}`;
  const run = (args: string[]) => (input: string, folder: string) =>
    denoCommand({
      script: "main.ts",
      args: [
        ...args,
        "--json",
        `--input=${input}`,
        `--output=${join(folder, "results.ndjson")}`,
        `--rejects=${join(folder, "rejects.ndjson")}`,
      ],
      permissions: "all",
    });
  return [
    {
      name: PIPELINE,
      version,
      command: run(["pipeline", "--batch=auto", `--port=${port}`]),
    },
    {
      name: MONOLITH,
      version,
      command: run(["monolith", `--batch=${MONOLITH_BATCH}`]),
    },
    { name: "plain script", version, command: plainScriptCommand },
  ];
}

/** Those peers that are there, and those that are not. */
export interface FoundPeers {
  programs: CountingProgram[];
  missing: Peer[];
}

/**
 * Looks which peers are there.
 *
 * @param ask Runs a command and returns what it printed; undefined if it failed.
 */
export async function findPeers(
  ask: (command: Command) => Promise<string | undefined> = output,
): Promise<FoundPeers> {
  const found: FoundPeers = { programs: [], missing: [] };
  for (const peer of PEERS) {
    const version = readVersion(await ask(peer.version) ?? "");
    if (version === undefined) found.missing.push(peer);
    else {
      found.programs.push({
        name: peer.name,
        version,
        command: (input) => scriptCommand(peer.script, input),
      });
    }
  }
  return found;
}

/** The first number with points in a text: "jq-1.6" is 1.6. */
export function readVersion(text: string): string | undefined {
  return /\d+(\.\d+)+\S*/.exec(text)?.[0];
}

function scriptCommand(script: string, input: string): Command {
  const path = resolve(PROJECT, "bench/peers", script);
  const program = script.endsWith(".py") ? "python3" : "sh";
  return { program, args: [path, input] };
}

async function output(
  { program, args }: Command,
): Promise<string | undefined> {
  try {
    const command = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
    });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
