/**
 * Stands in for `jsr:@std/cli` where JSR cannot be reached (`links` in
 * deno.json). Of its tools it has the argument parser alone.
 *
 * @module
 */

export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
