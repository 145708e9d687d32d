/**
 * Ends what this process has started when this process itself is killed.
 *
 * A tiny shell waits on a pipe that only we hold. However we end, even by
 * SIGKILL, the kernel closes the pipe. The shell then ends every process group
 * that it was told of. A parent-death signal would not do. It reaches neither
 * grandchildren nor every program, and it depends on the thread that has
 * started the process: with `setpriv --pdeathsig` the children of a Worker die
 * when the Worker ends.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { removeIfThereNow } from "../files/optional_file.ts";
import { systemReason } from "../files/system_reason.ts";
import { Failure } from "../program/errors.ts";

/** Watches over process groups. Dispose it when all of them are gone. */
export interface Guardian extends AsyncDisposable {
  /** The shell's pid. */
  readonly pid: number;
  /**
   * A folder in which a process that is being started makes itself known, before
   * we can; undefined without a shell. start_process.ts has its part of it.
   */
  readonly folder: string | undefined;
  /** Ends this group, too, when we are killed. */
  watch(group: number): void;
  /** No longer ends this group. */
  forget(group: number): void;
  /**
   * Removes a file after the groups have ended, also when we end well. For what
   * is of no use to anyone then. A folder is removed if it is empty by then: name
   * the files that we put there before it.
   */
  remove(path: string): void;
  /**
   * Removes a lock file (runtime/files/owned_lock.ts), but only if it is still
   * this process's: another may have taken it over.
   */
  removeLock(path: string): void;
}

/**
 * Waits for the end of input; then asks, and kills what is left after 1 s.
 *
 * The folder is renamed before the newborn are read: who writes its name into it
 * later finds that it is gone, and ends by itself.
 */
const SCRIPT = `trap '' INT TERM HUP
dir=$1
exec 3<"$dir/list"
rm -f "$dir/list"
while read -r line; do :; done
mv "$dir" "$dir.over"
groups=' '
shift
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    x) set -- "$@" "$group" ;;
  esac
done <&3
while read -r group; do groups="$groups$group "; done <"$dir.over/newborn"
rm -f "$dir.over/newborn"
rmdir "$dir.over"
left() { for g in $groups; do kill -s 0 -- "-$g" && return 0; done; return 1; }
for g in $groups; do kill -s TERM -- "-$g"; done
tries=0
while left && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
for g in $groups; do kill -s KILL -- "-$g"; done
tries=0
while left && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
# Twice: a folder may have been told of before what is in it.
for path in "$@" "$@"; do
  case $path in
    "lock "*)
      path=\${path#lock }
      read -r holder < "\${path#* }" && [ "$holder" = "denizen \${path%% *}" ] &&
        rm -f -- "\${path#* }" ;;
    *)
      # Mostly nothing is left of it; looking costs no process.
      [ -e "$path" ] || [ -L "$path" ] || continue
      rm -f -- "$path" || rmdir -- "$path" ;;
  esac
done`;

/**
 * Starts the guardian of this process. One is enough for any number of groups.
 *
 * @returns The guardian; without a shell, as on Windows, one that does nothing.
 */
export function startGuardian(): Guardian {
  const groups = new Set<number>();
  const removals: string[] = [];
  let closed = false;
  let shell = spawnShell();
  const replaceWhenKilled = async () => {
    while (shell && !closed) {
      await shell.child.status;
      if (closed) return;
      shell.list.close();
      for (const name of ["list", "newborn", ""]) {
        removeIfThereNow(join(shell.folder, name));
      }
      shell = spawnShell();
      for (const group of groups) shell?.list.add(group);
      for (const path of removals) shell?.list.addRemoval(path);
    }
  };
  void replaceWhenKilled();

  const remove = (path: string) => {
    // The list has a line for each, and the shell drops the blanks at its end:
    // another path would be removed. Such a one is left to our own tidying.
    if (/\n|\s$/.test(path)) return;
    removals.push(path);
    shell?.list.addRemoval(path);
  };
  return {
    get pid() {
      return shell?.child.pid ?? 0;
    },
    get folder() {
      return shell?.folder;
    },
    watch(group) {
      groups.add(group);
      shell?.list.add(group);
    },
    forget(group) {
      groups.delete(group);
      shell?.list.remove(group);
      // It has ended, so it is in there, and all others are on the list.
      if (shell) emptyIfThere(newbornIn(shell.folder));
    },
    remove,
    removeLock: (path) => remove(`lock ${Deno.pid} ${path}`),
    async [Symbol.asyncDispose]() {
      closed = true;
      if (!shell) return;
      const { child, list } = shell;
      child.ref();
      await child.stdin.close().catch(() => {}); // it was killed just now
      await child.status;
      list.close();
    },
  };
}

