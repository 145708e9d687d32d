/**
 * Tells whether the running Deno has the defect that the GOAWAY shield is for.
 *
 * @module
 */

/** The first release that can abort a gRPC server (denoland/deno#36788). */
const FIRST_AFFECTED = [2, 9, 4] as const;

/**
 * True when a client that closes its channel can abort a server process that
 * runs on this version of Deno.
 *
 * No later release is known to be free of it, so all of them count.
 *
 * @param version As in `Deno.version.deno`, for example "2.9.3".
 */
export function abortsOnGoaway(version: string): boolean {
  const parts = version.split(/[.+-]/).map(Number);
  for (const [place, first] of FIRST_AFFECTED.entries()) {
    const part = parts[place] ?? 0;
    if (part !== first) return part > first;
  }
  return true;
}
