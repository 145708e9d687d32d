/**
 * What `export` does with every target: reads the config, has the target make its
 * files, writes or prints them, and tells what could not be carried over.
 *
 * @module
 */

import { join } from "node:path";
import { quantity } from "../../runtime/program/numbers.ts";
import { log, print } from "../../runtime/program/log.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { columnsOf } from "../terminal/columns.ts";
import type { CommonFlags } from "./flags.ts";
import {
  NOT_CARRIED_PAGE,
  notCarriedLines,
  notCarriedPage,
} from "./not_carried.ts";
import { type Project, readProject } from "./project.ts";
import type { Exported, ExportedFile } from "./target.ts";
import { writeFiles } from "./write_files.ts";

/** What stands for standard output in `--output`. */
const PRINTED = "-";

/**
 * Exports a config.
 *
 * @param target What it is called, as on the command line.
 * @param flags What all targets take.
 * @param make Has the target make its files.
 * @throws {UsageError} If the config is wrong.
 * @throws {Failure} If something cannot be written.
 */
export async function runExport(
  target: string,
  flags: CommonFlags,
  make: (project: Project) => Exported,
): Promise<void> {
  const project = await readProject(flags.config);
  const { files, notCarried, next } = sorted(target, make(project));
  const isPrinted = flags.output === PRINTED;
  const output = userPath(flags.output ?? join("export", target));
  const done = isPrinted ? undefined : await writeFiles(output, files, {
    force: flags.force,
    source: { target, config: project.config.path },
  });
  if (flags.json) {
    const document = {
      target,
      output: isPrinted ? null : output,
      files: files.map(({ path, mode = FILE_MODE, content }) => ({
        path,
        mode: modeText(mode),
        content,
      })),
      notCarried: notCarried.map(({ service = null, ...rest }) => ({
        service,
        ...rest,
      })),
    };
    print(JSON.stringify(document, undefined, 2));
  } else if (isPrinted) {
    print(files.map(printed).join("\n"));
  }
  const columns = columnsOf(Deno.stderr);
  for (const line of notCarriedLines(target, notCarried, columns)) log(line);
  if (done?.damaged !== undefined) {
    log(
      `"${
        shortPath(done.damaged)
      }" was damaged, so nothing of an earlier export was removed`,
    );
  }
  if (done === undefined || flags.json) return;
  const removed = done.removed.length === 0
    ? ""
    : `, ${done.removed.length} of an earlier export removed`;
  print(
    [
      `Exported ${quantity(files.length, "file")} to "${
        shortPath(output)
      }"${removed}`,
      ...next.map((line) => `  ${line}`),
    ].join("\n"),
  );
}

const FILE_MODE = 0o644;

/** Adds the page of what is missing, and puts all in the order of their paths. */
function sorted(
  target: string,
  { files, notCarried, next }: Exported,
): Exported {
  const page = {
    path: NOT_CARRIED_PAGE,
    content: notCarriedPage(target, notCarried),
  };
  return {
    files: [...files, page]
      .toSorted(({ path: one }, { path: other }) => one < other ? -1 : 1),
    notCarried,
    next,
  };
}

/** A file as `--output=-` shows it. */
function printed({ path, mode = FILE_MODE, content }: ExportedFile): string {
  return `# ---- ${path} (${modeText(mode)})\n${content}`;
}

function modeText(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
