/**
 * The followed input of a run, for whoever loads what that takes: few runs have
 * one.
 *
 * @module
 */

import { mostGenerations } from "../stages/events/places.ts";
import type { FollowedFile } from "../stages/ingest/followed_file.ts";
import type { RunPlan } from "./plan.ts";

/**
 * Follows the last input.
 *
 * @param folder Where its generations are written down. @default {nowhere}
 */
export async function followLast(
  { inputs, allowGap = false, anyInput = false }: RunPlan,
  folder?: string,
): Promise<FollowedFile> {
  const [{ followFile }, { openGenerations, rememberGenerations }] =
    await Promise.all([
      import("../stages/ingest/followed_file.ts"),
      import("../stages/ingest/generation_store.ts"),
    ]);
  return followFile(inputs.at(-1)!, {
    store: folder === undefined
      ? rememberGenerations()
      : openGenerations(folder),
    allowGap,
    asItIs: anyInput,
    most: mostGenerations(inputs.length),
  });
}

/**
 * Notes which file has the name as the run begins: it may be rotated before
 * ingest is there.
 *
 * @throws {Fault} `failed_precondition` if it cannot be followed.
 */
export async function noteFollowed(
  plan: RunPlan,
  folder: string,
): Promise<void> {
  if (!plan.follow) return;
  const followed = await followLast(plan, folder);
  try {
    await followed.begin();
  } finally {
    followed.close();
  }
}
