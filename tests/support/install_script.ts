/**
 * Runs a script of sh that an export has written, with tools of systemd that only
 * say what they were asked.
 *
 * @module
 */

import { delimiter } from "node:path";
import type { Ended } from "./runs.ts";
import type { TempFolder } from "./temp_folder.ts";

/** The version that these tools call their own. */
const VERSION = 252;

/**
 * Runs a script to its end.
 *
 * @param folder Where the tools are put, in a folder of their own.
 * @param variables What it is told, besides where programs are.
 */
export async function runInstallScript(
  folder: TempFolder,
  script: string,
  variables: Record<string, string>,
): Promise<Ended> {
  const tools = folder.file("tools");
  await Deno.mkdir(tools, { recursive: true });
  await Deno.writeTextFile(
    `${tools}/systemctl`,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo "systemd ${VERSION} (${VERSION})"; else echo "systemctl $*"; fi\n`,
    { mode: 0o755 },
  );
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [script],
    clearEnv: true,
    env: {
      PATH: `${tools}${delimiter}${Deno.env.get("PATH") ?? "/usr/bin:/bin"}`,
      ...variables,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout).trimEnd(),
    stderr: decoder.decode(stderr).trimEnd(),
  };
}
