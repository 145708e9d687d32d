/**
 * Writes down the programs that a watched service starts. Deno's audit log has
 * every other kind of access, but not this one.
 *
 * It runs in the service before the service's own code: observe.ts starts
 * services with `--preload` of this file. A worker does not load it, so what a
 * worker starts is not seen.
 *
 * @module
 */

import childProcess from "node:child_process";
import { registerHooks } from "node:module";
import process from "node:process";

/** A line of the record for what only `run: true` allows. */
const EVERYTHING = "*";

const record = Deno.env.get("DENIZEN_RECORD_PROGRAMS");
// A Deno that the service starts would begin the audit log anew.
Deno.env.delete("DENO_AUDIT_PERMISSIONS");
Deno.env.delete("DENIZEN_RECORD_PROGRAMS");

function note(program: string): void {
  if (record === undefined) return;
  try {
    Deno.writeTextFileSync(record, `${JSON.stringify(program)}\n`, {
      append: true,
    });
  } catch {
    // The service goes on as it would without us, whatever became of the file.
  }
}

/** Calls `see` with the arguments of each call of a function of `owner`. */
function watch(owner: object, name: string, see: (args: unknown[]) => void) {
  const original = Reflect.get(owner, name);
  if (typeof original !== "function") return;
  const proxy = new Proxy(original, {
    apply(target, self, args) {
      see(args);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      see(args);
      return Reflect.construct(target, args, newTarget);
    },
  });
  Reflect.set(owner, name, proxy);
}

function noteProgram(program: unknown, options: readonly unknown[]): void {
  note(
    program instanceof URL
      ? decodeURIComponent(program.pathname)
      : String(program),
  );
  // A library that is loaded first is in charge of the program.
  const variables = options.flatMap((each) => Object.keys(partOf(each, "env")));
  if (variables.some((name) => /^(LD|DYLD)_/.test(name))) note(EVERYTHING);
}

function partOf(options: unknown, name: string): object {
  const part = typeof options === "object" && options !== null
    ? Reflect.get(options, name)
    : undefined;
  return typeof part === "object" && part !== null ? part : {};
}

/** Returns the shell that options of node:child_process ask for. */
function shellIn(options: readonly unknown[]): string | undefined {
  for (const each of options) {
    if (typeof each !== "object" || each === null) continue;
    const shell = Reflect.get(each, "shell");
    if (shell) return shell === true ? "/bin/sh" : String(shell);
  }
  return undefined;
}

for (const name of ["Command", "spawn", "spawnAndWait", "spawnAndWaitSync"]) {
  watch(Deno, name, ([program, ...rest]) => noteProgram(program, rest));
}
for (const name of ["spawn", "spawnSync", "execFile", "execFileSync"]) {
  watch(childProcess, name, ([program, ...rest]) => {
    noteProgram(shellIn(rest) ?? program, rest);
  });
}
for (const name of ["exec", "execSync"]) {
  watch(childProcess, name, ([, ...rest]) => {
    noteProgram(shellIn(rest) ?? "/bin/sh", rest);
  });
}
watch(childProcess, "fork", ([, ...rest]) => {
  noteProgram(Deno.execPath(), rest);
});
for (const owner of [Deno, process]) {
  watch(owner, "kill", ([pid]) => {
    if (pid !== Deno.pid) note(EVERYTHING);
  });
}

/** Has the functions of node:child_process as they are now, as exports. */
const WATCHED = new URL("./watched_child_process.ts", import.meta.url).href;

// The exports of a built-in module are fixed, so importers get another module.
registerHooks({
  resolve(specifier, context, next) {
    return /^(node:)?child_process$/.test(specifier) &&
        context.parentURL !== WATCHED
      ? { url: WATCHED, shortCircuit: true }
      : next(specifier, context);
  },
});
