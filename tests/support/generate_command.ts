/**
 * The `generate` command as a process of its own.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";

/** Prepares a process that runs the command, as a user in `folder` would. */
export function generateCommand(
  argv: string[],
  folder = Deno.cwd(),
): Deno.Command {
  const call = `import { generate } from ${
    JSON.stringify(join(PROJECT, "tasks/generate.ts"))
  };
    Deno.exit(await generate(${JSON.stringify(argv)}) ?? 0);`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", `--config=${join(PROJECT, "deno.json")}`, call],
    env: { INIT_CWD: folder },
    stdout: "piped",
    stderr: "piped",
  });
}
