/**
 * Builds a program in Python: an environment of its own with the packages that
 * were tested, and the types of the contracts.
 *
 * @module
 */

import type { Build } from "./run_builds.ts";

/** Options for {@linkcode pythonBuild}. */
export interface PythonBuildOptions {
  /** What is built, as in "rules stage in Python". */
  name: string;
  /** The program's folder, with its requirements; from the project's. */
  folder: string;
  /** The contracts that it speaks, as files in `proto`. */
  contracts: readonly [string, ...string[]];
}

/** Describes the build of a program. */
export function pythonBuild(
  { name, folder, contracts }: PythonBuildOptions,
): Build {
  const python = `${folder}/.venv/bin/python`;
  const generated = `${folder}/generated`;
  const install = (...files: string[]) =>
    [
      python,
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      // The files list all there is, so that no version floats.
      "--no-deps",
      ...files.map((file) => `--requirement=${folder}/${file}`),
    ] as const;
  return {
    name,
    requirements: [{
      check: ["python3", "--version"],
      oldest: [3, 11],
      otherwise: "Python 3.11 or newer",
    }, {
      check: ["python3", "-c", "import ensurepip, venv"],
      debianPackage: "python3-venv",
    }],
    commands: () => [
      ["python3", "-m", "venv", `${folder}/.venv`],
      install("requirements.txt", "requirements-build.txt"),
      ["mkdir", "-p", generated],
      [
        python,
        "-m",
        "grpc_tools.protoc",
        "--proto_path=proto",
        `--python_out=${generated}`,
        ...contracts,
      ],
    ],
    checks: () => [
      install("requirements-checks.txt"),
      [python, "-m", "ruff", "format", "--check", "--quiet", folder],
      [python, "-m", "ruff", "check", "--quiet", folder],
    ],
    programs: [python],
  };
}
