/**
 * The dashboard's service for its user's commands and runs.
 *
 * @module
 */

import { loadContract } from "../contract.ts";
import PIPELINE_PROTO from "../pipeline/v1/pipeline.proto" with {
  type: "text",
};
import RUN_PROTO from "../pipeline/v1/run.proto" with { type: "text" };
import type { DashboardServiceDefinition } from "../types/dashboard/v1/DashboardService.ts";
import DASHBOARD_PROTO from "./v1/dashboard.proto" with { type: "text" };

export const DashboardService = loadContract({
  "pipeline/v1/pipeline.proto": PIPELINE_PROTO,
  "pipeline/v1/run.proto": RUN_PROTO,
  "dashboard/v1/dashboard.proto": DASHBOARD_PROTO,
})["dashboard.v1.DashboardService"] as unknown as DashboardServiceDefinition;
