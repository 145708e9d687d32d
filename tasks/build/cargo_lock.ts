/**
 * Keeps Cargo.lock as crates.txt says, so that every build takes the crates
 * that were tested.
 *
 * @module
 */

import { ifThere } from "../../runtime/files/optional_file.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure } from "../../runtime/program/errors.ts";
import {
  type Crate,
  cratesOfLock,
  differenceOf,
  readCrates,
  writeCrates,
  writeLock,
} from "./crates.ts";

/**
 * Makes the lock file of a package, unless it is there and right.
 *
 * @param folder The package's, with its crates.txt.
 * @param command The command that builds it, for messages.
 * @throws {Failure} If the list does not fit Cargo.toml, or cargo fails.
 */
export async function makeCargoLock(
  folder: string,
  command: string,
): Promise<void> {
  const [list, lock] = [`${folder}/crates.txt`, `${folder}/Cargo.lock`];
  const wanted = readCrates(await Deno.readTextFile(list), list);
  if (differenceOf(wanted, await cratesIn(lock)) === "") return;
  await Deno.writeTextFile(lock, writeLock(wanted, await registry(folder)));
  try {
    // Adds who needs which, and what the list lacks; changes no version.
    await cargo(folder, ["update", "--workspace", "--quiet"]);
    const difference = differenceOf(wanted, await cratesIn(lock));
    if (difference === "") return;
    throw new Failure(
      `${list} does not fit Cargo.toml: ${difference}; "${
        commandFor(`${command} --update-crates`)
      }" writes it anew`,
    );
  } catch (error) {
    await Deno.remove(lock);
    throw error;
  }
}

/**
 * Takes the newest crates that Cargo.toml allows, and writes them down.
 *
 * @param command The command that builds it, for the head of the list.
 * @throws {Failure} If cargo fails.
 */
export async function updateCrates(
  folder: string,
  command: string,
): Promise<void> {
  await cargo(folder, ["update", "--quiet"]);
  const crates = await cratesIn(`${folder}/Cargo.lock`);
  await Deno.writeTextFile(
    `${folder}/crates.txt`,
    writeCrates(crates, command),
  );
}

/** The crates of a lock file; none if cargo has not seen it yet. */
async function cratesIn(lock: string): Promise<Crate[]> {
  const text = await ifThere(Deno.readTextFile(lock));
  return text?.includes("\ndependencies = [") ? cratesOfLock(text) : [];
}

/** The registry as cargo names it in a lock file: this machine's cargo knows. */
async function registry(folder: string): Promise<string> {
  const output = await cargo(folder, [
    "metadata",
    "--no-deps",
    "--format-version=1",
  ]);
  const { packages } = JSON.parse(output) as {
    packages: { dependencies: { source: string | null }[] }[];
  };
  const sources = packages.flatMap(({ dependencies }) => dependencies);
  const source = sources.find(({ source }) => source)?.source;
  if (source) return source;
  throw new Failure(`${folder}/Cargo.toml names no crate of a registry`);
}

async function cargo(folder: string, args: string[]): Promise<string> {
  const { code, stdout } = await new Deno.Command("cargo", {
    args,
    cwd: folder,
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Failure(`"cargo ${args.join(" ")}" ended with code ${code}`);
}
