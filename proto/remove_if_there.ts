/**
 * Removes a file that may be gone already.
 *
 * @module
 */

/** Removes a file or an empty folder; does nothing where there is none. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
