/**
 * What a target of `export` is: something that a config can be handed over to.
 *
 * A target makes texts and reads nothing: the same project and the same options
 * give the same bytes. export.ts reads the project and writes the files.
 *
 * @module
 */

import type { Project } from "./project.ts";

/** One file to be written. */
export interface ExportedFile {
  /** Below the output folder, with `/` between its parts. */
  path: string;
  /** Its permission bits: 0o600 where nobody else may read it. @default {0o644} */
  mode?: number;
  content: string;
}

/** Something that a config says and a target cannot do. */
export interface NotCarried {
  /** The service of which it is true; undefined: the whole config. */
  service: string | undefined;
  /** The key of config.yaml, as in `healthcheck.busy`. */
  key: string;
  /** Why it cannot be carried over: a sentence without its full stop. */
  why: string;
  /** What the user does instead: another one. */
  doInstead: string;
}

/** What a target makes of a project. */
export interface Exported {
  files: readonly ExportedFile[];
  notCarried: readonly NotCarried[];
  /** What to do with the files, for a person: a few lines. */
  next: readonly string[];
}

/** Makes the files of a target; pure. */
export type Export<Options> = (project: Project, options: Options) => Exported;
