/**
 * The flags of all commands that measure.
 *
 * @module
 */

import { toggle } from "../../runtime/program/flags.ts";

export const BENCH_FLAGS = {
  json: toggle("print JSON and nothing else"),
  quick: toggle("shorter runs: for a look, not for the record"),
  help: toggle("print this"),
};
