/**
 * What the targets that run containers have in common on the command line.
 *
 * @module
 */

import { readFlags } from "../../../runtime/program/flags.ts";
import { printHelp } from "../../terminal/help.ts";
import { EXPORT_FLAGS } from "../flags.ts";
import { runExport } from "../run_export.ts";
import type { Export } from "../target.ts";
import type { ImageSource } from "./image.ts";
import { imageSource } from "./image_source.ts";

/** A target that runs containers. */
export interface ContainerTarget {
  /** Its name on the command line. */
  target: string;
  /** What it writes, in one line. */
  summary: string;
  make: Export<ImageSource>;
}

/** Runs the export to such a target. */
export async function runContainerExport(
  { target, summary, make }: ContainerTarget,
  argv: string[],
): Promise<void> {
  const { flags } = readFlags(argv, EXPORT_FLAGS);
  if (flags.help) {
    return printHelp(`export ${target} [flags]`, summary, EXPORT_FLAGS);
  }
  await runExport(
    target,
    flags,
    (project) => make(project, imageSource(project, target, flags.output)),
  );
}
