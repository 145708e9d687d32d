/**
 * The `build:clients` command: builds the calculator in Rust and C++.
 *
 * It builds what it can, even when something for the rest is missing.
 *
 * @module
 */

import { cargoBuild } from "./build/cargo.ts";
import type { Command } from "./build/requirements.ts";
import { type Build, buildFlags, runBuilds } from "./build/run_builds.ts";

/** The flags of the command. */
export const buildClientsFlags = buildFlags;

const COMMAND = "build:clients";
const CPP = "calculator/cpp";

/** Builds in `folder`, below the sources' own, with these settings. */
function cmake(
  folder: string,
  jobs: number,
  ...settings: string[]
): Command[] {
  return [
    ["cmake", "-S", CPP, "-B", folder, ...settings],
    ["cmake", "--build", folder, "--parallel", String(jobs)],
  ];
}

const BUILDS: readonly Build[] = [
  cargoBuild({
    name: "Rust calculator",
    command: COMMAND,
    folder: "calculator/rust",
    programs: ["calculator-client", "calculator-server"],
  }),
  {
    name: "C++ calculator",
    requirements: [
      { check: ["c++", "--version"], debianPackage: "g++" },
      { check: ["make", "--version"], debianPackage: "make" },
      { check: ["cmake", "--version"], debianPackage: "cmake" },
      { check: ["pkg-config", "--version"], debianPackage: "pkg-config" },
      {
        check: ["pkg-config", "--exists", "protobuf"],
        debianPackage: "libprotobuf-dev",
      },
      {
        check: ["pkg-config", "--exists", "grpc++"],
        debianPackage: "libgrpc++-dev",
      },
      {
        check: ["pkg-config", "--exists", "openssl"],
        debianPackage: "libssl-dev",
      },
      { check: ["protoc", "--version"], debianPackage: "protobuf-compiler" },
      // The plugin has no --version; at the end of its input it ends well.
      { check: ["grpc_cpp_plugin"], debianPackage: "protobuf-compiler-grpc" },
    ],
    commands: ({ jobs, checks }) =>
      cmake(
        `${CPP}/build`,
        jobs,
        "-DCMAKE_BUILD_TYPE=Release",
        `-DCMAKE_COMPILE_WARNING_AS_ERROR=${checks ? "ON" : "OFF"}`,
      ),
    // The tests run what this builds: calculator/cpp/build/sanitized/.
    checks: ({ jobs }) =>
      cmake(
        `${CPP}/build/sanitized`,
        jobs,
        "-DCMAKE_BUILD_TYPE=Debug",
        "-DSANITIZE=ON",
        "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON",
      ),
    programs: [`${CPP}/build/calculator-client`],
  },
];

/**
 * Runs the command.
 *
 * @param argv Its arguments.
 * @throws {UsageError} If they are wrong.
 * @throws {Failure} If something is missing, or does not build.
 */
export async function buildClients(argv: string[]): Promise<void> {
  await runBuilds(
    COMMAND,
    "Builds the calculator's clients in Rust and C++, and its server in Rust.",
    BUILDS,
    argv,
  );
}
