/**
 * Services in all kinds of states, as a supervisor would tell of them.
 *
 * @module
 */

import type { MeasuredSnapshot } from "../../../supervisor/service/snapshot.ts";

export const SERVICES: readonly MeasuredSnapshot[] = [
  {
    name: "broker",
    service: "broker",
    status: "healthy",
    pid: 4211,
    restarts: 0,
    uptimeMs: 12_345,
    cpuPercent: 0.49,
    rssBytes: 80_000_000,
    address: "127.0.0.1:50051",
    detail: "",
  },
  {
    name: "calculator-server",
    service: "calculator-server",
    status: "backing_off",
    restarts: 3,
    address: "127.0.0.1:5555",
    detail: "exited with code 3: \x1b[31moh no\x1b[0m",
  },
  {
    name: "calculator-client",
    service: "calculator-client",
    status: "running",
    pid: 4213,
    restarts: 0,
    uptimeMs: 400,
    detail: "",
  },
];
