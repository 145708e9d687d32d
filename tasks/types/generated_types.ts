/**
 * Generates the TypeScript types of contracts.
 *
 * The settings match those with which proto/contract.ts loads the contracts.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import { PROJECT } from "../../runtime/program/paths.ts";

const GENERATOR = [
  "run",
  "--quiet",
  "--allow-all",
  // Our own lock file has the versions of what it needs.
  `--config=${join(PROJECT, "deno.json")}`,
  "--cached-only",
  "npm:@grpc/proto-loader@0.8.1/proto-loader-gen-types",
  "--longs=Number",
  "--enums=String",
  "--defaults",
  "--oneofs",
  "--includeComments",
  "--grpcLib=@grpc/grpc-js",
  "--importFileExtension=.ts",
  "--includeDirs=.",
  "--outDir=types",
];

/**
 * How the file of a message, an enumeration or a service begins; that of a
 * package does not, and neither does one of the user's.
 */
export const GENERATED = "// Original file: ";

/** Options for {@linkcode generateTypes}. */
export interface GenerateOptions {
  /** Writes them as `deno fmt` does. @default {false} */
  formatted?: boolean;
}

/**
 * Generates the types of contracts: a file for each message, enumeration and
 * service, and nothing for a package as a whole, which only a client of
 * grpc-js's own would need.
 *
 * @param texts The contracts by the paths that they import each other by.
 * @returns Texts by their paths below the folder that is to hold them.
 * @throws {Failure} With the generator's own words if it fails.
 */
export async function generateTypes(
  texts: ReadonlyMap<string, string>,
  { formatted = false }: GenerateOptions = {},
): Promise<Map<string, string>> {
  // Copied, so that no path of the machine gets into a file.
  const folder = await Deno.makeTempDir({ prefix: "denizen-types-" });
  try {
    for (const [path, text] of texts) {
      await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    await deno([...GENERATOR, ...[...texts.keys()].sort()], folder);
    if (formatted) {
      await deno(["fmt", "--quiet", "--no-config", "types"], folder);
    }
    const files = await Array.fromAsync(filesBelow(join(folder, "types")));
    return new Map(files.filter(([, text]) => text.startsWith(GENERATED)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function deno(args: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  throw new Failure(`Cannot generate types: ${said}`);
}

/** The files below a folder: their paths and texts. */
export async function* filesBelow(
  folder: string,
  below = "",
): AsyncGenerator<[string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) yield* filesBelow(folder, path);
    else yield [path, await Deno.readTextFile(join(folder, path))];
  }
}
