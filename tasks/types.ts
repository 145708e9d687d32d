/**
 * The `types` command: writes the TypeScript types of contracts.
 *
 * @module
 */

import { join } from "node:path";
import { commandFor } from "../runtime/program/command_name.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { readFlags, text, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { quantity } from "../runtime/program/numbers.ts";
import { PROJECT, shortPath, userPath } from "../runtime/program/paths.ts";
import { whileShown } from "./terminal/status_line.ts";
import { printHelp } from "./terminal/help.ts";
import { checkContracts } from "./types/check_contracts.ts";
import {
  type Contracts,
  findContracts,
  TYPES,
} from "./types/find_contracts.ts";
import { generateTypes } from "./types/generated_types.ts";
import {
  compareTypes,
  type TypeChanges,
  writeTypes,
} from "./types/write_types.ts";

/** The flags of the command. */
export const typesFlags = {
  output: text("DIR", "where to write; the folder types beside the contracts"),
  check: toggle("write nothing; fail if the types are not current"),
  help: toggle("print this"),
};

const MANY = 1_000;

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and .proto files or folders of them (none:
 * `proto` in the folder of the nearest config or deno.json).
 * @throws {UsageError} If a flag or a contract is wrong.
 * @throws {Failure} If the types cannot be written, or are not current.
 */
export async function types(argv: string[]): Promise<void> {
  const { flags, words } = readFlags(argv, typesFlags, { maxWords: MANY });
  if (flags.help) {
    return printHelp(
      "types [flags] [FILE|DIR ...]",
      "Writes the TypeScript types of your contracts (proto/ in the project's folder, if none is named).",
      typesFlags,
    );
  }
  const contracts = await findContracts(words);
  for (const each of contracts) checkContracts(each);
  for (const [folder, each] of byOutput(contracts, flags.output)) {
    await bringUpToDate(folder, each, flags.check);
  }
}

/** Contracts by the folder that their types belong in. */
function byOutput(
  contracts: readonly Contracts[],
  output: string | undefined,
): Map<string, readonly Contracts[]> {
  return Map.groupBy(
    contracts,
    ({ root }) => output === undefined ? join(root, TYPES) : userPath(output),
  );
}

async function bringUpToDate(
  folder: string,
  contracts: readonly Contracts[],
  isCheck: boolean,
): Promise<void> {
  const isOwn = folder === join(PROJECT, "proto", TYPES);
  const texts = isOwn
    ? await (await import("./generated/own_contracts.ts")).ownContracts()
    : joined(contracts);
  const changes = await whileShown(
    "Generating types",
    generateTypes(texts, { formatted: !isOwn })
      .then((generated) => compareTypes(folder, generated)),
  );
  if (isCheck) return requireCurrent(folder, changes);
  await writeTypes(folder, changes);
  if (isOwn) {
    const { recordInterfaces } = await import("./generated/interfaces.ts");
    await recordInterfaces();
  }
  print(report(folder, changes, texts.size));
}

/** Those of several folders in one. */
function joined(contracts: readonly Contracts[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const each of contracts) {
    for (const [path, text] of each.texts) {
      if ((texts.get(path) ?? text) !== text) {
        throw new UsageError(
          `Cannot write the types of two contracts "${path}" into one folder`,
        );
      }
      texts.set(path, text);
    }
  }
  return texts;
}

function requireCurrent(folder: string, changes: TypeChanges): void {
  const paths = [...changes.written.keys(), ...changes.removed];
  if (paths.length === 0) return;
  throw new Failure(
    `"${shortPath(folder)}" is not what the contracts say: ${
      paths.join(", ")
    }; \`${commandFor("types")}\` writes it`,
  );
}

function report(
  folder: string,
  { written, removed, same }: TypeChanges,
  contracts: number,
): string {
  const words = [
    `${quantity(written.size, "file")} written`,
    ...(same === 0 ? [] : [`${same} as before`]),
    ...(removed.length === 0 ? [] : [`${removed.length} removed`]),
  ];
  return `Types of ${quantity(contracts, "contract")} in "${
    shortPath(folder)
  }": ${words.join(", ")}`;
}
