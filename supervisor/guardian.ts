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
}

/** Keeps the groups in a word list; at the end of input asks, then kills. */
const SCRIPT = `trap '' INT TERM HUP
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in
         *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;;
       esac ;;
  esac
done
left() { for g in $groups; do kill -s 0 -- "-$g" && return 0; done; return 1; }
for g in $groups; do kill -s TERM -- "-$g"; done
tries=0
while left && [ $tries -lt 20 ]; do sleep 0.05; tries=$((tries + 1)); done
for g in $groups; do kill -s KILL -- "-$g"; done`;

const encoder = new TextEncoder();

/**
 * Starts the guardian of this process. One is enough for any number of groups.
 *
 * @returns The guardian; without a shell, as on Windows, one that does nothing.
 */
export function startGuardian(): Guardian {
  const groups = new Set<number>();
  let closed = false;
  let shell = spawnShell();
  let pipe = shell?.stdin.getWriter();

  const tell = (text: string) => {
    // A broken pipe means that the shell was killed: `replace` follows.
    pipe?.write(encoder.encode(text)).catch(() => {});
  };
  const replaceWhenKilled = async () => {
    while (shell && !closed) {
      await shell.status;
      if (closed) return;
      shell = spawnShell();
      pipe = shell?.stdin.getWriter();
      tell([...groups].map((group) => `+ ${group}\n`).join(""));
    }
  };
  void replaceWhenKilled();

  return {
    get pid() {
      return shell?.pid ?? 0;
    },
    watch(group) {
      groups.add(group);
      tell(`+ ${group}\n`);
    },
    forget(group) {
      groups.delete(group);
      tell(`- ${group}\n`);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await pipe?.close().catch(() => {});
      await shell?.status;
    },
  };
}

function spawnShell(): Deno.ChildProcess | undefined {
  if (Deno.build.os === "windows") return undefined;
  const shell = new Deno.Command("/bin/sh", {
    args: ["-c", SCRIPT, "denizen-guardian"],
    cwd: "/",
    // Its own session: neither Ctrl-C nor a signal to our group reaches it.
    detached: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  shell.unref();
  return shell;
}
