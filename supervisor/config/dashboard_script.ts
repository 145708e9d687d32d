/**
 * The dashboard as a script: what it is given, and the least that it may touch.
 *
 * @module
 */

import { join } from "node:path";
import type { DenoScript } from "../../runtime/process/deno_command.ts";
import type { Permissions } from "../../runtime/process/permission_flags.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import type { DashboardPlace } from "../state_folder/dashboard_place.ts";

/** Where it listens, if nobody else does and nobody has named another port. */
export const DASHBOARD_PORT = 4646;

/** Whom it looks at, and how. */
export interface Dashboard {
  /** Where its page is served. */
  address: string;
  place: Pick<DashboardPlace, "folder" | "collector">;
  /** The socket of the supervisor; undefined where none runs. */
  control?: string | undefined;
  /** The address of the broker; undefined where none is asked. */
  broker?: string | undefined;
  /** What a person calls what runs. */
  title: string;
  /** Whether it may change nothing. @default {false} */
  readOnly?: boolean;
}

/** Returns what to run, with all that it may touch. */
export function dashboardScript({
  address,
  place: { folder, collector },
  control,
  broker,
  title,
  readOnly = false,
}: Dashboard): Required<Pick<DenoScript, "script" | "args">> & {
  permissions: Permissions;
} {
  const own = `unix:${collector}`;
  const others = [
    ...(control === undefined ? [] : [`unix:${control}`]),
    ...(broker === undefined ? [] : [broker]),
  ];
  return {
    script: join(PROJECT, "dashboard/main.ts"),
    args: [
      `--address=${address}`,
      `--folder=${folder}`,
      `--collector=${own}`,
      ...(control === undefined ? [] : [`--control=unix:${control}`]),
      ...(broker === undefined ? [] : [`--broker=${broker}`]),
      `--title=${title}`,
      ...(readOnly ? ["--read-only"] : []),
    ],
    permissions: {
      net: [address, own, ...others],
      read: [folder],
      write: [folder],
    },
  };
}
