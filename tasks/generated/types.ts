/**
 * Writes the TypeScript types of every contract to a folder.
 *
 * Run `deno task types` after a .proto has changed: it writes to proto/types/,
 * and what is new to docs/interfaces.json.
 * A test writes to another folder and compares. The settings match those with
 * which proto/contract.ts loads the contracts.
 *
 * @module
 */

import HEALTH_PROTO from "grpc-health-check/proto/health/v1/health.proto" with {
  type: "text",
};
import { dirname, join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { contractPaths, PROTO } from "./contract_paths.ts";
import { recordInterfaces } from "./interfaces.ts";

const GENERATOR = [
  "run",
  "--allow-all",
  "npm:@grpc/proto-loader@0.8.1/proto-loader-gen-types",
  "--longs=Number",
  "--enums=String",
  "--defaults",
  "--oneofs",
  "--includeComments",
  "--grpcLib=@grpc/grpc-js",
  "--importFileExtension=.ts",
  "--includeDirs=.",
];

/**
 * Generates the types of all contracts in proto/ and of the health contract.
 *
 * @param outDir Where to write; emptied first.
 * @throws {Error} With the generator's own words if it fails.
 */
export async function generateTypes(outDir: string): Promise<void> {
  await ifThere(Deno.remove(outDir, { recursive: true }));
  const sources = await Deno.makeTempDir({ prefix: "denizen-types-" });
  try {
    const contracts = await copyContracts(sources);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...GENERATOR, `--outDir=${outDir}`, ...contracts],
      cwd: sources,
    }).output();
    if (!success) {
      throw new Error(
        `Cannot generate types: ${new TextDecoder().decode(stderr)}`,
      );
    }
  } finally {
    await Deno.remove(sources, { recursive: true });
  }
}

/** Copies the contracts to `folder`, so that no path of ours gets into a file. */
async function copyContracts(folder: string): Promise<string[]> {
  const contracts = ["grpc/health/v1/health.proto"];
  await Deno.mkdir(`${folder}/grpc/health/v1`, { recursive: true });
  await Deno.writeTextFile(`${folder}/${contracts[0]}`, HEALTH_PROTO);
  for await (const path of contractPaths()) {
    const text = await Deno.readTextFile(join(PROTO, path));
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
    contracts.push(path);
  }
  return contracts.sort();
}

if (import.meta.main) {
  await generateTypes(join(PROTO, "types"));
  await recordInterfaces();
}
