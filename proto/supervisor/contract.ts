/**
 * The supervisor's control service, for the supervisor and for the commands.
 *
 * @module
 */

import { loadContract } from "../contract.ts";
import type { SupervisorServiceDefinition } from "../types/supervisor/v1/SupervisorService.ts";
import SUPERVISOR_PROTO from "./v1/supervisor.proto" with { type: "text" };

export const SupervisorService = loadContract({
  "supervisor/v1/supervisor.proto": SUPERVISOR_PROTO,
})[
  "supervisor.v1.SupervisorService"
] as unknown as SupervisorServiceDefinition;
