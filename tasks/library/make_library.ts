/**
 * Makes the copy of the library that a project's scripts import.
 *
 * It is a real copy: through a link, Deno would want a right to read for the
 * contracts that are imported as text. It stands below the project, where Deno
 * applies the deno.json that lies in it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { makeOwnFolder } from "../../runtime/files/own_folder.ts";
import {
  ifThere,
  isThere,
  statIfThere,
} from "../../runtime/files/optional_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { PROJECT, shortPath } from "../../runtime/program/paths.ts";
import { packagedConfig } from "../package/deno_config.ts";
import { libraryFiles } from "../package/library_files.ts";
import { libraryConfig, libraryLock, type Lock } from "./library_config.ts";
import { type Mark, MARK_FILE, readMark } from "./library_mark.ts";

/** Whoever checks types by other rules than ours gets no errors of our files. */
const UNCHECKED = "// @ts-nocheck: it was checked where it comes from\n";

/**
 * When each file was written last, as far as anybody can see. A process that
 * has loaded the library imports some of it later; Deno would read a file that
 * is newer than the one it knows again, and want a right to read for that.
 */
const WRITTEN = new Date("2000-01-01T00:00:00Z");

/** What stands in the way of a folder that is put in the place of another. */
const FULL = ["ENOTEMPTY", "EEXIST"];
/** So often another process may have been faster. */
const TRIES = 5;
/** Folders of processes that were killed meanwhile are as old as this. */
const LEFT_MS = 10 * 60_000;
const LEFT = /^lib\.(new|old)-/;

/**
 * Makes the copy, or puts a new one in the place of another.
 *
 * Nobody sees half of one: it is made beside its place, and moved there. Two
 * processes may do so at once. A process that runs keeps the library that it has
 * loaded.
 *
 * @param library Where it is to be.
 * @param mark What it is made of.
 * @param options `anew`: also where one that is made of it has come meanwhile.
 * @returns The deno.lock of the library, for that of the project.
 * @throws {Failure} If it cannot be written.
 */
export async function makeLibrary(
  library: string,
  mark: Mark,
  { anew = false }: { anew?: boolean } = {},
): Promise<Lock> {
  const beside = dirname(library);
  try {
    const trust = await makeOwnFolder(beside, { others: "read", byLink: true });
    if (trust.status === "foreign") throw new Failure(trust.reason);
    await removeLeftOvers(beside);
    const made = await Deno.makeTempDir({ dir: beside, prefix: "lib.new-" });
    try {
      const lock = await fill(made, mark);
      const there = anew ? undefined : await readMark(library);
      if (there?.source !== mark.source) await moveThere(made, library, mark);
      return lock;
    } finally {
      await ifThere(Deno.remove(made, { recursive: true }));
    }
  } catch (error) {
    const reason = error instanceof Failure
      ? error.message
      : systemReason(error);
    throw new Failure(
      `Cannot make "${
        shortPath(library)
      }", where scripts find "denizen": ${reason}`,
      1,
      { cause: error },
    );
  }
}

/** True when a copy has all that this program would put there. */
export async function isWhole(library: string): Promise<boolean> {
  const sizes = await Promise.all((await copiedFiles()).map(async (path) => {
    const [own, copied] = await Promise.all([
      Deno.stat(join(PROJECT, path)),
      statIfThere(join(library, path)),
    ]);
    return copied?.size === own.size + (isCode(path) ? UNCHECKED.length : 0);
  }));
  return sizes.every(Boolean) &&
    await isThere(join(library, "deno.json")) &&
    await isThere(join(library, "deno.lock"));
}

/** What is copied as it is, but for {@linkcode UNCHECKED}. */
async function copiedFiles(): Promise<string[]> {
  return (await libraryFiles())
    .filter((path) => path !== "deno.json" && path !== "deno.lock");
}

function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

async function fill(folder: string, mark: Mark): Promise<Lock> {
  const write = async (path: string, text: string) => {
    await Deno.writeTextFile(join(folder, path), text);
    await Deno.utime(join(folder, path), WRITTEN, WRITTEN);
  };
  const writeJson = (path: string, value: unknown) =>
    write(path, `${JSON.stringify(value, null, 2)}\n`);
  const files = await copiedFiles();
  const folders = new Set(files.map((path) => dirname(path)));
  for (const each of folders) {
    await Deno.mkdir(join(folder, each), { recursive: true });
  }
  const sources: string[] = [];
  await Promise.all(files.map(async (path) => {
    const text = await Deno.readTextFile(join(PROJECT, path));
    if (isCode(path)) sources.push(text);
    await write(path, isCode(path) ? UNCHECKED + text : text);
  }));
  const read = async (path: string) =>
    JSON.parse(await Deno.readTextFile(join(PROJECT, path)));
  const config = libraryConfig(
    packagedConfig(await read("deno.json")),
    sources,
  );
  await writeJson("deno.json", config);
  const lock = libraryLock(await read("deno.lock"), config);
  await writeJson("deno.lock", lock);
  await writeJson(MARK_FILE, mark);
  return lock;
}

/** Puts a folder in its place. Two renames: there is no one that takes both. */
async function moveThere(
  made: string,
  library: string,
  mark: Mark,
): Promise<void> {
  const old = `${dirname(library)}/lib.old-${crypto.randomUUID()}`;
  for (let tries = 1;; tries++) {
    await ifThere(Deno.rename(library, old));
    try {
      await Deno.rename(made, library);
      break;
    } catch (error) {
      if (!isFull(error) || tries === TRIES) throw error;
    } finally {
      await ifThere(Deno.remove(old, { recursive: true }));
    }
    // Another process was faster.
    const there = await readMark(library);
    if (there?.source === mark.source) return;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    FULL.includes(String(error.code));
}

/** Removes what processes have left that were killed while they made a copy. */
async function removeLeftOvers(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!LEFT.test(name)) continue;
    const path = join(folder, name);
    const { mtime = null } = await ifThere(Deno.stat(path)) ?? {};
    if (mtime !== null && Date.now() - mtime.getTime() > LEFT_MS) {
      await ifThere(Deno.remove(path, { recursive: true }));
    }
  }
}
