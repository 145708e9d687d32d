/**
 * What a watched service gets for node:child_process: the same module, but with
 * the functions that record_programs.ts has put in their places.
 *
 * @module
 */

import childProcess from "node:child_process";

export * from "node:child_process";
export default childProcess;
export const {
  exec,
  execFile,
  execFileSync,
  execSync,
  fork,
  spawn,
  spawnSync,
} = childProcess;
