/**
 * The .proto files of the project.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";

/** Where the contracts are. */
export const PROTO = join(PROJECT, "proto");

/** The .proto files below a folder of {@linkcode PROTO}, as they are imported. */
export async function* contractPaths(below = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(join(PROTO, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) yield* contractPaths(path);
    else if (name.endsWith(".proto")) yield path;
  }
}
