/**
 * The `build:clients` command: builds the calculator in Rust and C++.
 *
 * It builds what it can, even when something for the rest is missing.
 *
 * @module
 */

import { Failure } from "../runtime/program/errors.ts";
import { integer, readFlags, toggle } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { PROJECT } from "../runtime/program/paths.ts";
import { makeCargoLock, updateCrates } from "./build/cargo_lock.ts";
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
  "update-crates": toggle(
    "take the newest crates that Cargo.toml allows, and list them in crates.txt",
  ),
  checks: toggle(
    "also what CI asks for: formats, lints, warnings as errors, sanitizers",
  ),
  help: toggle("print this"),
};

/** How it is built. */
interface Choices {
  /** Compilers at a time. */
  jobs: number;
  updateCrates: boolean;
  checks: boolean;
}

/** A program and its arguments. */
type Command = readonly [string, ...string[]];

/** Something that a build needs, and who provides it. */
interface Requirement {
  /** A program that ends with code 0 where the thing is there. */
  check: Command;
  /** The oldest minor version of 1 that will do, as the check prints it. */
  minMinor?: number;
  /** Debian's package; undefined for what Debian has not, or not new enough. */
  debianPackage?: string;
  /** How to get it without Debian. */
  otherwise?: string;
  /** True if only the checks need it. */
  forChecks?: boolean;
}

/** What is built: from which folder, with what, to which programs. */
interface Build {
  language: string;
  requirements: readonly Requirement[];
  /** What comes first. @throws {Failure} If it cannot be done. */
  prepare?(choices: Choices): Promise<void>;
  commands(choices: Choices): readonly Command[];
  /** Run after them, where they are asked for. */
  checks(choices: Choices): readonly Command[];
  programs: readonly string[];
}

const RUST = "calculator/rust";
const CPP = "calculator/cpp";

/** What all commands of cargo are told: build what the lock file says. */
const CARGO_FLAGS = [
  "--release",
  "--locked",
  `--manifest-path=${RUST}/Cargo.toml`,
  `--target-dir=${RUST}/target`,
];

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
  {
    language: "Rust",
    requirements: [{
      check: ["cargo", "--version"],
      minMinor: 88,
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
      if (update) await updateCrates(`${PROJECT}/${RUST}`);
      else await makeCargoLock(`${PROJECT}/${RUST}`);
    },
    commands: ({ jobs }) => [
      ["cargo", "build", ...CARGO_FLAGS, `--jobs=${jobs}`],
    ],
    checks: ({ jobs }) => [
      ["cargo", "fmt", "--check", `--manifest-path=${RUST}/Cargo.toml`],
      [
        "cargo",
        "clippy",
        ...CARGO_FLAGS,
        `--jobs=${jobs}`,
        "--all-targets",
        "--",
        "--deny=warnings",
      ],
      // The tests run what this builds.
      ["cargo", "test", ...CARGO_FLAGS, `--jobs=${jobs}`, "--lib", "--no-run"],
    ],
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
    const problem = await run(build, {
      ...flags,
      updateCrates: flags["update-crates"],
    });
    if (problem === undefined) log(`Built ${build.programs.join(", ")}`);
    else {problems.push(
        `Cannot build the ${build.language} calculator: ${problem}`,
      );}
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}

/** Builds one, and says why it could not. */
async function run(
  build: Build,
  choices: Choices,
): Promise<string | undefined> {
  const missing: Requirement[] = [];
  for (const requirement of build.requirements) {
    if (requirement.forChecks && !choices.checks) continue;
    if (!await isMet(requirement)) missing.push(requirement);
  }
  if (missing.length > 0) return describeMissing(missing);
  log(`Building the ${build.language} calculator`);
  try {
    await build.prepare?.(choices);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  const checks = choices.checks ? build.checks(choices) : [];
  for (const command of [...build.commands(choices), ...checks]) {
    const [program, ...args] = command;
    const { code } = await new Deno.Command(program, {
      args,
      cwd: PROJECT,
      stdin: "null",
      // Of cmake, progress of no interest; of cargo, what is not well formatted.
      stdout: program === "cargo" ? "inherit" : "null",
      stderr: "inherit",
    }).output();
    if (code !== 0) return `"${command.join(" ")}" ended with code ${code}`;
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
