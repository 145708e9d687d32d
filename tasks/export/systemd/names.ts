/**
 * What the units are called. No service can be called as one of those that a
 * project has besides: its name has no dot.
 *
 * @module
 */

/** The target that stands for all. */
export function targetName(project: string, profile?: string): string {
  return profile === undefined
    ? `${project}.target`
    : `${project}.${profile}.target`;
}

/** The service of a process, or its timer. */
export function unitName(
  project: string,
  process: string,
  type: "service" | "timer" = "service",
): string {
  return `${project}-${process}.${type}`;
}

/** What ends once a process is healthy. */
export function healthyName(project: string, process: string): string {
  return `${project}-${process}.healthy.service`;
}

/** What makes the token. */
export function tokenName(project: string): string {
  return `${project}.token.service`;
}

/** What fetches the modules of the scripts. */
export function modulesName(project: string): string {
  return `${project}.modules.service`;
}
