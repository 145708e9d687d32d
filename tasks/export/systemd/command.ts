/**
 * `export systemd`: units for each service.
 *
 * @module
 */

import { isAbsolute, normalize } from "node:path";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  type Flag,
  integer,
  readFlags,
  toggle,
} from "../../../runtime/program/flags.ts";
import { printHelp } from "../../terminal/help.ts";
import { EXPORT_FLAGS } from "../flags.ts";
import { runExport } from "../run_export.ts";
import { systemdHere } from "./installed_version.ts";
import { GROWING_WAITS, OLDEST } from "./options.ts";
import { exportSupervisor } from "./supervisor_unit.ts";
import { exportUnits } from "./systemd.ts";

/** The flags of the command. */
export const systemdFlags = {
  ...EXPORT_FLAGS,
  root: absolute(
    "DIR",
    "/opt/app",
    "where the config's folder is on the machine that runs the units (not given: where it is here)",
  ),
  deno: absolute(
    "PATH",
    "/usr/bin/deno",
    "Deno on that machine (not given: the one that runs this)",
  ),
  denizen: absolute(
    "DIR",
    "/opt/denizen",
    "with --supervisor: Denizen's folder on that machine (not given: where it is here)",
  ),
  user: toggle("units for a user, and not for the system"),
  supervisor: toggle(
    "one unit that starts the supervisor, and not one for each service",
  ),
  "run-as": userName(
    "whom the processes belong to (not given: a user of their own, made at installation)",
  ),
  name: projectName(
    "what the units are called, after denizen- (not given: the config's folder)",
  ),
  systemd: integer(
    `the oldest systemd that is to read them: waits between restarts grow from ${GROWING_WAITS} on (not given: the one that is here)`,
    undefined,
    { min: OLDEST, max: 999 },
  ),
};

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If something cannot be written.
 */
export async function exportSystemd(argv: string[]): Promise<void> {
  const { flags } = readFlags(argv, systemdFlags);
  if (flags.help) {
    return printHelp(
      "export systemd [flags]",
      "Writes a unit for each service, a target for all, and what they need.",
      systemdFlags,
    );
  }
  if (flags.user && flags["run-as"] !== undefined) {
    throw new UsageError(
      "Cannot use --run-as with --user: the units of a user run as that user",
    );
  }
  if (flags.denizen !== undefined && !flags.supervisor) {
    throw new UsageError(
      "Cannot use --denizen without --supervisor: other units need no Denizen",
    );
  }
  const version = flags.systemd ?? await systemdHere() ?? GROWING_WAITS;
  await runExport("systemd", flags, (found) => {
    const project = {
      ...found,
      name: withPrefix(flags.name ?? found.name),
    };
    const root = flags.root ?? project.config.folder;
    if (root === "/") {
      throw new UsageError(
        "Cannot have the project in /: it would own all that is there; name a folder of its own by --root",
      );
    }
    const options = {
      root,
      deno: flags.deno ?? Deno.execPath(),
      denizen: flags.denizen,
      variables: Deno.env.toObject(),
      user: flags.user,
      runAs: flags["run-as"],
      version,
    };
    return flags.supervisor
      ? exportSupervisor(project, options)
      : exportUnits(project, options);
  });
}

/** A path that is used on another machine. */
function absolute(
  placeholder: string,
  example: string,
  help: string,
): Flag<string | undefined> {
  return {
    placeholder,
    help,
    fallback: undefined,
    read(text) {
      if (isAbsolute(text)) return normalize(text).replace(/(.)\/+$/, "$1");
      throw new UsageError(
        `expected an absolute path on the machine that runs the units, such as ${example}`,
      );
    },
  };
}

/** No unit, account or folder of the system is called so. */
function withPrefix(name: string): string {
  return /^denizen(-|$)/.test(name) ? name : `denizen-${name}`;
}

function projectName(help: string): Flag<string | undefined> {
  return {
    placeholder: "NAME",
    help,
    fallback: undefined,
    read(text) {
      if (/^[a-z][a-z0-9-]{0,47}$/.test(text)) return text;
      throw new UsageError(
        "expected small letters, digits and dashes, such as my-shop",
      );
    },
  };
}

function userName(help: string): Flag<string | undefined> {
  return {
    placeholder: "USER",
    help,
    fallback: undefined,
    read(text) {
      if (/^[a-z_][a-z0-9_-]{0,30}$/i.test(text)) return text;
      throw new UsageError("expected the name of a user, such as www-data");
    },
  };
}
