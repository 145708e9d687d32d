/**
 * The units of one process: its service, its timer, and what waits until it is
 * healthy.
 *
 * @module
 */

import { join } from "node:path";
import { commandLine } from "../../../runtime/process/command_line.ts";
import { LIBRARY_FOLDER } from "../../../runtime/program/paths.ts";
import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import {
  type ServiceSpec,
  STATE_FOLDER,
} from "../../../supervisor/config/config.ts";
import type { WrittenKeys } from "../../../supervisor/config/load_config.ts";
import { probeArgs, probeFlags } from "../probe/probe_file.ts";
import type { Project } from "../project.ts";
import type { ExportedFile, NotCarried } from "../target.ts";
import { calendarsOf } from "./calendar.ts";
import { type Credentials, credentialsOf, tlsSettings } from "./credentials.ts";
import { awaitedOf, dependenciesOf } from "./dependencies.ts";
import { variablesOf, withoutWrongNames } from "./environment.ts";
import { closedSettings, fenceOf } from "./hardening.ts";
import {
  healthyName,
  modulesName,
  targetName,
  tokenName,
  unitName,
} from "./names.ts";
import { type SystemdOptions, userOf } from "./options.ts";
import { otherKeys } from "./other_keys.ts";
import type { Places } from "./places.ts";
import { restartsOf } from "./restart.ts";
import {
  assignment,
  commandLineOf,
  merged,
  plain,
  seconds,
  type Setting,
  unitText,
  word,
} from "./unit_text.ts";

/** What units are made of. */
export interface UnitContext {
  project: Project;
  options: SystemdOptions;
  places: Places;
  /** Addresses where services listen, with whose they are. */
  addresses: ReadonlyMap<string, string>;
}

/** The units of a process. */
export interface ProcessUnits {
  files: ExportedFile[];
  /** Paths that it may write. */
  writes: readonly string[];
  notCarried: NotCarried[];
}

/** Stands in each unit that we write. */
export const MARK = 'Written by the command "export systemd"';

/** Tells in each unit which config it is of, there where it is installed. */
export function configMark(
  { project, places }: Pick<UnitContext, "project" | "places">,
): string {
  // deno-lint-ignore no-control-regex -- a comment has one line
  const path = places.of(project.config.path).replaceAll(/[\x00-\x1f]/g, "?");
  return `Of the config ${path} there.`;
}

/** Says where the text of a unit comes from. */
export function headOf(
  what: string,
  unit: string,
  context: Pick<UnitContext, "project" | "places">,
): string[] {
  return [
    `${what}. ${MARK}.`,
    configMark(context),
    `The next export overwrites it; what is to stay: systemctl edit ${unit}`,
  ];
}

