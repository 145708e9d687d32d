/**
 * Writes files so that they outlive a power cut.
 *
 * @module
 */

/** Writes a file and waits until it is on the disk. */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  { mode }: { mode?: number } = {},
): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    create: true,
    truncate: true,
    ...(mode === undefined ? {} : { mode }),
  });
  for (let at = 0; at < bytes.length;) {
    at += await file.write(bytes.subarray(at));
  }
  await file.sync();
}

/** A rename is only safe from a power cut once its folder is flushed. */
export async function flushFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using file = await Deno.open(folder);
  await file.sync();
}
