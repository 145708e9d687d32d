/**
 * One unit that starts the supervisor, which then runs the services as it does in
 * a terminal.
 *
 * @module
 */

import { join } from "node:path";
import { PROJECT } from "../../../runtime/program/paths.ts";
import { STATE_FOLDER } from "../../../supervisor/config/config.ts";
import type { Project } from "../project.ts";
import type { Exported, ExportedFile, NotCarried } from "../target.ts";
import { accountFiles } from "./account_files.ts";
import { BIND_LOW, FIRST_FREE_PORT } from "./hardening.ts";
import { INSTALL, installScript } from "./install_script.ts";
import { type SystemdOptions, userOf } from "./options.ts";
import { lowPort } from "./other_keys.ts";
import { ownedLines } from "./owned.ts";
import { placesOf } from "./places.ts";
import { supervisorReads } from "./supervisor_reads.ts";
import { supervisorVariables } from "./supervisor_variables.ts";
import { homeRemarks } from "./systemd.ts";
import { writesOf } from "./writes.ts";
import { moduleCommands } from "./project_units.ts";
import {
  configMark,
  headOf,
  ownVariables,
  userSettings,
} from "./service_units.ts";
import {
  commandLineOf,
  plain,
  seconds,
  type Setting,
  unitText,
  word,
} from "./unit_text.ts";

/** What the supervisor itself needs to end, besides its services. */
const OWN_GRACE_MS = 10_000;

/** Makes the unit; pure. */
export function exportSupervisor(
  project: Project,
  options: SystemdOptions,
): Exported {
  const { config, name, services } = project;
  const places = placesOf(project, options);
  const context = { project, options, places, addresses: new Map() };
  const path = `${name}.service`;
  const denizen = options.denizen ?? places.of(PROJECT);
  const variables = supervisorVariables(context);
  const command = (words: readonly string[]) =>
    commandLineOf([
      options.deno,
      "run",
      "-A",
      `--config=${join(denizen, "deno.json")}`,
      ...words,
    ]);
  const configFlag = `--config=${places.of(config.path)}`;
  const main = join(denizen, "main.ts");
  const graceMs = [...services.values()]
    .reduce(
      (sum, specs) =>
        sum + Math.max(...specs.map(({ stopGraceMs }) => stopGraceMs)),
      0,
    );
  const system: Setting[] = options.user ? [] : [
    ["CacheDirectory", word(places.ownName)],
    // Its services are its children, so what one of them needs, it is given.
    ...(options.runAs === "root" ? [] : capabilitiesOf(project)),
    ["ProtectSystem", "full"],
    ["ProtectHostname", "yes"],
    ["ProtectKernelTunables", "yes"],
    ["ProtectKernelModules", "yes"],
    ["ProtectKernelLogs", "yes"],
    ["ProtectControlGroups", "yes"],
    ["ProtectClock", "yes"],
  ];
  const unit: ExportedFile = {
    path,
    content: unitText(headOf(`The supervisor of ${name}`, path, context), [
      ["Unit", [
        ["Description", plain(`supervisor of ${name}`)],
        ["Wants", "network-online.target"],
        ["After", "network-online.target"],
      ]],
      ["Service", [
        ["Type", "exec"],
        ...userSettings(context),
        ["WorkingDirectory", plain(options.root)],
        ...ownVariables(context),
        ...variables.settings,
        // Who else ran the project had them in a folder of their own.
        ...(options.user
          ? []
          : moduleCommands(context).map((each) =>
            ["ExecStartPre", commandLineOf(each)] as const
          )),
        [
          "ExecStart",
          command([
            "--v8-flags=--max-semi-space-size=1",
            main,
            "supervise",
            "--plain",
            configFlag,
          ]),
        ],
        ["SyslogIdentifier", word(name)],
        ["Restart", "on-failure"],
        // A wrong config is not mended by another start.
        ["RestartPreventExitStatus", "2"],
        ["RestartSec", "5s"],
        ["SuccessExitStatus", "130 143"],
        // It stops its services itself, in their order; what is left is killed.
        ["KillMode", "mixed"],
        ["TimeoutStopSec", seconds(graceMs + OWN_GRACE_MS)],
        ["NoNewPrivileges", "yes"],
        ...system,
      ]],
      ["Install", [[
        "WantedBy",
        options.user ? "default.target" : "multi-user.target",
      ]]],
    ]),
  };
  const files = [unit, ...variables.files, ...accountFiles(context)];
  // Its services run by its account, and so does it, which keeps their state.
  const writes = [...services].flatMap(([service, specs]) =>
    specs.flatMap(({ runs, workingDir }) =>
      runs.kind === "script"
        ? { service, ...writesOf(runs.permissions.write, workingDir, places) }
        : []
    )
  );
  const owned = ownedLines(context, [
    places.of(join(config.folder, STATE_FOLDER)),
    ...writes.flatMap(({ owned }) => owned),
  ]);
  const reads = supervisorReads(context);
  return {
    files: [
      ...files,
      installScript({
        name,
        config: configMark(context),
        user: options.user,
        start: path,
        files,
        owned: [...owned, ...reads.lines],
      }),
    ],
    notCarried: [
      ...notCarriedOf(project, options),
      ...variables.notCarried,
      ...reads.notCarried,
      ...(options.user
        ? []
        : writes.flatMap(({ service, toGive }) =>
          toGive.map((each) => ({ service, ...each }))
        )),
    ],
    next: [
      `Denizen is to be in ${denizen}${
        options.denizen === undefined ? " (--denizen names another place)" : ""
      }, the project in ${options.root}, and Deno at ${options.deno}.`,
      ...(options.user
        ? [
          `Install: sh ${INSTALL}; then systemctl --user enable --now ${path}`,
          "To run it while nobody is logged in: loginctl enable-linger",
        ]
        : [
          ...homeRemarks(userOf(project, options), options),
          `Install: sudo sh ${INSTALL}; then sudo systemctl enable --now ${path}`,
        ]),
    ],
  };
}

/** The right to listen below 1024, where a service does; else none. */
function capabilitiesOf({ services }: Project): Setting[] {
  const isLow = [...services.values()].flat()
    .some(({ port }) => port !== undefined && port < FIRST_FREE_PORT);
  return isLow
    ? [["CapabilityBoundingSet", BIND_LOW], ["AmbientCapabilities", BIND_LOW]]
    : [["CapabilityBoundingSet", ""]];
}

/** The supervisor reads the config itself; only what its unit says is missing. */
function notCarriedOf(
  { services }: Project,
  { user }: SystemdOptions,
): NotCarried[] {
  return [...services].flatMap(([service, [spec]]) => [
    ...((spec?.profiles.length ?? 0) > 0
      ? [{
        service,
        key: "profiles",
        why: "the supervisor is started without a profile",
        doInstead: "add --profile=NAME to ExecStart= in a drop-in",
      }]
      : []),
    ...(user ? lowPort(spec?.port) : []).map((each) => ({ service, ...each })),
  ]);
}
