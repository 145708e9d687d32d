/**
 * All checks, in the order in which they are made.
 *
 * @module
 */

import type { Check } from "./check.ts";
import { BATCH_CHECKS } from "./checks/batches.ts";
import { BREAK_CHECKS } from "./checks/breaks.ts";
import { END_CHECKS } from "./checks/ends.ts";
import { FLOW_CHECKS } from "./checks/flow.ts";
import { IDENTITY_CHECKS } from "./checks/identity.ts";
import { INGEST_CHECKS } from "./checks/ingest.ts";
import { LANE_CHECKS } from "./checks/lanes.ts";
import { MEMORY_CHECKS } from "./checks/memory.ts";
import { OPENING_CHECKS } from "./checks/opening.ts";
import { SAVING_CHECKS } from "./checks/saving.ts";
import { TRANSFORM_CHECKS } from "./checks/transforms.ts";

/** All of them. */
export const CHECKS: readonly Check[] = [
  ...IDENTITY_CHECKS,
  ...OPENING_CHECKS,
  ...FLOW_CHECKS,
  ...BATCH_CHECKS,
  ...SAVING_CHECKS,
  ...LANE_CHECKS,
  ...END_CHECKS,
  ...BREAK_CHECKS,
  ...INGEST_CHECKS,
  ...TRANSFORM_CHECKS,
  ...MEMORY_CHECKS,
];
