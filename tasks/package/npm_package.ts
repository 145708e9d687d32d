/**
 * What the npm package holds.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../runtime/program/paths.ts";
import {
  type DenoConfig,
  packagedConfig,
  packagedLock,
} from "./deno_config.ts";
import { packagedFiles } from "./files.ts";
import { digestOf } from "./npm/digest.mjs";
import { shippedWithoutVariants, withoutVariants } from "./packaged_stages.ts";
import { storedName } from "./npm/stored_name.mjs";

/** A file of the package. */
export interface PackedFile {
  path: string;
  bytes: Uint8Array;
}

/** The Deno that the program is tested with. */
const DENO_VERSION = "2.9.3";

/** What starts the program; below bin/ in the package. */
const STARTER = "tasks/package/npm";

/** For npm and its readers. */
const FOR_NPM = ["LICENSE", "README.md"];

/** How the engine is set for some commands, as in the tasks of deno.json. */
export const V8_FLAGS = { supervise: ["--v8-flags=--max-semi-space-size=1"] };

/**
 * Returns the files of the npm package, by what deno.json says of the program.
 *
 * @throws {Deno.errors.NotFound} If a file of the program is missing.
 */
export async function npmPackage(): Promise<PackedFile[]> {
  const config = packagedConfig(JSON.parse(await read("deno.json")));
  const lock = packagedLock(JSON.parse(await read("deno.lock")), config);
  const program = await Promise.all((await packagedFiles()).map(
    async (path) => ({ path, bytes: await contentOf(path, { config, lock }) }),
  ));
  const starter = await Promise.all(
    program.filter(({ path }) => path.startsWith(`${STARTER}/`))
      .map(({ path, bytes }) => ({
        path: `bin/${path.slice(STARTER.length + 1)}`,
        bytes,
      })),
  );
  const documents = program.filter(({ path }) => FOR_NPM.includes(path));
  return [
    json("package.json", packageJson(config)),
    json("program.json", {
      version: config["version"],
      digest: digestOf(program),
      v8Flags: V8_FLAGS,
      files: program.map(({ path }) => path),
    }),
    ...documents,
    ...starter,
    ...program.map(({ path, bytes }) => ({
      path: `program/${storedName(path)}`,
      bytes,
    })),
  ];
}

function packageJson({ name, version, license }: DenoConfig) {
  return {
    name,
    version,
    description:
      "A local-first runtime for services that are plain TypeScript scripts",
    license,
    type: "module",
    bin: { denizen: "bin/denizen.mjs" },
    engines: { node: ">=18" },
    dependencies: { deno: DENO_VERSION },
  };
}

async function contentOf(
  path: string,
  { config, lock }: Record<"config" | "lock", unknown>,
): Promise<Uint8Array> {
  switch (path) {
    case "deno.json":
      return json(path, config).bytes;
    case "deno.lock":
      return json(path, lock).bytes;
    case "stages/stages.yaml":
      return new TextEncoder().encode(withoutVariants(await read(path)));
    case "orchestrator/shipped_stages.json":
      return json(path, shippedWithoutVariants(JSON.parse(await read(path))))
        .bytes;
    default:
      return await Deno.readFile(join(PROJECT, path));
  }
}

function json(path: string, value: unknown): PackedFile {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  return { path, bytes: new TextEncoder().encode(text) };
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(join(PROJECT, path));
}
