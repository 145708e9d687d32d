/**
 * Makes a new process known to the guardian before it becomes the program.
 * Otherwise we could be killed just after the process has started and just
 * before the guardian has heard of it.
 *
 * A shell writes its own pid, which is also that of its group, into a file in
 * the guardian's folder. Then the shell becomes the program. Once the guardian
 * has begun to end the groups, that folder is gone, so nothing starts any more.
 *
 * @module
 */

import { delimiter, isAbsolute, join, resolve } from "node:path";

/**
 * $1: the guardian's folder, $2: our pid, $3: what PWD is to be, after a "=".
 *
 * A folder that is gone while we live was removed by whoever tidies up
 * temporary files: we tell the guardian ourselves, a moment later. We live if we
 * are the parent. A signal would also reach us dead, until somebody has heard of
 * that; it is for a system without /proc.
 */
const GATE = `{ echo "$$" >>"$1/newborn"; } 2>/dev/null
[ -d "$1" ] || if [ -r "/proc/$$/stat" ]; then
  read -r stat <"/proc/$$/stat" && stat=\${stat##*) ? } &&
    [ "\${stat%% *}" = "$2" ]
else kill -s 0 "$2" 2>/dev/null; fi || exit 143
case $3 in =*) PWD=\${3#=} ;; *) unset PWD ;; esac
shift 3
exec "$@"`;

/** What a program is started with. */
export interface GateContext {
  cwd: string;
  environment: Readonly<Record<string, string>>;
  /** The guardian's folder; undefined if there is none. */
  folder: string | undefined;
}

/**
 * Returns what to start, so that in the end it is `command`.
 *
 * @throws {Deno.errors.NotFound} If there is no such program.
 * @throws {Deno.errors.PermissionDenied} If it cannot be executed.
 */
export function throughGate(
  [program = "", ...args]: readonly string[],
  { cwd, environment, folder }: GateContext,
): { program: string; args: string[] } {
  // A shell drops the variables whose names are none to it.
  const keepsVariables = Object.keys(environment)
    .every((name) => /^[A-Za-z_]\w*$/.test(name));
  if (folder === undefined || !keepsVariables) return { program, args };
  requireProgram(program, cwd, environment.PATH ?? "");
  const pwd = environment.PWD === undefined ? "" : `=${environment.PWD}`;
  return {
    program: "/bin/sh",
    args: [
      ...["-c", GATE, "denizen-start", folder, String(Deno.pid), pwd],
      ...[program, ...args],
    ],
  };
}

/**
 * Says of a program what starting it would; the shell would only end with 127.
 *
 * @param path Where a bare name is looked up, as PATH says it.
 * @throws {Deno.errors.NotFound} If there is no such program.
 * @throws {Deno.errors.PermissionDenied} If it cannot be executed.
 */
export function requireProgram(
  program: string,
  cwd: string,
  path: string,
): void {
  const candidates = program.includes("/")
    ? [isAbsolute(program) ? program : resolve(cwd, program)]
    : path.split(delimiter).map((folder) =>
      join(resolve(cwd, folder), program)
    );
  const found = candidates.map(look);
  if (found.includes("executable")) return;
  throw found.includes("denied")
    ? new Deno.errors.PermissionDenied(
      `Cannot execute "${program}": permission denied`,
    )
    : new Deno.errors.NotFound(`Cannot find program "${program}"`);
}

function look(path: string): "executable" | "denied" | "missing" {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0o111) & 0o111) !== 0 ? "executable" : "denied";
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "denied";
    return "missing";
  }
}
