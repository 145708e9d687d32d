/**
 * The `install-shim` command: puts a `denizen` on the user's path that runs
 * this checkout.
 *
 * @module
 */

import { join } from "node:path";
import { commandFor } from "../runtime/program/command_name.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { readFlags, text, toggle } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { PROJECT, shortPath, userPath } from "../runtime/program/paths.ts";
import { withPathErrors } from "../runtime/program/system_error.ts";
import { fetchPackages } from "./library/fetch_packages.ts";
import { PROGRAMS } from "./package/npm/kept_packages.mjs";
import { V8_FLAGS } from "./package/npm_package.ts";
import { isOnPath, removeShim, shimText, writeShim } from "./package/shim.ts";
import { printHelp } from "./terminal/help.ts";
import { quoteWord } from "../runtime/program/shell_words.ts";
import { whileShown } from "./terminal/status_line.ts";

/** The flags of the command. */
export const installShimFlags = {
  root: text("DIR", "put it into bin/ of this folder (default: ~/.local)"),
  remove: toggle("remove it again"),
  help: toggle("print this"),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If a flag is wrong, or there is no home to put it into.
 * @throws {Failure} If somebody else's `denizen` is there, or packages cannot
 * be fetched.
 */
export async function installShim(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, installShimFlags);
  if (flags.help) {
    return printHelp(
      "install-shim [flags]",
      "Puts a `denizen` on your path that runs this checkout, in any folder.",
      installShimFlags,
    );
  }
  if (Deno.build.os === "windows") {
    throw new UsageError(
      `Cannot install a checkout on Windows: the shim is written for a shell of Unix; make the npm package by \`${
        commandFor("package")
      }\``,
    );
  }
  const folder = binFolder(flags.root);
  const path = join(folder, "denizen");
  if (flags.remove) {
    const isRemoved = await removeShim(path);
    return print(
      isRemoved
        ? `Removed ${shortPath(path)}`
        : `There is no ${shortPath(path)}`,
    );
  }
  const onPath = isOnPath(folder, Deno.env.get("PATH") ?? "");
  const target = { deno: Deno.execPath(), project: PROJECT, v8Flags: V8_FLAGS };
  const command = onPath ? "denizen" : quoteWord(path);
  await withPathErrors(
    `Cannot write "${shortPath(path)}"`,
    () => writeShim(path, shimText(target, command)),
  );
  await whileShown(
    "Fetching packages",
    fetchPackages(PROGRAMS.map((program) => join(PROJECT, program))),
  );
  print(`Made ${path}: it runs this checkout; \`${command} help\` tries it`);
  if (!onPath) {
    log(
      `${folder} is not on your PATH: put it there, and run this again, to call it \`denizen\``,
    );
  }
}

function binFolder(root: string | undefined): string {
  if (root !== undefined) return join(userPath(root), "bin");
  const home = Deno.env.get("HOME");
  if (home) return join(home, ".local", "bin");
  throw new UsageError(
    "Cannot tell where your programs are: HOME is not set; name a folder with --root=DIR",
  );
}
