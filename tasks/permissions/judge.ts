/**
 * Finds what a service needs, and what it has, from what was seen of its
 * processes.
 *
 * @module
 */

import { existsSync } from "node:fs";
import {
  PERMISSION_KINDS,
  type Permissions,
} from "../../runtime/process/permission_flags.ts";
import { denoCache } from "../../runtime/program/paths.ts";
import {
  type Config,
  environmentOf,
  namesIn,
  type ServiceSpec,
  type Sources,
} from "../../supervisor/config/config.ts";
import type { Access } from "./audit.ts";
import { leastRights, type Needs, type Surroundings } from "./least.ts";
import {
  isRightToCertificate,
  isRightToSocket,
  normalForm,
  type Scope,
} from "./normal_form.ts";
import type { Observations } from "./observe.ts";

/** A service that was watched. */
export interface Judged {
  service: string;
  needs: Needs;
  surroundings: Surroundings;
  /** Why its processes ended by themselves, and badly. */
  failures: string[];
}

/** Returns what there is to say of one service; replicas count together. */
export async function judge(
  config: Config,
  service: string,
  { processes, ran }: Pick<Observations, "processes" | "ran">,
): Promise<Judged> {
  const names = namesIn(config);
  const own = processes.filter(({ spec }) => spec.service === service);
  const specs = config.services.get(service) ?? [];
  const { workingDir } = specs[0]!;
  const accesses = own.flatMap(({ spec, accesses }) =>
    accesses.map(({ kind, value }): Access => ({
      kind,
      value: value === null
        ? null
        : normalForm(kind, value, scopeOf(config, spec)),
    })).filter(({ kind, value }) =>
      value === null || !isRightToCertificate(kind, value, spec)
    )
  ).filter(({ kind, value }) =>
    value === null || !isRightToSocket(kind, value, names)
  );
  const variables = new Set(Object.keys(Deno.env.toObject()));
  for (const name of Object.keys(await environmentOf(specs[0]!))) {
    variables.delete(name);
  }
  const surroundings: Surroundings = {
    held: heldBy(config, specs),
    absent: new Set(
      [...names.ports.keys(), ...names.sockets.keys()].filter((name) =>
        !ran.has(name)
      ),
    ),
    workingDir,
    home: Deno.env.get("HOME"),
    cache: denoCache(),
    variables,
    exists: existsSync,
  };
  return {
    service,
    needs: leastRights(unique(accesses), surroundings),
    surroundings,
    failures: own.flatMap(({ failure }) => failure ?? []),
  };
}

/** Returns whose things the paths and addresses of a process are. */
export function scopeOf(
  config: Config,
  spec: ServiceSpec,
): Scope & { sources: Sources } {
  const { service, workingDir } = spec;
  const replica = config.services.get(service)?.indexOf(spec) ?? 0;
  const { sources } = config;
  return { service, replica, workingDir, names: namesIn(config), sources };
}

/** Returns what the replicas of a service may do, in normal form. */
export function heldBy(
  config: Config,
  specs: readonly ServiceSpec[],
): Permissions {
  const held: Permissions = {};
  for (const kind of PERMISSION_KINDS) {
    const all = specs.map((spec) => {
      const { runs } = spec;
      const granted = runs.kind === "script"
        ? runs.permissions[kind]
        : undefined;
      return typeof granted !== "object"
        ? granted
        : granted.map((value) => normalForm(kind, value, scopeOf(config, spec)))
          .filter((value) =>
            !isRightToSocket(kind, value, namesIn(config)) &&
            !isRightToCertificate(kind, value, spec)
          );
    });
    const [first] = all;
    if (first === undefined) continue;
    held[kind] = typeof first === "boolean" ? first : [
      ...new Set(all.flatMap((each) => typeof each === "object" ? each : [])),
    ];
  }
  return held;
}

function unique(accesses: readonly Access[]): Access[] {
  return [
    ...new Map(accesses.map((each) => [JSON.stringify(each), each])).values(),
  ];
}
