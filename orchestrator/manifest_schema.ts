/**
 * The shape of `run.json`. It is loaded where there is one to read.
 *
 * @module
 */

import * as z from "zod";
import type { Manifest } from "./run_manifest.ts";

const PART = z.object({
  end: z.number(),
  length: z.number(),
  sha256: z.string(),
});

const SCHEMA: z.ZodType<Manifest> = z.object({
  version: z.literal(2),
  run: z.uuid(),
  settings: z.record(z.string(), z.string()),
  inputs: z.array(z.object({
    inode: z.number().nullable(),
    size: z.number(),
    changedMs: z.number().nullable(),
    read: PART,
    ends: z.array(PART),
  })),
  madeFolder: z.boolean().optional(),
});

/** Returns what `value` holds; undefined if it is no manifest. */
export function asManifest(value: unknown): Manifest | undefined {
  return SCHEMA.safeParse(value).data;
}
