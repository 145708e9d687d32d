/**
 * The list of crates that a package of Rust is built from, and the lock file that
 * cargo makes of it.
 *
 * A lock file names the registry. Which registry to use is the business of each
 * machine, so the repository holds the list instead. Pure; cargo_lock.ts reads
 * and writes the files.
 *
 * @module
 */

import { Failure } from "../../runtime/program/errors.ts";

/** One crate, as exactly as it can be said. */
export interface Crate {
  name: string;
  version: string;
  /** Of the archive, SHA-256 in hexadecimal. */
  checksum: string;
}

/** @param command The command that builds the package. */
function head(command: string): string {
  return `\
# The crates that this package is built from: name, version, checksum.
# "deno task ${command}" makes Cargo.lock of it, and builds exactly these;
# with --update-crates it writes the list anew.
`;
}

const LINE =
  /^(?<name>[\w-]+) (?<version>\d[\w.+-]*) (?<checksum>[0-9a-f]{64})$/;

/**
 * Reads a list.
 *
 * @param path Where it came from; used only in messages.
 * @throws {Failure} Naming the first line that is no crate.
 */
export function readCrates(text: string, path: string): Crate[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const { name, version, checksum } = LINE.exec(line)?.groups ?? {};
    if (name && version && checksum) return [{ name, version, checksum }];
    throw new Failure(
      `Cannot read ${path}: line ${
        index + 1
      } is "${line}", and not a name, a version and a checksum`,
    );
  });
}

/**
 * Writes a list, sorted.
 *
 * @param command The command that builds the package.
 */
export function writeCrates(
  crates: readonly Crate[],
  command: string,
): string {
  const lines = crates.map(({ name, version, checksum }) =>
    `${name} ${version} ${checksum}\n`
  );
  return head(command) + lines.toSorted().join("");
}

/**
 * Writes a lock file with these crates. Who needs which is left out: cargo
 * knows, and keeps the versions.
 *
 * @param source The registry, as cargo names it.
 */
export function writeLock(crates: readonly Crate[], source: string): string {
  const packages = crates.map(({ name, version, checksum }) => `
[[package]]
name = "${name}"
version = "${version}"
source = "${source}"
checksum = "${checksum}"
`);
  return `version = 4\n${packages.join("")}`;
}

/** The crates of a lock file; what has no checksum is our own. */
export function cratesOfLock(text: string): Crate[] {
  return text.split("[[package]]").flatMap((part) => {
    const value = (key: string) =>
      new RegExp(`^${key} = "(.*)"$`, "m").exec(part)?.[1];
    const [name, version, checksum] = ["name", "version", "checksum"].map(
      value,
    );
    return name && version && checksum ? [{ name, version, checksum }] : [];
  });
}

/** Says in which crates a list and a lock file differ; "" if in none. */
export function differenceOf(
  list: readonly Crate[],
  lock: readonly Crate[],
): string {
  const words = (crates: readonly Crate[]) =>
    new Set(
      crates.map(({ name, version, checksum }) =>
        `${name} ${version} (${checksum.slice(0, 8)})`
      ),
    );
  const [listed, locked] = [words(list), words(lock)];
  const lacking = [...locked.difference(listed)];
  const tooMany = [...listed.difference(locked)];
  return [
    ...(lacking.length > 0 ? [`it lacks ${lacking.join(", ")}`] : []),
    ...(tooMany.length > 0 ? [`nothing needs its ${tooMany.join(", ")}`] : []),
  ].join("; ");
}
