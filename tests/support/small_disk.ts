/**
 * A disk that is soon full.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

/** A file system of its own. */
export interface SmallDisk extends AsyncDisposable {
  path: string;
  /** Makes it large: 64 MiB. */
  grow(): Promise<void>;
}

/** Mounts a file system of 64 KiB; where that cannot be, says so: undefined. */
export async function smallDisk(
  path: string,
): Promise<SmallDisk | undefined> {
  await Deno.mkdir(path);
  const mounted = await command("mount", [
    "-t",
    "tmpfs",
    "-o",
    "size=64k",
    "tmpfs",
    path,
  ]);
  if (mounted) {
    // deno-lint-ignore no-console -- nothing is skipped silently
    console.log(`skipped: cannot mount a small file system: ${mounted}`);
    return undefined;
  }
  return {
    path,
    async grow() {
      const resized = ["-o", "remount,size=64m", path];
      assertEquals(await command("mount", resized), "");
    },
    async [Symbol.asyncDispose]() {
      assertEquals(await command("umount", ["-l", path]), "");
    },
  };
}

/** Runs a program; returns why it has failed, nothing where it has not. */
async function command(program: string, args: string[]): Promise<string> {
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  return success ? "" : new TextDecoder().decode(stderr).trim();
}
