/**
 * Says in one line what the operating system has refused: what it was about,
 * why, and what can be done.
 *
 * A full disk, a folder that belongs to somebody else or a name that is too
 * long is no defect of ours. Callers that know more say it in their own words.
 * This file is for what nobody has caught on its way to exit.ts or to the log.
 *
 * @module
 */

import { UsageError } from "./errors.ts";
import { temporaryFolder } from "./paths.ts";

/** What can be done about it, by the system's own name of the error. */
const REMEDIES: Record<string, string> = {
  EACCES: "its owner and its rights do not allow it to this user",
  EPERM: "its owner and its rights do not allow it to this user",
  EROFS: "name another place, or make that file system writable",
  ENOSPC: "make room there",
  EDQUOT: "make room there",
  EMFILE: "allow more open files, as by `ulimit -n 4096`",
  ENFILE: "the whole system has too many open files",
  ENAMETOOLONG: "use a shorter name",
  EISDIR: "remove or rename that folder",
  ENOTDIR: "part of the path is a file",
  ENOTEMPTY: "something else lies there",
  ELOOP: "its links lead in a circle",
};

/** How Deno calls what it has tried, and how we do. */
const VERBS: Record<string, string> = {
  readfile: "read",
  readlink: "read",
  readdir: "read",
  writefile: "write",
  mkdir: "make",
  stat: "look at",
  lstat: "look at",
  realpath: "look at",
  chmod: "change",
  utime: "change",
};

/** The names of errors of the system; Node's own begin with ERR_. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z0-9]+$/;

/** True for what the operating system has refused. */
export function isSystemError(
  error: unknown,
): error is Error & { code: string } {
  return error instanceof Error && "code" in error &&
    typeof error.code === "string" && SYSTEM_CODE.test(error.code);
}

/** What can be wrong with a path itself, by the system's name of the error. */
const WRONG_PATHS: Record<string, string> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "its file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "part of the path is a file",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
};

/**
 * Turns what the system says of a path that the user has named into a wrong
 * command line.
 *
 * @param cannot What cannot be done, with the path: `Cannot read "x"`.
 * @returns Undefined for anything else, such as a full disk.
 */
export function asPathError(
  cannot: string,
  error: unknown,
): UsageError | undefined {
  const wrong = isSystemError(error) ? WRONG_PATHS[error.code] : undefined;
  if (wrong === undefined) return undefined;
  return new UsageError(`${cannot}: ${wrong}`, { cause: error });
}

/**
 * Acts on a path that the user has named.
 *
 * @param cannot As for {@linkcode asPathError}.
 * @throws {UsageError} If the path cannot be used, and whatever else `act` does.
 */
export async function withPathErrors<T>(
  cannot: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asPathError(cannot, error) ?? error;
  }
}

/** Puts such an error into one line. */
export function describeSystemError(error: Error & { code: string }): string {
  const { action, reason } = taken(error.message);
  const remedy = action.startsWith("make a temporary")
    ? "make room there, or name another folder by TMPDIR"
    : REMEDIES[error.code];
  return `Cannot ${action}: ${uncapitalized(reason)}${
    remedy ? `; ${remedy}` : ""
  }`;
}

/** Takes Deno's message apart: "No such file (os error 2): open '/a'". */
function taken(message: string): { action: string; reason: string } {
  const spawn = /^Failed to spawn '(.*?)': (.*)$/s.exec(message);
  if (spawn) {
    return { action: `start "${spawn[1]}"`, reason: withoutNumber(spawn[2]!) };
  }
  const [, reason = message, what = ""] =
    /^(.*?) \(os error \d+\)(?:: (.*))?$/s.exec(message) ?? [];
  if (/^(tmp|make_?temp)/.test(what)) {
    const kind = what.includes("dir") ? "folder" : "file";
    return {
      action: `make a temporary ${kind} in "${temporaryFolder()}"`,
      reason,
    };
  }
  const [, verb, paths] = /^(\w+) ('.*')$/s.exec(what) ?? [];
  if (!verb || !paths) return { action: "go on", reason };
  return {
    action: `${VERBS[verb] ?? verb} ${paths.replaceAll("'", '"')}`,
    reason,
  };
}

function withoutNumber(reason: string): string {
  return reason.replace(/ \(os error \d+\).*/s, "");
}

function uncapitalized(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
