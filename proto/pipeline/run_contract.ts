/**
 * The service of a run, for who serves it and for who calls it. Apart from
 * contract.ts: no stage loads what turns its text into coders.
 *
 * @module
 */

import { loadContract } from "../contract.ts";
import type { RunServiceDefinition } from "../types/pipeline/v1/RunService.ts";
import PIPELINE_PROTO from "./v1/pipeline.proto" with { type: "text" };
import RUN_PROTO from "./v1/run.proto" with { type: "text" };

export const RunService = loadContract({
  "pipeline/v1/pipeline.proto": PIPELINE_PROTO,
  "pipeline/v1/run.proto": RUN_PROTO,
})["pipeline.v1.RunService"] as unknown as RunServiceDefinition;
