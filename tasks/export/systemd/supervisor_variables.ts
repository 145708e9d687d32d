/**
 * The variables of a supervisor: a terminal has them, and systemd does not.
 *
 * @module
 */

import { variablesNamed } from "../outside.ts";
import type { ExportedFile, NotCarried } from "../target.ts";
import { IGNORED, keptValues } from "./environment.ts";
import type { UnitContext } from "./service_units.ts";
import { environmentLine, plain, type Setting } from "./unit_text.ts";

/** What they make of its unit. */
export interface SupervisorVariables {
  settings: Setting[];
  files: ExportedFile[];
  notCarried: NotCarried[];
}

/** What systemd itself sets for a unit; the values of a terminal would be wrong. */
const OF_ACCOUNT = new Set([
  "HOME",
  "LOGNAME",
  "PATH",
  "PWD",
  "SHELL",
  "TERM",
  "TMPDIR",
  "USER",
]);

/**
 * Returns them: those that `${NAME}` fills in have the values of the export, in a
 * file of root's alone. What services are only passed is left empty there.
 */
export function supervisorVariables(
  { project, options, places }: UnitContext,
): SupervisorVariables {
  const given = options.variables ?? {};
  const filled = variablesNamed(project);
  const named = filled.filter((name) => !OF_ACCOUNT.has(name));
  const kept = named.flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const passed = passedNames({ project }).filter((name) =>
    !OF_ACCOUNT.has(name) && !kept.some(([each]) => each === name)
  );
  const ofAccount = filled.filter((name) => OF_ACCOUNT.has(name));
  const fileName = `${project.name}/supervisor.env`;
  const notCarried = [
    ...keptValues(kept.map(([name]) => name), fileName),
    ...(ofAccount.length === 0 ? [] : [{
      key: "environment",
      why: `${ofAccount.join(", ")} of \${NAME} ${
        ofAccount.length === 1 ? "is" : "are"
      } what systemd sets for the account of the unit`,
      doInstead: "write the value itself into the config, or use another name",
    }]),
    ...(passed.length === 0 ? [] : [{
      key: "permissions.env",
      why: `systemd passes the supervisor no variables of a terminal, as ${
        passed.join(", ")
      }`,
      doInstead: `set them in ${fileName} where the unit runs`,
    }]),
  ].map((each): NotCarried => ({ service: undefined, ...each }));
  for (const [service, [spec]] of project.services) {
    if (!spec?.inheritEnvironment) continue;
    notCarried.push({
      service,
      key: "inherit_environment",
      why: "a unit gets no variables of a terminal, and so has none to pass on",
      doInstead: "name what it needs in environment",
    });
  }
  const empty = [...new Set([...named, ...passed])].filter((name) =>
    /^[A-Za-z_]\w*$/.test(name) && !kept.some(([each]) => each === name)
  ).toSorted();
  if (kept.length + empty.length === 0) {
    return { settings: [], files: [], notCarried };
  }
  const content = [
    `# Variables of the supervisor of ${project.name}, read by systemd at each start.`,
    ...kept.map(([name, value]) => environmentLine(name, value)),
    ...empty.map((name) => `# ${name}=`),
    "",
  ].join("\n");
  return {
    settings: [[
      "EnvironmentFile",
      plain(`${places.environment}/supervisor.env`),
    ]],
    files: [
      { path: "environment/supervisor.env", mode: 0o600, content },
      IGNORED,
    ],
    notCarried,
  };
}

/** Returns the variables that services take over from their supervisor. */
function passedNames({ project }: Pick<UnitContext, "project">): string[] {
  const names = [...project.services.values()].flat().flatMap((spec) => {
    const { env = [] } = spec.runs.kind === "script"
      ? spec.runs.permissions
      : {};
    return [
      ...Object.entries(spec.environment).flatMap(([name, value]) =>
        value === null ? [name] : []
      ),
      ...(Array.isArray(env) ? env : [])
        .filter((name) => !(name in spec.environment)),
      ...(env === true ? ["and all others"] : []),
    ];
  });
  return [...new Set(names)].toSorted();
}
