/**
 * `permissions check`, for CI: whether services may do exactly what they do.
 *
 * @module
 */

import {
  PERMISSION_KINDS,
  type PermissionKind,
} from "../../runtime/process/permission_flags.ts";
import { commandFor } from "../../runtime/program/command_name.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { readFlags, text } from "../../runtime/program/flags.ts";
import {
  INTERRUPTED,
  listenForInterrupts,
} from "../../runtime/program/interrupts.ts";
import { print } from "../../runtime/program/log.ts";
import { loadConfig } from "../../supervisor/config/load_config.ts";
import { ANY_NUMBER } from "../control/flags.ts";
import { chooseServices, profilesIn } from "../supervise/choose.ts";
import { printHelp } from "../terminal/help.ts";
import { compareRights, type Difference, EVERYTHING } from "./compare.ts";
import { requireScripts, WATCH_FLAGS } from "./flags.ts";
import { judge, type Judged } from "./judge.ts";
import { observe } from "./observe.ts";
import { spell } from "./spelling.ts";

/** The flags of the command. */
export const checkFlags = {
  ...WATCH_FLAGS,
  profile: text(
    "PROFILE",
    "also watch services of this profile; may be repeated",
  ),
};

/** What is to be said of one service. */
interface Verdict extends Difference {
  judged: Judged;
}

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and services (none: all scripts that
 * `supervise` would run).
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If a service has rights that it did not use, lacks some, or
 * did not run well.
 */
export async function check(argv: string[]): Promise<number> {
  const { flags, words } = readFlags(argv, checkFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    printHelp(
      "permissions check [flags] [service ...]",
      "Runs services and fails if their permissions are too many or too few.",
      checkFlags,
    );
    return 0;
  }
  const config = await loadConfig(flags.config);
  const others = chooseServices(
    config,
    requireScripts(config, words),
    profilesIn(argv),
  ).filter((name) => !config.services.get(name)?.[0]?.looksOn);
  const watched = words.length > 0
    ? requireScripts(config, words)
    : others.filter((name) =>
      config.services.get(name)?.[0]?.runs.kind === "script"
    );
  if (watched.length === 0) {
    print(flags.json ? "[]" : "No service has permissions");
    return 0;
  }
  using interrupts = listenForInterrupts();
  const observations = await observe(config, {
    watched,
    others,
    forMs: flags.for,
    signal: interrupts.stop,
    hurry: interrupts.hurry,
  });
  if (interrupts.stop.aborted && interrupts.stop.reason !== INTERRUPTED) {
    return interrupts.stop.reason;
  }
  const verdicts = await Promise.all(watched.map(async (service) => {
    const judged = await judge(config, service, observations);
    return { judged, ...compareRights(judged.needs, judged.surroundings) };
  }));
  const problems = verdicts.flatMap(problemsOf);
  print(
    flags.json
      ? JSON.stringify(verdicts.map(reportOf), undefined, 2)
      : verdicts.flatMap(linesOf).join("\n"),
  );
  if (problems.length === 0) return 0;
  throw new Failure(
    `Permissions that do not fit: ${problems.length}; "${
      commandFor("permissions learn SERVICE")
    }" finds those that do`,
  );
}

/** Returns the lines about a service. */
function linesOf(verdict: Verdict): string[] {
  const { service, needs } = verdict.judged;
  const problems = problemsOf(verdict);
  return [
    ...(problems.length === 0
      ? [`${service}: permissions fit`]
      : problems.map((problem) => `${service}: ${problem}`)),
    ...needs.notes.map((note) => `${service}: note: ${note}`),
  ];
}

function problemsOf({ judged, unused, missing }: Verdict): string[] {
  const { service, failures, surroundings: { workingDir } } = judged;
  return [
    ...failures.map((reason) => `did not run well: ${reason}`),
    ...entriesOf(unused).map(([kind, value]) =>
      value === EVERYTHING
        ? `may do everything of the kind ${kind}, and does not need that`
        : `has ${kind} ${
          spell(kind, value, workingDir)
        }, and does not need that`
    ),
    ...entriesOf(missing).map(([kind, value]) =>
      value === EVERYTHING
        ? `lacks ${kind}: set services.${service}.permissions.${kind} to true`
        : `lacks ${kind} ${
          spell(kind, value, workingDir)
        }: add it under services.${service}.permissions.${kind}`
    ),
  ];
}

function entriesOf(
  rights: Difference["unused"],
): [PermissionKind, string][] {
  return PERMISSION_KINDS.flatMap((kind) =>
    (rights[kind] ?? []).map((value): [PermissionKind, string] => [kind, value])
  );
}

/** Returns a verdict in the shape of `--json`. */
function reportOf({ judged, unused, missing }: Verdict) {
  const { service, failures, needs: { notes }, surroundings } = judged;
  const spelled = (rights: Difference["unused"]) =>
    Object.fromEntries(
      Object.entries(rights).map(([kind, values]) => [
        kind,
        values.map((value) =>
          spell(kind as PermissionKind, value, surroundings.workingDir)
        ),
      ]),
    );
  return {
    service,
    unused: spelled(unused),
    missing: spelled(missing),
    failures,
    notes,
  };
}
