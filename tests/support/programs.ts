/**
 * Programs of the machine that a test may need.
 *
 * @module
 */

/** True when a program is there and ends well. */
export function endsWell(program: string, args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Makes a named pipe.
 *
 * @throws {Error} If it cannot be made.
 */
export function makePipe(path: string): string {
  if (endsWell("mkfifo", [path])) return path;
  throw new Error(`Cannot make a named pipe at "${path}"`);
}