/** Makes the units of a process. */
export function unitsOf(
  spec: ServiceSpec,
  written: WrittenKeys,
  context: UnitContext,
): ProcessUnits {
  const { project, options, places } = context;
  const { name, service, runs, schedule, socket, auth } = spec;
  const awaited = awaitedOf(project, service);
  const unit = unitName(project.name, name);
  const variables = variablesOf(spec, project, places);
  const dependencies = dependenciesOf(spec, project);
  const restarts = restartsOf(spec, written, options.version);
  const isOneshot = schedule !== undefined || awaited.completed;
  const others = new Set(
    [...context.addresses].filter(([, whose]) => whose !== service)
      .map(([address]) => address),
  );
  const credentials = credentialsOf(spec.tls, places, options.user);
  const command = commandOf(spec, variables.names, context, credentials);
  const fence = fenceOf({
    permissions: runs.kind === "script" ? runs.permissions : undefined,
    workingDir: spec.workingDir,
    port: spec.port,
    hasSocket: socket !== undefined,
    others,
  }, {
    places,
    user: options.user,
    isRoot: options.runAs === "root",
    read: [places.of(spec.workingDir), options.deno],
  });
  const own = partOf(spec, project.name);
  const needs: string[] = [
    ...(runs.kind === "script" ? [modulesName(project.name)] : []),
    tokenName(project.name),
  ];
  const socketPath = socket && places.text(socket);
  const process: Setting[] = [
    ...userSettings(context),
    ["WorkingDirectory", plain(places.of(spec.workingDir))],
    ...ownVariables(context),
    ["Environment", assignment(RUN_VARIABLES.service, name)],
    ...(auth === "none"
      ? [["Environment", assignment(RUN_VARIABLES.auth, auth)] as const]
      : []),
    ...credentials.settings,
    ...tlsSettings(credentials.files),
    ...(spec.allow
      ? [
        [
          "Environment",
          assignment(RUN_VARIABLES.allow, spec.allow.join(",")),
        ] as const,
      ]
      : []),
    ...(spec.advertise
      ? [
        [
          "Environment",
          assignment(RUN_VARIABLES.advertise, spec.advertise),
        ] as const,
      ]
      : []),
    ["EnvironmentFile", plain(`${places.runtime}/token.env`)],
    ...variables.settings,
    ...passedOn(spec),
  ];
  const text = unitText(headOf(`${name} of ${project.name}`, unit, context), [
    ["Unit", [
      ["Description", plain(`${name} of ${project.name}`)],
      ["PartOf", own.join(" ")],
      ...merged([
        ...(runs.kind === "script"
          ? [["Wants", modulesName(project.name)] as const]
          : []),
        ["Requires", tokenName(project.name)],
        ["After", needs.join(" ")],
        ...dependencies.settings,
      ]),
      ...restarts.unit,
    ]],
    ["Service", [
      ["Type", isOneshot ? "oneshot" : "exec"],
      ...(awaited.completed ? [["RemainAfterExit", "yes"] as const] : []),
      ...process,
      ...(socketPath === undefined ? [] : [
        ["RuntimeDirectory", word(places.ownName)] as const,
        ["RuntimeDirectoryMode", "0700"] as const,
        ["RuntimeDirectoryPreserve", "yes"] as const,
        ["ExecStartPre", commandLineOf(["/bin/rm", "-f", socketPath])] as const,
      ]),
      ["ExecStart", commandLineOf(command)],
      ["SyslogIdentifier", word(name)],
      ...(isOneshot ? restarts.service.map(forOneshot) : restarts.service),
      ["KillMode", "control-group"],
      ["KillSignal", spec.stopSignal],
      ["TimeoutStopSec", seconds(spec.stopGraceMs)],
      ...(spec.memLimitBytes === undefined ? [] : [
        ["MemoryMax", `${spec.memLimitBytes}`] as const,
        ["OOMPolicy", "kill"] as const,
      ]),
      ...fence.settings,
      ...(runs.kind === "script" ? librarySettings(context) : []),
    ]],
  ]);
  const timer = schedule && timerOf(spec, schedule, context);
  const notCarried = [
    ...variables.notCarried,
    ...dependencies.notCarried,
    ...restarts.notCarried,
    ...fence.notCarried,
    ...otherKeys(spec, written, {
      isAwaited: awaited.healthy,
      account: userOf(project, options),
    }),
    ...(timer && timer.content === undefined
      ? [{
        key: "schedule",
        why: `systemd has no words for "${
          schedule!.pattern
        }", so nothing starts it`,
        doInstead: "write a schedule of lists, ranges and steps",
      }]
      : []),
  ].map((each) => ({ service, ...each }));
  return {
    files: [
      { path: unit, content: text },
      ...(timer?.content === undefined ? [] : [{
        path: timer.path,
        content: timer.content,
      }]),
      ...(awaited.healthy && !schedule
        ? [healthyUnit(spec, process, context)]
        : []),
      ...(variables.file ? [variables.file] : []),
    ],
    writes: fence.writes,
    notCarried,
  };
}

/** Returns the program and its arguments, as the supervisor would start it. */
function commandOf(
  spec: ServiceSpec,
  variables: readonly string[],
  { options, places }: UnitContext,
  { text }: Pick<Credentials, "text">,
): string[] {
  const own = spec.environment.DENO_V8_FLAGS ?? undefined;
  const { program, args } = commandLine(spec, variables, own ?? "");
  const isScript = spec.runs.kind === "script";
  return [
    isScript ? options.deno : programOf(program, places),
    ...args.map(text),
  ];
}

/** A bare name is looked up by systemd. */
function programOf(program: string, places: Places): string {
  return program.includes("/") ? places.of(program) : program;
}

/** A program that has ended well is not started again by a timer or a target. */
function forOneshot([key, value]: Setting): Setting {
  return key === "Restart" && value === "always"
    ? [key, "on-failure"]
    : [key, value];
}

/** The targets that a process ends with. */
function partOf({ profiles }: ServiceSpec, project: string): string[] {
  return [
    targetName(project),
    ...profiles.map((profile) => targetName(project, profile)),
  ];
}

/** Whom a process belongs to. */
export function userSettings({ project, options }: UnitContext): Setting[] {
  const user = userOf(project, options);
  return user === undefined ? [] : [["User", user]];
}

/**
 * Lets a process into the library of the project, which lies in a state folder
 * that is closed to it; nothing else in there is seen.
 */
