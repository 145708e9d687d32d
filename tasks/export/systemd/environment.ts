/**
 * The variables of a service: those that anybody may read stand in its unit, and
 * those that may be secret in a file that only root may read.
 *
 * @module
 */

import { resolve } from "node:path";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import { strangeLines } from "../env_lines.ts";
import { comesFromOutside, writtenVariables } from "../outside.ts";
import type { Project } from "../project.ts";
import { looksSecret } from "../secret_values.ts";
import type { ExportedFile, NotCarried } from "../target.ts";
import type { Places } from "./places.ts";
import {
  assignment,
  environmentLine,
  plain,
  type Setting,
  word,
} from "./unit_text.ts";

/** What a service's variables make of its unit. */
export interface Variables {
  settings: Setting[];
  /** The file with what may be secret. */
  file: ExportedFile | undefined;
  /** All names that are set for it, as the supervisor would know them. */
  names: string[];
  notCarried: Omit<NotCarried, "service">[];
}

/** Keeps what may be secret out of a repository. */
export const IGNORED: ExportedFile = {
  path: "environment/.gitignore",
  content: "*\n",
};

/** A name that systemd takes for that of a variable. */
const NAME = /^[A-Za-z_]\w*$/;

/** Takes out the names that systemd passes over, and tells of them. */
export function withoutWrongNames(
  names: readonly string[],
  key: string,
): { right: string[]; notCarried: Omit<NotCarried, "service">[] } {
  const wrong = names.filter((name) => !NAME.test(name)).toSorted();
  return {
    right: names.filter((name) => NAME.test(name)),
    notCarried: wrong.length === 0 ? [] : [{
      key,
      why: `${
        wrong.join(", ")
      }: systemd sets only variables whose names are of letters, digits and _, and begin with no digit`,
      doInstead: "use another name",
    }],
  };
}

/**
 * Tells of values that came from the environment of the export.
 *
 * @param file Where they are kept.
 */
export function keptValues(
  names: readonly string[],
  file: string,
): Omit<NotCarried, "service">[] {
  if (names.length === 0) return [];
  return [{
    key: "environment",
    why: `${
      names.join(", ")
    } came from the environment of the export: ${file} keeps the value it had`,
    doInstead: "edit that file where the units run; only its owner may read it",
  }];
}

/** Returns the variables of one process. */
export function variablesOf(
  spec: ServiceSpec,
  project: Project,
  places: Places,
): Variables {
  const { name, service, environment, envFiles } = spec;
  const written = writtenVariables(project, service);
  const fromFiles = project.fileVariables.get(name) ?? {};
  const { right, notCarried } = withoutWrongNames(
    [...new Set([...Object.keys(environment), ...Object.keys(fromFiles)])],
    "environment",
  );
  const isRight = new Set(right);
  const settings: Setting[] = [];
  const secret: [string, string][] = [];
  const passed: string[] = [];
  const copied = envFiles.filter((file) =>
    strangeLines(project.envFiles.get(file) ?? "").length > 0
  );
  for (const [variable, value] of Object.entries(environment)) {
    if (!isRight.has(variable)) continue;
    if (value === null) {
      passed.push(variable);
      continue;
    }
    const placed = places.text(value);
    const raw = written.get(variable);
    const isOpen = !looksSecret(variable, placed) &&
      !(raw !== undefined && comesFromOutside(raw));
    // What files say would win over what stands in the unit.
    if (isOpen && envFiles.length === 0) {
      settings.push(["Environment", assignment(variable, placed)]);
    } else secret.push([variable, placed]);
  }
  const ownFile = `${places.environment}/${name}.env`;
  const fileName = `${project.name}/${name}.env`;
  const referenced = copied.length === 0 ? envFiles : [];
  for (const file of referenced) {
    settings.push(["EnvironmentFile", plain(places.of(resolve(file)))]);
  }
  const values = copied.length === 0
    ? secret
    : Object.entries({ ...fromFiles, ...Object.fromEntries(secret) })
      .filter(([variable]) => isRight.has(variable));
  if (values.length > 0) {
    settings.push(["EnvironmentFile", plain(ownFile)]);
  }
  if (passed.length > 0) {
    settings.push(["PassEnvironment", passed.map(word).join(" ")]);
    notCarried.push({
      key: "environment",
      why: `${passed.join(", ")} ${
        passed.length === 1 ? "has" : "have"
      } the value that systemd itself was given, and not that of a terminal`,
      doInstead: "set them with `systemctl set-environment`, or in a drop-in",
    });
  }
  if (copied.length > 0) {
    notCarried.push({
      key: "env_file",
      why:
        `systemd reads such a file in another way, so ${fileName} has its values as they were at export`,
      doInstead:
        "edit the copy below /etc (~/.config with --user), or write plain NAME=value lines",
    });
  }
  const outside = values.filter(([variable]) => {
    const raw = written.get(variable);
    return raw !== undefined && comesFromOutside(raw);
  });
  notCarried.push(
    ...keptValues(outside.map(([variable]) => variable), fileName),
  );
  return {
    settings,
    file: values.length === 0 ? undefined : {
      path: `environment/${name}.env`,
      mode: 0o600,
      content: `${
        [
          `# Variables of ${name}, read by systemd at each start.`,
          ...values.map(([variable, value]) =>
            environmentLine(variable, value)
          ),
        ].join("\n")
      }\n`,
    },
    names: [
      ...new Set([...Object.keys(fromFiles), ...Object.keys(environment)]),
    ],
    notCarried,
  };
}
