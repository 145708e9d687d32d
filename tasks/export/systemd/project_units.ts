/**
 * The units that a project has once: its targets, what makes the token of a run,
 * and what fetches the modules of its scripts.
 *
 * @module
 */

import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { ExportedFile } from "../target.ts";
import { closedSettings } from "./hardening.ts";
import { modulesName, targetName, tokenName, unitName } from "./names.ts";
import {
  headOf,
  librarySettings,
  ownVariables,
  type UnitContext,
  userSettings,
} from "./service_units.ts";
import {
  commandLineOf,
  plain,
  type Setting,
  unitText,
  word,
} from "./unit_text.ts";

/** Makes the target of all, and one for each profile. */
export function targets(
  context: UnitContext,
): ExportedFile[] {
  const { project, options } = context;
  const specs = [...project.services.values()].flat();
  const profiles = [...new Set(specs.flatMap(({ profiles }) => profiles))]
    .toSorted();
  const install: Setting[] = [[
    "WantedBy",
    options.user ? "default.target" : "multi-user.target",
  ]];
  const unitOf = ({ name, schedule }: ServiceSpec) =>
    unitName(project.name, name, schedule ? "timer" : "service");
  const target = (
    path: string,
    description: string,
    wanted: readonly string[],
  ): ExportedFile => ({
    path,
    content: unitText(headOf(description, path, context), [
      ["Unit", [
        ["Description", plain(description)],
        ...wanted.map((unit) => ["Wants", unit] as const),
      ]],
      ["Install", install],
    ]),
  });
  return [
    target(
      targetName(project.name),
      `all services of ${project.name}`,
      specs.filter(({ profiles }) => profiles.length === 0).map(unitOf),
    ),
    ...profiles.map((profile) =>
      target(
        targetName(project.name, profile),
        `services of ${project.name} with the profile ${profile}`,
        [
          targetName(project.name),
          ...specs.filter(({ profiles }) => profiles.includes(profile))
            .map(unitOf),
        ],
      )
    ),
  ];
}

/**
 * Makes what makes the token by which the processes of a run know each other: a
 * new one for each run, in a file of their user's alone.
 */
export function tokenUnit(context: UnitContext): ExportedFile {
  const { project, options, places } = context;
  const path = tokenName(project.name);
  const file = `${places.runtime}/token.env`;
  const script =
    `umask 077; printf "${RUN_VARIABLES.token}=%s\\n" "$(od -An -N32 -tx1 /dev/urandom | tr -d " \\n")" > "$0"`;
  return {
    path,
    content: unitText(
      headOf(`The token of a run of ${project.name}`, path, context),
      [
        ["Unit", [
          ["Description", plain(`token of a run of ${project.name}`)],
          ["PartOf", targetName(project.name)],
        ]],
        ["Service", [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ...userSettings(context),
          ["RuntimeDirectory", word(places.ownName)],
          ["RuntimeDirectoryMode", "0700"],
          ["RuntimeDirectoryPreserve", "yes"],
          ["ExecStart", commandLineOf(["/bin/sh", "-c", script, file])],
          ...closedSettings([], { places, user: options.user, read: [] }),
        ]],
      ],
    ),
  };
}

/**
 * Tries for a minute: after a boot the network may come late. Waiting for it
 * would hold up each boot without one, when all is there long since. Not by
 * Restart=: what is started after this would not wait for it.
 */
const PATIENTLY =
  'n=0; until "$0" "$@"; do n=$((n + 1)); [ $n -lt 7 ] || exit 1; sleep 10; done';

/** Makes what fetches the modules of the scripts, since no start fetches any. */
export function modulesUnit(context: UnitContext): ExportedFile | undefined {
  const { project, options, places } = context;
  const commands = moduleCommands(context);
  if (commands.length === 0) return undefined;
  const path = modulesName(project.name);
  return {
    path,
    content: unitText(
      headOf(`Fetches the modules of ${project.name}, once`, path, context),
      [
        ["Unit", [
          ["Description", plain(`modules of ${project.name}`)],
          ["PartOf", targetName(project.name)],
        ]],
        ["Service", [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ...userSettings(context),
          ["WorkingDirectory", plain(options.root)],
          ...ownVariables(context),
          ...(options.user
            ? []
            : [["CacheDirectory", word(places.ownName)] as const]),
          ...commands.map((each) =>
            [
              "ExecStart",
              commandLineOf(["/bin/sh", "-c", PATIENTLY, ...each]),
            ] as const
          ),
          ...moduleFence(context),
          ...librarySettings(context),
        ]],
      ],
    ),
  };
}

/** Returns the commands that fetch the modules of the scripts, one each. */
export function moduleCommands(
  { project, options, places }: UnitContext,
): string[][] {
  const scripts = [...project.services.values()].flat().flatMap(({ runs }) =>
    runs.kind === "script" ? [places.of(runs.script)] : []
  );
  return [...new Set(scripts)].map((script) => [
    options.deno,
    "cache",
    "--quiet",
    project.hasLock ? "--frozen" : "--no-lock",
    script,
  ]);
}

/** It reaches any host, and writes into its cache alone. */
function moduleFence({ places, options }: UnitContext): Setting[] {
  const open = new Set(["IPAddressDeny", "RestrictAddressFamilies"]);
  return [
    ...closedSettings([], {
      places,
      user: options.user,
      read: [options.root, options.deno],
    }).filter(([key]) => !open.has(key)),
    ["RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK"],
  ];
}
