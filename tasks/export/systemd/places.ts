/**
 * Where things are on the machine that the units run on.
 *
 * @module
 */

import { extname, relative, resolve } from "node:path";
import type { Project } from "../project.ts";
import type { SystemdOptions } from "./options.ts";
import { specifier } from "./unit_text.ts";

/** Where the files of a project are, and what its units have besides. */
export interface Places {
  /** Returns where a file is. @param path Absolute. */
  of(path: string): string;
  /** Tells a file from a folder that may not be there yet. @param path There. */
  isFile(path: string): boolean;
  /** Puts the right places into a text that names some of this machine. */
  text(text: string): string;
  /** The folder for sockets and the token, gone after a reboot. */
  runtime: string;
  /** The folder below that of all, for the directives that make it. */
  ownName: string;
  /** The files with variables. */
  environment: string;
  /** Where Deno keeps modules; undefined: where it does for the user anyway. */
  denoDir: string | undefined;
  /** The program that asks for a health. */
  probe: string;
}

/** The folders that differ between the system's units and those of a user. */
export function placesOf(
  { config, name, services, writtenKinds }: Project,
  { root, user }: Pick<SystemdOptions, "root" | "user">,
): Places {
  const folder = config.folder.replace(/(.)\/$/, "$1");
  const runtime = `${specifier("t")}/${name}`;
  const sockets = new Map(
    [...services.values()].flat().flatMap(({ name, socket }) =>
      socket === undefined ? [] : [[socket, `${runtime}/${name}.sock`] as const]
    ),
  );
  const of = (path: string) => {
    const below = relative(folder, resolve(folder, path));
    if (below === "") return root;
    return below === ".." || below.startsWith("../")
      ? path
      : `${root === "/" ? "" : root}/${below}`;
  };
  const ownFolder = new RegExp(
    `(?<![\\w./-])${RegExp.escape(folder)}(?=/|$|[,:;\\s])`,
    "g",
  );
  const kinds = new Map(
    [...writtenKinds].map(([path, kind]) => [of(path), kind]),
  );
  return {
    of,
    isFile(path) {
      const kind = kinds.get(path);
      // What has an ending is taken for a file, but for folders as cron.d.
      return kind === undefined
        ? !["", ".d"].includes(extname(path))
        : kind === "file";
    },
    text(text) {
      let placed = text;
      // The longest first: one may begin as another does.
      for (
        const [here, there] of [...sockets]
          .toSorted(([one], [other]) => other.length - one.length)
      ) placed = placed.replaceAll(here, there);
      return root === folder ? placed : placed.replaceAll(ownFolder, root);
    },
    runtime,
    ownName: name,
    environment: `${specifier("E")}/${name}`,
    denoDir: user ? undefined : `${specifier("C")}/${name}/deno`,
    probe: `${
      user ? `${specifier("h")}/.local` : "/usr/local"
    }/lib/${name}/health_probe.ts`,
  };
}
