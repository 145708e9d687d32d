/**
 * The `permissions` command: what services may do, what they need, and whether
 * the two are the same.
 *
 * @module
 */

/**
 * Runs the command.
 *
 * @param argv Its arguments: `learn` or `check` with theirs, or flags.
 * @returns The exit code.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If services did not run well, or permissions do not fit.
 */
export async function permissions(argv: string[]): Promise<number | void> {
  const at = argv.findIndex((word) => word === "learn" || word === "check");
  const rest = argv.toSpliced(at, 1);
  // Only these two load what edits and runs a config.
  switch (argv[at]) {
    case "learn":
      return await (await import("./permissions/learn.ts")).learn(rest);
    case "check":
      return await (await import("./permissions/check.ts")).check(rest);
    default:
      return await (await import("./permissions/show.ts")).show(argv);
  }
}
