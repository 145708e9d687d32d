/**
 * `permissions`: what each service may do, as a table.
 *
 * @module
 */

import { readableVariables } from "../../runtime/process/command_line.ts";
import {
  PERMISSION_KINDS,
  type PermissionKind,
  type Permissions,
} from "../../runtime/process/permission_flags.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { readFlags } from "../../runtime/program/flags.ts";
import { print } from "../../runtime/program/log.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import {
  addressWords,
  type Config,
  environmentOf,
  type ServiceSpec,
} from "../../supervisor/config/config.ts";
import { loadConfig } from "../../supervisor/config/load_config.ts";
import {
  createModuleGuard,
  type ModuleGuard,
} from "../../supervisor/modules/module_guard.ts";
import { CONTROL_FLAGS } from "../control/flags.ts";
import { printHelp } from "../terminal/help.ts";
import { formatTable } from "../terminal/table.ts";

/** One service as `--json` shows it. */
export interface Row {
  /** The service, or one of its replicas. */
  name: string;
  /** False for a command, which may do anything. */
  sandbox: boolean;
  /** What is granted, as the service gets it; absent without a sandbox. */
  permissions?: Permissions;
  /** Whether it gets all variables of the supervisor. */
  inheritEnvironment: boolean;
  /** Why it would not be started; absent if it would. */
  refused?: string;
}

/**
 * Runs the command.
 *
 * @param argv Its flags.
 * @throws {UsageError} If the command line or the config is wrong.
 */
export async function show(argv: string[]): Promise<void> {
  const { flags, words: [word] } = readFlags(argv, CONTROL_FLAGS, {
    maxWords: 1,
  });
  if (word !== undefined) {
    throw new UsageError(
      `Cannot run "permissions ${word}": expected learn or check${
        suggestion(word, ["learn", "check"])
      }`,
    );
  }
  if (flags.help) {
    return printHelp(
      "permissions [learn|check] [flags]",
      "Shows what services may do; learn finds what they need, check tells both apart.",
      CONTROL_FLAGS,
    );
  }
  const config = await loadConfig(flags.config);
  const rows = await permissionRows(config);
  if (flags.json) return print(JSON.stringify(rows, undefined, 2));
  print(table(config, rows).trimEnd());
  for (const { name, refused } of rows) {
    if (refused !== undefined) print(`\n${name} would not start: ${refused}`);
  }
}

/** Returns what each service or replica may do, in the order of the config. */
export async function permissionRows(config: Config): Promise<Row[]> {
  const specs = [...config.services.values()].flat();
  const guard = createModuleGuard(() => config);
  return await Promise.all(specs.map((spec) => rowOf(spec, guard)));
}

const NO_SANDBOX = "everything: no sandbox";

async function rowOf(spec: ServiceSpec, guard: ModuleGuard): Promise<Row> {
  const { name, runs, inheritEnvironment } = spec;
  if (runs.kind !== "script") {
    return { name, sandbox: false, inheritEnvironment };
  }
  const variables = Object.keys(await environmentOf(spec));
  const refused = await guard.refusalOf(spec);
  return {
    name,
    sandbox: true,
    permissions: {
      ...runs.permissions,
      env: readableVariables(runs.permissions, variables),
    },
    inheritEnvironment,
    ...(refused === undefined ? {} : { refused }),
  };
}

function table(config: Config, rows: readonly Row[]): string {
  const named = addressWords(config);
  const cell = (granted: Permissions[PermissionKind] = []) => {
    if (granted === true) return "everything";
    const values = granted === false ? [] : granted;
    return values.length === 0
      ? "-"
      : values.map((value) => named.get(value) ?? value).join("\n");
  };
  // A kind that nobody has is the first to go; a right is cut at the last.
  const isGranted = (kind: PermissionKind) =>
    rows.some(({ sandbox, permissions = {}, inheritEnvironment }) =>
      sandbox && cell(permissions[kind]) !== "-" ||
      // Unlike what is the rule: it is shown there.
      kind === "env" && inheritEnvironment === sandbox
    );
  return formatTable([
    ["SERVICE", ...PERMISSION_KINDS.map((kind) => kind.toUpperCase())],
    ...rows.map(({ name, sandbox, permissions = {}, inheritEnvironment }) => [
      name,
      ...PERMISSION_KINDS.map((kind, index) => {
        const granted = sandbox
          ? cell(permissions[kind])
          : index === 0
          ? NO_SANDBOX
          : "";
        return kind === "env" && inheritEnvironment === sandbox
          ? `${granted}\ninherit_environment: ${inheritEnvironment}`.trim()
          : granted;
      }),
    ]),
  ], {
    weights: [
      { words: true },
      ...PERMISSION_KINDS.map((kind, index) => ({
        leaveOut: index === 0 || isGranted(kind) ? 0 : 1,
        words: true,
        readable: 60,
      })),
    ],
  });
}