/** The shell, and the list of groups that it reads when we are gone. */
interface Shell {
  child: Deno.ChildProcess;
  folder: string;
  list: GroupList;
}

function spawnShell(): Shell | undefined {
  if (Deno.build.os === "windows") return undefined;
  const folder = Deno.makeTempDirSync({ prefix: "denizen-guardian-" });
  let list: GroupList | undefined;
  try {
    Deno.writeFileSync(newbornIn(folder), new Uint8Array());
    // The shell opens the file and removes it.
    list = createGroupList(`${folder}/list`);
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", SCRIPT, "denizen-guardian", folder],
      cwd: "/",
      // Its own session: neither Ctrl-C nor a signal to our group reaches it.
      detached: true,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    return { child, folder, list };
  } catch (error) {
    list?.close();
    for (const name of ["newborn", "list", ""]) {
      removeIfThereNow(join(folder, name));
    }
    throw error;
  }
}

/** Returns the file in which those that are being started name themselves. */
function newbornIn(folder: string): string {
  return `${folder}/newborn`;
}

function emptyIfThere(path: string): void {
  try {
    Deno.truncateSync(path);
  } catch {
    // Somebody tidies up in the folder of temporary files: so it is empty, too.
  }
}

function cannotList(path: string, error: unknown): Failure {
  const place = dirname(dirname(path));
  return new Failure(
    `Cannot write down in "${place}" what is to be ended with us: ${
      systemReason(error)
    }; make room there, or name another folder by TMPDIR`,
    1,
    { cause: error },
  );
}

/** The file that the shell reads: a line for each group, and for each removal. */
interface GroupList {
  add(group: number): void;
  remove(group: number): void;
  addRemoval(path: string): void;
  close(): void;
}

/** A pid has at most seven digits, here and for a long time. */
const PID_CHARS = 10;

/**
 * Makes the list. The line of a group that is gone is used again, so that the
 * list is as long as there were groups at once, and never longer.
 *
 * Writes at once, without yielding: we may be killed at any moment.
 */
function createGroupList(path: string): GroupList {
  const encoder = new TextEncoder();
  const file = Deno.openSync(path, { write: true, createNew: true });
  const lineOf = new Map<number, number>();
  const free: number[] = [];
  let end = 0;
  const writeAt = (offset: number, line: string) => {
    const bytes = encoder.encode(line);
    try {
      file.seekSync(offset, Deno.SeekMode.Start);
      for (let start = 0; start < bytes.length;) {
        start += file.writeSync(bytes.subarray(start));
      }
    } catch (error) {
      throw cannotList(path, error);
    }
    end = Math.max(end, offset + bytes.length);
  };
  const groupLine = (verb: "+" | "-", group: number) =>
    `${verb} ${String(group).padEnd(PID_CHARS)}\n`;
  return {
    add(group) {
      if (lineOf.has(group)) return;
      const offset = free.pop() ?? end;
      lineOf.set(group, offset);
      writeAt(offset, groupLine("+", group));
    },
    remove(group) {
      const offset = lineOf.get(group);
      if (offset === undefined) return;
      writeAt(offset, groupLine("-", group));
      lineOf.delete(group);
      free.push(offset);
    },
    addRemoval: (removed) => writeAt(end, `x ${removed}\n`),
    close: () => file.close(),
  };
}
