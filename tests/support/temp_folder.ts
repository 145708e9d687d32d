/**
 * Folders for tests, each of which is gone at the end of its block.
 *
 * @module
 */

/** A folder of one test. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string;
  /** A path in the folder. */
  file(name: string): string;
  /** The names in it, sorted. */
  names(): Promise<string[]>;
}

/** Makes an empty folder. */
export async function tempFolder(): Promise<TempFolder> {
  const path = await Deno.makeTempDir({ prefix: "denizen-test-" });
  return {
    path,
    file: (name) => `${path}/${name}`,
    async names() {
      const entries = await Array.fromAsync(Deno.readDir(path));
      return entries.map(({ name }) => name).sort();
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
