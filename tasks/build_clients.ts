/**
 * The `build:clients` command: builds the calculator in Rust and C++.
 *
 * What can be built is built, also when something for the rest is missing.
 *
 * @module
 */

import { Failure } from "../runtime/program/errors.ts";
import { integer, readFlags, toggle } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const buildClientsFlags = {
  jobs: {
    ...integer("compilers at a time", navigator.hardwareConcurrency, {
      min: 1,
      max: 1_024,
    }),
    defaultText: "one for each processor",
  },
  help: toggle("print this"),
};

/** Something that a build needs, and who provides it. */
interface Requirement {
  /** A program that ends with code 0 where the thing is there. */
  check: readonly [string, ...string[]];
  /** The oldest minor version of 1 that will do, as the check prints it. */
  minMinor?: number;
  /** Debian's package; undefined for what Debian has not, or not new enough. */
  debianPackage?: string;
  /** How to get it without Debian. */
  otherwise?: string;
}

/** What is built: from which folder, with what, to which programs. */
interface Build {
  language: string;
  requirements: readonly Requirement[];
  commands(jobs: number): readonly (readonly [string, ...string[]])[];
  programs: readonly string[];
}

const RUST = "calculator/rust";
const CPP = "calculator/cpp";

const BUILDS: readonly Build[] = [
  {
    language: "Rust",
    requirements: [{
      check: ["cargo", "--version"],
      minMinor: 88,
      otherwise: "Rust 1.88 or newer, with rustup (see rustup.rs)",
    }],
    commands: (jobs) => [[
      "cargo",
      "build",
      "--release",
      `--manifest-path=${RUST}/Cargo.toml`,
      `--target-dir=${RUST}/target`,
      `--jobs=${jobs}`,
    ]],
    programs: [
      `${RUST}/target/release/calculator-client`,
      `${RUST}/target/release/calculator-server`,
    ],
  },
  {
    language: "C++",
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
      { check: ["protoc", "--version"], debianPackage: "protobuf-compiler" },
      // The plugin has no --version; at the end of its input it ends well.
      { check: ["grpc_cpp_plugin"], debianPackage: "protobuf-compiler-grpc" },
    ],
    commands: (jobs) => [
      ["cmake", "-S", CPP, "-B", `${CPP}/build`, "-DCMAKE_BUILD_TYPE=Release"],
      ["cmake", "--build", `${CPP}/build`, "--parallel", String(jobs)],
    ],
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
  const { flags } = readFlags(argv, buildClientsFlags);
  if (flags.help) {
    printHelp(
      "build:clients [flags]",
      "Builds the calculator's clients in Rust and C++, and its server in Rust.",
      buildClientsFlags,
    );
    return;
  }
  const problems: string[] = [];
  for (const build of BUILDS) {
    const problem = await run(build, flags.jobs);
    if (problem === undefined) log(`Built ${build.programs.join(", ")}`);
    else {problems.push(
        `Cannot build the ${build.language} calculator: ${problem}`,
      );}
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}

/** Builds one, and says why it could not. */
async function run(
  { language, requirements, commands }: Build,
  jobs: number,
): Promise<string | undefined> {
  const missing: Requirement[] = [];
  for (const requirement of requirements) {
    if (!await isMet(requirement)) missing.push(requirement);
  }
  if (missing.length > 0) return describeMissing(missing);
  log(`Building the ${language} calculator`);
  for (const command of commands(jobs)) {
    const [program, ...args] = command;
    const { code } = await new Deno.Command(program, {
      args,
      cwd: PROJECT,
      stdin: "null",
      // Progress of no interest; warnings and errors come on standard error.
      stdout: "null",
      stderr: "inherit",
    }).output();
    if (code !== 0) {
      return `"${command.join(" ")}" ended with code ${code}`;
    }
  }
}

/** Says what to install. */
export function describeMissing(missing: readonly Requirement[]): string {
  const packages = missing.flatMap(({ debianPackage }) => debianPackage ?? []);
  return [
    ...missing.flatMap(({ otherwise }) => otherwise ?? []).map((each) =>
      `install ${each}`
    ),
    ...(packages.length > 0
      ? [
        `install what is missing, on Debian and Ubuntu with: apt-get install -y ${
          packages.join(" ")
        }`,
      ]
      : []),
  ].join("; ");
}

/** True if a program is there, ends with code 0, and is new enough. */
async function isMet(
  { check: [program, ...args], minMinor = 0 }: Requirement,
): Promise<boolean> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
    }).output();
    const [, minor] = /\b1\.(\d+)\./.exec(new TextDecoder().decode(stdout)) ??
      [];
    return success && Number(minor ?? 0) >= minMinor;
  } catch (error) {
    // Whatever the reason, it cannot be run here.
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
