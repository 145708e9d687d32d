/**
 * What the files of a checkpoint are called. Loads nothing: the command asks,
 * which reads none of them.
 *
 * @module
 */

/** The files of a store, the newest first. */
export const CHECKPOINT_FILES = [
  "checkpoint",
  "checkpoint.previous",
  "checkpoint.partial",
] as const;
