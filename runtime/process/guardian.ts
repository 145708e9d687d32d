/**
 * Ends what this process has started when this process itself is killed.
 *
 * A tiny shell waits on a pipe that only we hold. However we end, even by
 * SIGKILL, the kernel closes the pipe; the shell then ends every process group
 * it was told of. Unlike a parent-death signal this reaches grandchildren, any
 * program, and does not depend on which thread has started a process: with
 * `setpriv --pdeathsig` the children of a Worker die when the Worker ends.
 *
 * @module
 */

/** Watches over process groups. Dispose it when all of them are gone. */
export interface Guardian extends AsyncDisposable {
  /** The shell's pid. */
  readonly pid: number;
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

/** Waits for the end of input; then asks, and kills what is left after 1 s. */
const SCRIPT = `trap '' INT TERM HUP
exec 3<"$1"
rm -f "$1"
while read -r line; do :; done
groups=' '
shift
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in
         *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;;
       esac ;;
    x) set -- "$@" "$group" ;;
  esac
done <&3
left() { for g in $groups; do kill -s 0 -- "-$g" && return 0; done; return 1; }
for g in $groups; do kill -s TERM -- "-$g"; done
tries=0
while left && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
for g in $groups; do kill -s KILL -- "-$g"; done
tries=0
while left && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
for path; do
  case $path in
    "lock "*)
      path=\${path#lock }
      read -r holder < "\${path#* }" && [ "$holder" = "denizen \${path%% *}" ] &&
        rm -f -- "\${path#* }" ;;
    *) rm -f -- "$path" || rmdir -- "$path" ;;
  esac
done`;

const encoder = new TextEncoder();

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
      shell = spawnShell();
      for (const group of groups) tell(shell, `+ ${group}\n`);
      for (const path of removals) tell(shell, `x ${path}\n`);
    }
  };
  void replaceWhenKilled();

  const remove = (path: string) => {
    // The list has a line for each, and the shell drops the blanks at its end:
    // another path would be removed. Such a one is left to our own tidying.
    if (/\n|\s$/.test(path)) return;
    removals.push(path);
    tell(shell, `x ${path}\n`);
  };
  return {
    get pid() {
      return shell?.child.pid ?? 0;
    },
    watch(group) {
      groups.add(group);
      tell(shell, `+ ${group}\n`);
    },
    forget(group) {
      groups.delete(group);
      tell(shell, `- ${group}\n`);
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
  list: Deno.FsFile;
}

/**
 * Writes at once, without yielding: we may be killed at any moment, and a
 * write to the pipe itself would wait for its turn.
 */
function tell(shell: Shell | undefined, text: string): void {
  shell?.list.writeSync(encoder.encode(text));
}

function spawnShell(): Shell | undefined {
  if (Deno.build.os === "windows") return undefined;
  // The shell opens the file and removes it.
  const path = Deno.makeTempFileSync({ prefix: "denizen-guardian-" });
  const list = Deno.openSync(path, { append: true });
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "denizen-guardian", path],
    cwd: "/",
    // Its own session: neither Ctrl-C nor a signal to our group reaches it.
    detached: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  return { child, list };
}
