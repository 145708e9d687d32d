/**
 * Builds a package of Rust from the crates that were tested.
 *
 * @module
 */

import { PROJECT } from "../../runtime/program/paths.ts";
import { makeCargoLock, updateCrates } from "./cargo_lock.ts";
import type { Build } from "./run_builds.ts";

/** Options for {@linkcode cargoBuild}. */
export interface CargoBuildOptions {
  /** What is built, as in "Rust calculator". */
  name: string;
  /** The command that builds it. */
  command: string;
  /** The package's folder, with its crates.txt; from the project's. */
  folder: string;
  /** What it makes, as cargo calls it. */
  programs: readonly string[];
}

/** Describes the build of a package. */
export function cargoBuild(
  { name, command, folder, programs }: CargoBuildOptions,
): Build {
  const path = `${PROJECT}/${folder}`;
  // What all commands of cargo are told: build what the lock file says.
  const flags = [
    "--release",
    "--locked",
    `--manifest-path=${folder}/Cargo.toml`,
    `--target-dir=${folder}/target`,
  ];
  return {
    name,
    requirements: [{
      check: ["cargo", "--version"],
      oldest: [1, 88],
      otherwise: "Rust 1.88 or newer, with rustup (see rustup.rs)",
    }, {
      check: ["cargo", "fmt", "--version"],
      otherwise: "rustfmt, with: rustup component add rustfmt",
      forChecks: true,
    }, {
      check: ["cargo", "clippy", "--version"],
      otherwise: "clippy, with: rustup component add clippy",
      forChecks: true,
    }],
    async prepare({ updateCrates: update }) {
      if (update) await updateCrates(path, command);
      else await makeCargoLock(path, command);
    },
    commands: ({ jobs }) => [["cargo", "build", ...flags, `--jobs=${jobs}`]],
    checks: ({ jobs }) => [
      ["cargo", "fmt", "--check", `--manifest-path=${folder}/Cargo.toml`],
      [
        "cargo",
        "clippy",
        ...flags,
        `--jobs=${jobs}`,
        "--all-targets",
        "--",
        "--deny=warnings",
      ],
      ["cargo", "test", ...flags, `--jobs=${jobs}`, "--lib", "--quiet"],
    ],
    programs: programs.map((program) => `${folder}/target/release/${program}`),
  };
}
