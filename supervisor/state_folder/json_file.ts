/**
 * Reads a file of the state folder that we have written, and that may have been
 * torn, emptied or replaced since.
 *
 * @module
 */

import type * as z from "zod";
import { ifThere } from "../../runtime/files/optional_file.ts";

/** What a file holds. */
export type JsonFile<T> =
  | { status: "read"; value: T }
  | { status: "missing" }
  /** It is no JSON, or not of the shape that we write. */
  | { status: "damaged" };

/** Reads a file of this shape. @throws What else the system says of the path. */
export async function readJson<T>(
  path: string,
  shape: z.ZodType<T>,
): Promise<JsonFile<T>> {
  const text = await ifThere(Deno.readTextFile(path));
  if (text === undefined) return { status: "missing" };
  try {
    const { success, data } = shape.safeParse(JSON.parse(text));
    return success ? { status: "read", value: data } : { status: "damaged" };
  } catch (error) {
    if (error instanceof SyntaxError) return { status: "damaged" };
    throw error;
  }
}
