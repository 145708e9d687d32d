/**
 * The `package` command: makes the npm package.
 *
 * @module
 */

import { dirname, isAbsolute, join } from "node:path";
import { readFlags, text, toggle } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import { PROJECT, shortPath, userPath } from "../runtime/program/paths.ts";
import { packed } from "./generated/release.ts";
import { npmPackage, type PackedFile } from "./package/npm_package.ts";
import { printHelp } from "./terminal/help.ts";
import { quoteWord } from "../runtime/program/shell_words.ts";

/** The flags of the command. */
export const packageFlags = {
  output: text("DIR", "where to put it (default: dist/ of this project)"),
  json: toggle("print what was made as JSON"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong.
 * @throws {Failure} If a file cannot be packed.
 */
export async function makePackage(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, packageFlags);
  if (flags.help) {
    return printHelp(
      "package [flags]",
      "Makes the npm package: one file that npx can run anywhere.",
      packageFlags,
    );
  }
  const { version } = JSON.parse(
    await Deno.readTextFile(join(PROJECT, "deno.json")),
  );
  const folder = flags.output === undefined
    ? join(PROJECT, "dist")
    : userPath(flags.output);
  const path = join(folder, `denizen-${version}.tgz`);
  const bytes = await packedForNpm(await npmPackage());
  await Deno.mkdir(folder, { recursive: true });
  const partial = `${path}.${Deno.pid}.partial`;
  await Deno.writeFile(partial, bytes);
  await Deno.rename(partial, path);
  print(
    flags.json
      ? JSON.stringify({ path, version, bytes: bytes.length })
      : `Made ${shortPath(path)}, ${(bytes.length / 1_000_000).toFixed(1)} MB${
        hint(shortPath(path))
      }`,
  );
}

/** How to try it. npx takes a path for a package only if it begins so. */
function hint(path: string): string {
  return isAbsolute(path)
    ? ""
    : `; \`npx -y ${quoteWord(`./${path}`)} help\` tries it`;
}

/** npm wants all in a folder of this name. */
const ROOT = "package";

/** Packs the files, the same ones to the same bytes. */
async function packedForNpm(files: readonly PackedFile[]): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-package-" });
  try {
    for (const { path, bytes } of files) {
      const target = join(folder, ROOT, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      await Deno.writeFile(target, bytes);
    }
    return await packed(folder, files.map(({ path }) => `${ROOT}/${path}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
