/**
 * What a build needs of the machine, and how to get what is missing.
 *
 * @module
 */

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** Something that a build needs, and who provides it. */
export interface Requirement {
  /** A program that ends with code 0 where the thing is there. */
  check: Command;
  /** The oldest version that will do: the first one that the check prints. */
  oldest?: readonly [major: number, minor: number];
  /** Debian's package; undefined for what Debian has not, or not new enough. */
  debianPackage?: string;
  /** How to get it without Debian. */
  otherwise?: string;
  /** True if only the checks need it. */
  forChecks?: boolean;
}

/**
 * Returns what is missing.
 *
 * @param withChecks False where what only they need may be missing.
 */
export async function unmet(
  requirements: readonly Requirement[],
  withChecks: boolean,
): Promise<Requirement[]> {
  const missing: Requirement[] = [];
  for (const requirement of requirements) {
    if (requirement.forChecks && !withChecks) continue;
    if (!await isMet(requirement)) missing.push(requirement);
  }
  return missing;
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
  { check: [program, ...args], oldest }: Requirement,
): Promise<boolean> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
    }).output();
    return success && isNewEnough(new TextDecoder().decode(stdout), oldest);
  } catch (error) {
    // Whatever the reason, it cannot be run here.
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/** True if the first version in a text is not older. */
export function isNewEnough(
  printed: string,
  oldest: Requirement["oldest"],
): boolean {
  if (!oldest) return true;
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(printed)?.map(Number) ??
    [];
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
