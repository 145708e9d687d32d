/**
 * The state folder is this user's own: the supervisor makes it so, and whoever
 * reads it believes nothing of a folder that somebody else has made.
 *
 * Root believes a folder, too, that belongs to the owner of the config's folder:
 * that user decides anyway what root runs there.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import {
  type FolderTrust,
  judgeFolder,
  makeOwnFolder,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  strangerOf,
  trustedBelow,
  type TrustOptions,
} from "../../runtime/files/own_folder.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { STATE_FOLDER, SUPERVISOR_FILES } from "./place.ts";
import {
  makeServiceFolder,
  makeSocketFolder,
  needsServiceFolder,
  serviceSocketAt,
} from "../../runtime/control/socket_folder.ts";

/**
 * Checks that a state folder is this user's own, as far as it is there.
 *
 * @throws {Failure} If it is not, saying whose it is.
 */
export async function requireOwnState(stateDir: string): Promise<void> {
  for (const folder of foldersOf(stateDir)) {
    requireOurs(folder, await judgeFolder(folder, await trustIn(folder)));
  }
}

/** Options for {@linkcode makeOwnState}. */
export interface MakeOptions {
  /**
   * Refuses a folder that cannot be closed to others, as where the file system
   * keeps no rights. @default {true}
   */
  mustClose?: boolean;
}

/**
 * Makes a state folder that only this user may enter. One that an older version
 * has left open to others is closed, with its files.
 *
 * @throws {Failure} If it is somebody else's, or a file in it is.
 */
export async function makeOwnState(
  stateDir: string,
  { mustClose = true }: MakeOptions = {},
): Promise<void> {
  const folders = foldersOf(stateDir);
  await Deno.mkdir(dirname(folders[0]!), {
    recursive: true,
    mode: PRIVATE_FOLDER,
  });
  for (const folder of folders) {
    const trust = await trustIn(folder);
    const found = await makeOwnFolder(folder, { ...trust, others: "nothing" });
    if (found.status === "open") await close(folder, PRIVATE_FOLDER);
    else requireOurs(folder, found);
    if (mustClose) requireOurs(folder, await judgeFolder(folder, trust));
    await closeFiles(folder, trust);
  }
  await makeSocketFolder(stateDir);
}

/**
 * Says where services with sockets listen, and makes a folder for those that the
 * state folder cannot hold.
 *
 * @throws {Failure} If it cannot be made.
 */
export async function makeServiceSockets(
  stateDir: string,
): Promise<(name: string) => string> {
  if (needsServiceFolder(stateDir)) {
    await makeOwnState(stateDir);
    await makeServiceFolder(stateDir);
  }
  return await serviceSocketAt(stateDir);
}

/** The folders that are ours on the way to a state folder, from above. */
function foldersOf(stateDir: string): string[] {
  const above = dirname(stateDir);
  return basename(above) === STATE_FOLDER ? [above, stateDir] : [stateDir];
}

async function trustIn(folder: string): Promise<TrustOptions> {
  const owners = await trustedBelow(besideOf(folder));
  return { others: "read", byLink: true, owners };
}

/** The folder of the config. */
function besideOf(folder: string): string {
  const above = dirname(folder);
  return basename(above) === STATE_FOLDER ? dirname(above) : above;
}

/** Closes the supervisor's own files in a folder, and in its logs. */
async function closeFiles(
  folder: string,
  { owners = [] }: TrustOptions,
): Promise<void> {
  const entries = await ifThere(Array.fromAsync(Deno.readDir(folder))) ?? [];
  const logs = join(folder, "logs");
  const ofLogs = await ifThere(Array.fromAsync(Deno.readDir(logs))) ?? [];
  const paths = [
    ...entries.filter(({ name }) => SUPERVISOR_FILES.test(name))
      .map(({ name }) => join(folder, name)),
    ...ofLogs.map(({ name }) => join(logs, name)),
  ];
  for (const path of paths) {
    const found = await ifThere(Deno.lstat(path));
    if (!found) continue; // was of a process that has just ended
    const reason = strangerOf(found, owners);
    if (reason !== undefined) {
      throw new Failure(
        `Cannot use the state in "${shortPath(folder)}": "${
          shortPath(path)
        }" is not ours: ${reason}; remove the file, or give it back with "sudo chown"`,
      );
    }
    const mode = found.isDirectory ? PRIVATE_FOLDER : PRIVATE_FILE;
    if (found.mode === null || found.isSymlink) continue;
    if ((found.mode & 0o077) !== 0) await close(path, mode);
  }
}

/** Takes the rights of others away, as far as there is anything to take. */
async function close(path: string, mode: number): Promise<void> {
  try {
    await ifThere(Deno.chmod(path, mode));
  } catch (error) {
    // Some file systems have no rights; their folder stays open.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}

/** @throws {Failure} If a folder is there and not this user's own. */
function requireOurs(folder: string, found: FolderTrust): void {
  if (found.status === "ours" || found.status === "missing") return;
  const remedy = found.status === "open"
    ? 'close it with "chmod 700" if what lies in it is yours, or move the config where the file system keeps rights'
    : "work as that user, remove the folder, or copy the config into a folder of your own";
  throw new Failure(
    `Cannot use the state folder "${
      shortPath(folder)
    }": ${found.reason}; ${remedy}`,
  );
}