export function librarySettings(
  { project, options, places }: UnitContext,
): Setting[] {
  if (options.user || !project.hasLibrary) return [];
  const at = (below: string) =>
    word(places.of(join(project.config.folder, below)));
  return [
    ["TemporaryFileSystem", `${at(STATE_FOLDER)}:ro`],
    ["BindReadOnlyPaths", at(LIBRARY_FOLDER)],
  ];
}

/** Variables that each process gets. */
export function ownVariables({ places }: UnitContext): Setting[] {
  return [
    ...(places.denoDir === undefined
      ? []
      : [["Environment", assignment("DENO_DIR", places.denoDir)] as const]),
    ["Environment", assignment("DENO_NO_UPDATE_CHECK", "1")],
  ];
}

/** Variables of systemd itself that a script may read. */
function passedOn({ runs, environment }: ServiceSpec): Setting[] {
  if (runs.kind === "command") return [];
  const { env = [] } = runs.permissions;
  if (typeof env === "boolean") return [];
  const names = withoutWrongNames(
    env.filter((name) => !name.endsWith("*") && !(name in environment)),
    "permissions.env",
  ).right;
  return names.length === 0
    ? []
    : [["PassEnvironment", names.map(word).join(" ")]];
}

function timerOf(
  { name }: ServiceSpec,
  schedule: NonNullable<ServiceSpec["schedule"]>,
  context: UnitContext,
): { path: string; content: string | undefined } {
  const { project } = context;
  const path = unitName(project.name, name, "timer");
  const calendars = calendarsOf(schedule);
  if (!calendars) return { path, content: undefined };
  return {
    path,
    content: unitText(
      headOf(`When ${name} of ${project.name} runs`, path, context),
      [
        ["Unit", [
          ["Description", plain(`when ${name} of ${project.name} runs`)],
          ["PartOf", targetName(project.name)],
        ]],
        ["Timer", [
          ...calendars.map((each) => ["OnCalendar", each] as const),
          ["AccuracySec", "1s"],
          // What came due while nothing ran is not made up for.
          ["Persistent", "no"],
        ]],
      ],
    ),
  };
}

/** Makes the unit that ends once a process is healthy. */
function healthyUnit(
  spec: ServiceSpec,
  process: readonly Setting[],
  context: UnitContext,
): ExportedFile {
  const { project, options, places } = context;
  const { name, healthcheck } = spec;
  const path = healthyName(project.name, name);
  const { probe, startIntervalMs, timeoutMs } = healthcheck!;
  const credentials = credentialsOf(
    probe.kind === "grpc" ? probe.tls : undefined,
    places,
    options.user,
  );
  const placed = probe.kind === "exec" || probe.kind === "http" ? probe : {
    ...probe,
    address: places.text(probe.address),
    ...(credentials.files ? { tls: credentials.files } : {}),
  };
  const read = [options.deno, places.of(spec.workingDir)];
  const [command, settings]: [string[], readonly Setting[]] =
    placed.kind === "exec"
      ? [
        [
          "/bin/sh",
          "-c",
          `until "$0" "$@"; do sleep ${startIntervalMs / 1_000}; done`,
          programOf(placed.program, places),
          ...placed.args.map(places.text),
        ],
        [
          ...process,
          ...fenceOf({
            permissions: undefined,
            workingDir: spec.workingDir,
            port: undefined,
            hasSocket: false,
            others: new Set(),
          }, {
            places,
            user: options.user,
            isRoot: options.runAs === "root",
            read,
          }).settings,
        ],
      ]
      : [
        [
          options.deno,
          "run",
          ...probeFlags(placed),
          places.probe,
          ...probeArgs(placed, {
            untilHealthy: { everyMs: startIntervalMs },
            timeoutMs,
          }),
        ],
        [
          ...userSettings(context),
          ...ownVariables(context),
          ...credentials.settings,
          ...closedSettings(
            placed.kind === "http"
              ? [new URL(placed.url).host]
              : [placed.address],
            { places, user: options.user, read },
          ),
        ],
      ];
  return {
    path,
    content: unitText(
      headOf(`Ends once ${name} of ${project.name} is healthy`, path, context),
      [
        ["Unit", [
          ["Description", plain(`health of ${name} of ${project.name}`)],
          ["PartOf", targetName(project.name)],
          ["After", unitName(project.name, name)],
        ]],
        ["Service", [
          ["Type", "oneshot"],
          ["ExecStart", commandLineOf(command)],
          ...settings,
        ]],
      ],
    ),
  };
}
