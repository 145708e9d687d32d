/**
 * Where the sockets of a state folder lie: in it, or where its path is too long
 * for a unix socket, in a folder with a short one.
 *
 * That folder is in `$XDG_RUNTIME_DIR`, or else in /tmp, where others could make
 * one of any name. So nobody guesses: a link in the state folder, which only its
 * user can write, leads there, and the folder is looked at all the same.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere, removeIfThere } from "../files/optional_file.ts";
import {
  type FolderTrust,
  judgeFolder,
  makeOwnFolder,
} from "../files/own_folder.ts";
import { Failure } from "../program/errors.ts";
import { log } from "../program/log.ts";

/** The longest path of a unix socket on Linux and macOS, in bytes. */
export const MAX_SOCKET_PATH = 100;
/** The name of the supervisor's socket. */
const CONTROL = "control.sock";
/** The folder of the services' sockets, and a name that is as long as most. */
const RUN = "run";
const SERVICE = join(RUN, `${"x".repeat(32)}.sock`);
/** The link in the state folder. */
export const SOCKET_LINK = "sockets";
/** Where everybody may make folders. */
const SHARED = "/tmp";

/**
 * Returns the path of a socket.
 *
 * @throws {Failure} If its folder is not this user's own.
 */
export async function socketPath(
  stateDir: string,
  name: string,
): Promise<string> {
  const folder = hasRoom(stateDir) ? undefined : await linkedFolder(stateDir);
  if (folder === undefined) return join(stateDir, name);
  const found = await judgeFolder(folder);
  if (found.status === "ours" || found.status === "missing") {
    return join(folder, name);
  }
  throw new Failure(
    `Cannot reach what runs in "${stateDir}" by "${folder}": that is not a folder of ours: ${found.reason}; if one runs, end its process, and the next one makes another folder`,
  );
}

/**
 * Makes a folder for sockets where the state folder cannot hold them. To be
 * called for a state folder that is ours.
 *
 * @param name The longest name of a socket. @default {"control.sock"}
 * @throws {Failure} If none can be made.
 */
export async function makeSocketFolder(
  stateDir: string,
  name = CONTROL,
): Promise<void> {
  if (hasRoom(stateDir, name)) return;
  const before = await linkedFolder(stateDir);
  if (before !== undefined) {
    if ((await judgeFolder(before)).status === "ours") return;
    await removeIfThere(join(stateDir, SOCKET_LINK));
  }
  const folder = await madeFolder(await digestOf(stateDir));
  try {
    await Deno.symlink(folder, join(stateDir, SOCKET_LINK));
  } catch (error) {
    // Another process was a moment faster, and made the same folder.
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** True where a state folder cannot hold the sockets of services. */
export function needsServiceFolder(stateDir: string): boolean {
  return !hasRoom(stateDir, SERVICE);
}

/** Makes a folder for the sockets of services, as makeSocketFolder(). */
export async function makeServiceFolder(stateDir: string): Promise<void> {
  await makeSocketFolder(stateDir, SERVICE);
}

/**
 * Says where the sockets of services are: in a folder `run` in the state folder,
 * or in one with a shorter path where that is too long for most names.
 */
export async function serviceSocketAt(
  stateDir: string,
): Promise<(name: string) => string> {
  const folder = needsServiceFolder(stateDir)
    ? await linkedFolder(stateDir)
    : undefined;
  return (name) => join(folder ?? stateDir, RUN, `${name}.sock`);
}

/** Makes a folder with a short path. */
async function madeFolder(digest: string): Promise<string> {
  const runtime = Deno.env.get("XDG_RUNTIME_DIR");
  if (runtime?.startsWith("/") && await isOurs(judgeFolder(runtime))) {
    const folder = join(runtime, `denizen-${digest}`);
    if (hasRoom(folder) && await isOurs(makeOwnFolder(folder))) return folder;
  }
  const folder = `${SHARED}/denizen-${Deno.uid()}-${digest}`;
  const found = await makeOwnFolder(folder);
  if (found.status === "ours") return folder;
  const another = await Deno.makeTempDir({
    dir: SHARED,
    prefix: `denizen-${Deno.uid()}-`,
  });
  const reason = "reason" in found ? found.reason : "it is gone again";
  log(
    `Not used for a socket: "${folder}" (${reason}); it is in "${another}"`,
  );
  return another;
}

/** Where the link of a state folder leads; undefined where there is none. */
async function linkedFolder(stateDir: string): Promise<string | undefined> {
  return await ifThere(Deno.readLink(join(stateDir, SOCKET_LINK)));
}

async function isOurs(found: Promise<FolderTrust>): Promise<boolean> {
  return (await found).status === "ours";
}

function hasRoom(folder: string, name = CONTROL): boolean {
  return isSocketPath(join(folder, name));
}

/** True for a path that is short enough for a unix socket. */
export function isSocketPath(path: string): boolean {
  return bytesOf(path).length <= MAX_SOCKET_PATH;
}

async function digestOf(stateDir: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytesOf(stateDir));
  return new Uint8Array(digest).toHex().slice(0, 16);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
