/**
 * Folders that are this user's own. Where others may write, as in /tmp, a folder
 * of the right name proves nothing: somebody else may have made it first.
 *
 * @module
 */

import { ifThere, statIfThere } from "./optional_file.ts";
import { systemReason } from "./system_reason.ts";

/** What is known of a folder. */
export type FolderTrust =
  | { status: "ours" }
  | { status: "missing" }
  /** It is this user's, and others may do more in it than they should. */
  | { status: "open"; reason: string }
  /** `reason`: "it belongs to user 1000, and this is user 1001". */
  | { status: "foreign"; reason: string };

/** Options for {@linkcode judgeFolder}. */
export interface TrustOptions {
  /** What others may do in it. @default {"nothing"} */
  others?: "nothing" | "read";
  /** Whether a link that is as much ours may lead to it. @default {false} */
  byLink?: boolean;
  /** Users who are trusted as much as this one. @default {none} */
  owners?: readonly number[];
}

/** What nobody else may read or write. */
export const PRIVATE_FILE = 0o600;
/** What nobody else may look into. */
export const PRIVATE_FOLDER = 0o700;

const MAY_WRITE = 0o022;
const MAY_ANYTHING = 0o077;

/** Says whether a folder is this user's own. */
export async function judgeFolder(
  path: string,
  { others = "nothing", byLink = false, owners = [] }: TrustOptions = {},
): Promise<FolderTrust> {
  try {
    const found = await ifThere(Deno.lstat(path));
    if (!found) return { status: "missing" };
    if (found.isSymlink && !byLink) return foreign("it is a link");
    const stranger = strangerOf(found, owners);
    if (stranger !== undefined) return foreign(stranger);
    const folder = found.isSymlink ? await ifThere(Deno.stat(path)) : found;
    if (!folder) return foreign("it is a link that leads to nothing");
    if (!folder.isDirectory) return foreign("it is not a folder");
    const owner = strangerOf(folder, owners);
    if (owner !== undefined) return foreign(owner);
    const reason = opennessOf(folder, others);
    return reason === undefined
      ? { status: "ours" }
      : { status: "open", reason };
  } catch (error) {
    return foreign(systemReason(error));
  }
}

/** Says whose a file is; undefined where it is ours, or nobody can tell. */
export function strangerOf(
  { uid }: Pick<Deno.FileInfo, "uid">,
  owners: readonly number[] = [],
): string | undefined {
  const own = Deno.uid();
  if (uid === null || own === null) return undefined; // Windows has no such numbers
  if (uid === own || owners.includes(uid)) return undefined;
  return `it belongs to ${userName(uid)}, and this is ${userName(own)}`;
}

/**
 * Returns whom root trusts below a folder: its owner, who decides anyway what is
 * run there. Anybody else trusts nobody.
 */
export async function trustedBelow(folder: string): Promise<number[]> {
  if (Deno.uid() !== 0) return [];
  const owner = (await statIfThere(folder))?.uid;
  return owner === undefined || owner === null ? [] : [owner];
}

/**
 * Makes a folder that only this user may enter, unless it is there.
 *
 * @returns As judgeFolder(), of what is there now.
 * @throws {Error} What the system says where it cannot be made.
 */
export async function makeOwnFolder(
  path: string,
  options?: TrustOptions,
): Promise<FolderTrust> {
  try {
    await Deno.mkdir(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  return await judgeFolder(path, options);
}

function foreign(reason: string): FolderTrust {
  return { status: "foreign", reason };
}

function opennessOf(
  { mode }: Deno.FileInfo,
  others: "nothing" | "read",
): string | undefined {
  if (mode === null) return undefined;
  const forbidden = others === "read" ? MAY_WRITE : MAY_ANYTHING;
  if ((mode & forbidden) === 0) return undefined;
  const rights = (mode & 0o777).toString(8).padStart(3, "0");
  return `others may ${
    (mode & MAY_WRITE) === 0 ? "look into it" : "write in it"
  } (mode ${rights})`;
}

function userName(uid: number): string {
  return uid === 0 ? "root" : `user ${uid}`;
}
