/**
 * Which systemd is here, if any.
 *
 * @module
 */

/** Returns its version, such as 252; undefined where there is none. */
export async function systemdHere(): Promise<number | undefined> {
  try {
    const { stdout } = await new Deno.Command("systemctl", {
      args: ["--version"],
      stdin: "null",
      stderr: "null",
    }).output();
    const [, version] = /^systemd (\d+)/.exec(
      new TextDecoder().decode(stdout),
    ) ?? [];
    return version === undefined ? undefined : Number(version);
  } catch (error) {
    // No systemctl, or none that may be run.
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied
    ) return undefined;
    throw error;
  }
}
