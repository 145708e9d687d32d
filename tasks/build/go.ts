/**
 * Builds programs of a module of Go, from exactly the modules that its go.sum
 * names.
 *
 * @module
 */

import type { Build } from "./run_builds.ts";

/** Options for {@linkcode goBuild}. */
export interface GoBuildOptions {
  /** What is built, as in "aggregate stage in Go". */
  name: string;
  /** The module's folder, from the project's. */
  folder: string;
  /** The contract whose types `generate` makes: from the module, and in there. */
  contract: readonly [root: string, file: string];
  /** What it makes, each from a folder of that name. */
  programs: readonly string[];
}

/** Describes the build of a module. */
export function goBuild(
  { name, folder, contract, programs }: GoBuildOptions,
): Build {
  const go = (...args: string[]) => ["go", `-C=${folder}`, ...args] as const;
  return {
    name,
    requirements: [{
      check: ["go", "version"],
      oldest: [1, 24],
      otherwise: "Go 1.24 or newer (see go.dev/doc/install)",
    }],
    commands: ({ jobs }) => [
      go("run", "-mod=readonly", "./generate", ...contract),
      go(
        "build",
        "-mod=readonly",
        "-trimpath",
        `-p=${jobs}`,
        "-o=bin/",
        ...programs.map((program) => `./${program}`),
      ),
    ],
    checks: ({ jobs }) => [
      // It lists what is not formatted, and ends well all the same.
      ["sh", "-c", `! gofmt -l ${folder}/*/*.go | grep .`],
      go("vet", `-p=${jobs}`, "./..."),
    ],
    programs: programs.map((program) => `${folder}/bin/${program}`),
  };
}
