/**
 * Finds the inputs that a command line names: files, patterns, pipes, and
 * standard input.
 *
 * @module
 */

import { statIfThere } from "../../runtime/files/optional_file.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";

/**
 * The most bytes that the paths may have together, since each is an argument of
 * a process, and the right to read all of them is one argument, of which the
 * system takes 128 KiB.
 */
const MOST_BYTES = 100_000;

/**
 * Finds and checks the inputs, in the order given; the files of a pattern are
 * sorted.
 *
 * @returns Paths without links; "-" for standard input.
 * @throws {UsageError} If one cannot be read, a pattern matches nothing, or they
 * are too many.
 */
export async function findInputs(texts: readonly string[]): Promise<string[]> {
  const inputs: string[] = [];
  for (const text of texts) {
    if (text === "") {
      throw new UsageError(
        'Cannot read the input "": it has no name; name a file',
      );
    }
    for (const name of await expand(text)) inputs.push(await findInput(name));
  }
  if (inputs.filter((input) => input === "-").length > 1) {
    throw new UsageError(
      "Cannot read standard input twice: it gives its bytes only once",
    );
  }
  const bytes = new TextEncoder().encode(inputs.join()).length;
  if (inputs.length > 1 && bytes > MOST_BYTES) {
    throw new UsageError(
      `Cannot read ${inputs.length} inputs at once: their paths have ${bytes} bytes, and ${MOST_BYTES} are possible; put them into one by cat, as in \`cat FILES | ${
        commandFor("pipeline --input=-")
      }\``,
    );
  }
  return inputs;
}

/** What a pattern matches; a name that is there is no pattern. */
async function expand(text: string): Promise<string[]> {
  if (!/[*?[{]/.test(text)) return [text];
  const cannot = `Cannot read the input "${text}"`;
  if (await withPathErrors(cannot, () => statIfThere(userPath(text)))) {
    return [text];
  }
  const found: string[] = [];
  // Few runs have a pattern: the others start without it.
  const { glob } = await import("node:fs/promises");
  for await (const name of glob(text, { cwd: userPath(".") })) {
    // As the shell, which leaves folders to whoever reads.
    if (!(await statIfThere(userPath(name)))?.isDirectory) found.push(name);
  }
  if (found.length > 0) return found.sort();
  throw new UsageError(`${cannot}: no file matches it`);
}

/**
 * Finds one input.
 *
 * @throws {UsageError} If it cannot be read.
 */
export async function findInput(input: string): Promise<string> {
  const path = userPath(input);
  // It would be that of the stage that opens it.
  if (input === "-" || path === "/dev/stdin") return "-";
  const cannot = `Cannot read the input "${input}"`;
  return await withPathErrors(cannot, async () => {
    const { isDirectory, isFile } = await Deno.stat(path);
    if (isDirectory) throw new UsageError(`${cannot}: it is a folder`);
    // Opening a pipe would wait for its writer.
    if (!isFile) return path;
    (await Deno.open(path)).close();
    return await Deno.realPath(path);
  });
}
