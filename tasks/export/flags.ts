/**
 * The flags that the targets of `export` have in common.
 *
 * @module
 */

import {
  type Flag,
  type Flags,
  text,
  toggle,
} from "../../runtime/program/flags.ts";
import { exportedConfig } from "../control/flags.ts";

/** Flags of every target. */
export const EXPORT_FLAGS = {
  config: exportedConfig,
  output: text(
    "DIR",
    "where the files go (not given: export/ and the target's name); - prints them",
  ),
  force: toggle("overwrite files that somebody else wrote or changed"),
  json: toggle("print JSON: {target, output, files, notCarried}"),
  help: toggle("print this"),
};

/** What these flags say. */
export type CommonFlags = Flags<typeof EXPORT_FLAGS>;

/** Any list of flags. */
export type FlagList = Record<string, Flag<unknown>>;
