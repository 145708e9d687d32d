/**
 * Single values that every file has which says what to run: texts, sizes, what
 * a permission grants.
 *
 * @module
 */

import * as z from "zod";
import { parseSize } from "../program/units.ts";

const SIZE = "expected a size such as 10MiB or 10m";

/** A number of bytes, in docker compose's units or the unmistakable ones. */
export const size = z.union([z.string(), z.int()], { error: SIZE })
  .transform((text, context) => {
    const bytes = parseSize(String(text));
    if (bytes !== undefined && bytes > 0) return bytes;
    context.addIssue({ code: "custom", message: SIZE });
    return z.NEVER;
  }).meta({ title: "size" });

/** Text; numbers and the like as they are written. */
export const words = z.union([z.string(), z.number(), z.boolean()], {
  error: "expected text",
}).transform(String).meta({ title: "text" });

/** What a permission grants. */
export const granted = z.union([z.boolean(), z.array(words)], {
  error: "expected a list, or true for everything",
}).meta({ title: "list, or true for everything" });
