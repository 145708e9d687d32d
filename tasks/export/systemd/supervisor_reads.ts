/**
 * What a supervisor reads that may be closed to its account: the files of
 * certificates, and env files. Other units have them read by systemd itself.
 *
 * @module
 */

import { dirname } from "node:path";
import { shellWord } from "../container/shell_word.ts";
import type { NotCarried } from "../target.ts";
import { userOf } from "./options.ts";
import type { UnitContext } from "./service_units.ts";

/** What is done about it. */
export interface SupervisorReads {
  /** Lines of sh that let its account in, to be run by root. */
  lines: string[];
  notCarried: NotCarried[];
}

/** Lets the account read what is the project's, and tells of all else. */
export function supervisorReads(
  { project, options, places }: UnitContext,
): SupervisorReads {
  const user = userOf(project, options);
  if (user === undefined || user === "root") {
    return { lines: [], notCarried: [] };
  }
  // With the dashboard, which shows the certificate of the supervisor.
  const specs = [...project.config.services.values()].flat();
  const certificates = specs.flatMap(({ tls, healthcheck }) => [
    ...Object.values(tls ?? {}),
    ...(healthcheck?.probe.kind === "grpc"
      ? Object.values(healthcheck.probe.tls ?? {})
      : []),
  ]);
  const envFiles = specs.flatMap(({ envFiles }) => envFiles);
  const there = (paths: readonly string[]) =>
    [...new Set(paths.map(places.of))].toSorted();
  const inside = `${options.root}/`;
  const isOwn = (path: string) => path.startsWith(inside);
  const files = there([...certificates, ...envFiles]).filter(isOwn);
  const foreign = (key: string, paths: readonly string[]) => {
    const others = there(paths).filter((path) => !isOwn(path));
    return others.length === 0 ? [] : [{
      service: undefined,
      key,
      why: `${
        others.join(", ")
      } is outside of the project, so nothing lets the account of the unit read it`,
      doInstead: `let ${user} read it`,
    }];
  };
  return {
    lines: linesFor(user, files, foldersOf(files, options.root), {
      byOwner: options.runAs !== undefined,
    }),
    notCarried: [
      ...foreign("tls", certificates),
      ...foreign("env_file", envFiles),
      ...(certificates.length === 0 ? [] : [{
        service: undefined,
        key: "tls",
        why:
          "files that `certificates` has renewed may be closed to the account of the unit",
        doInstead: "run install.sh again after that",
      }]),
    ],
  };
}

/** Changes only what is closed to others, and opens it to the account alone. */
function linesFor(
  user: string,
  files: readonly string[],
  folders: readonly string[],
  { byOwner }: { byOwner: boolean },
): string[] {
  if (files.length === 0) return [];
  const opened = (
    paths: readonly string[],
    closed: string,
    actions: readonly string[],
  ) =>
    `find -H ${paths.map(shellWord).join(" ")} -maxdepth 0 ! -perm -${closed}${
      actions.map((each) => ` -exec ${each} {} +`).join("")
    } || :`;
  return [
    "# What the supervisor reads and others may not.",
    `group=$(id -gn ${user})`,
    ...(folders.length === 0
      ? []
      : [opened(folders, "001", ['chgrp "$group"', "chmod g+x"])]),
    opened(
      files,
      "004",
      // Another's group may have more members.
      byOwner ? [`chown ${user}`] : ['chgrp "$group"', "chmod g+r"],
    ),
  ];
}

/** Returns the folders on the way to files, without the project's own. */
function foldersOf(files: readonly string[], root: string): string[] {
  const folders = new Set<string>();
  for (const file of files) {
    for (let at = dirname(file); at.length > root.length; at = dirname(at)) {
      folders.add(at);
    }
  }
  return [...folders].toSorted();
}
