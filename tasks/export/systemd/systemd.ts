/**
 * The target systemd: a unit for each process, and what they need besides.
 *
 * @module
 */

import { addressWords } from "../../../supervisor/config/config.ts";
import { PROBE_FILE, PROBE_TEXT } from "../probe/probe_file.ts";
import type { Project } from "../project.ts";
import type { Exported, ExportedFile, NotCarried } from "../target.ts";
import { accountFiles } from "./account_files.ts";
import { IGNORED } from "./environment.ts";
import { INSTALL, installScript } from "./install_script.ts";
import { targetName } from "./names.ts";
import { HOME } from "./reads.ts";
import { type SystemdOptions, userOf } from "./options.ts";
import { ownedLines } from "./owned.ts";
import { placesOf } from "./places.ts";
import { modulesUnit, targets, tokenUnit } from "./project_units.ts";
import { waitsOf } from "./restart.ts";
import { configMark, type UnitContext, unitsOf } from "./service_units.ts";

/** Makes the units of a project; pure. */
export function exportUnits(
  project: Project,
  options: SystemdOptions,
): Exported {
  const context: UnitContext = {
    project,
    options,
    places: placesOf(project, options),
    addresses: ownersOf(project),
  };
  const units = [...project.services].flatMap(([service, specs]) =>
    specs.map((spec) =>
      unitsOf(spec, project.written.services.get(service) ?? {}, context)
    )
  );
  const modules = modulesUnit(context);
  const files: ExportedFile[] = [
    ...targets(context),
    tokenUnit(context),
    ...(modules ? [modules] : []),
    ...units.flatMap(({ files }) => files),
    ...accountFiles(context),
  ];
  const asks = files.some(({ content }) => content.includes(PROBE_FILE));
  const all = [
    ...files,
    ...(asks ? [{ path: PROBE_FILE, content: PROBE_TEXT }] : []),
    ...(files.some(({ path }) => path.startsWith("environment/"))
      ? [IGNORED]
      : []),
  ];
  const start = targetName(project.name);
  return {
    files: [
      ...all,
      installScript({
        name: project.name,
        config: configMark(context),
        user: options.user,
        start,
        files: all,
        owned: ownedLines(context, units.flatMap(({ writes }) => writes)),
      }),
    ],
    notCarried: [
      ...units.flatMap(({ notCarried }) => notCarried),
      ...chosenPorts(project),
      ...waitsOf(files, options.version),
      ...ofTheWhole(project, options),
    ],
    next: nextSteps(project, options, start),
  };
}

/** Whose an address is where a service listens. */
function ownersOf({ config }: Project): Map<string, string> {
  return new Map(
    [...addressWords(config)].map(([address, words]) => [
      address,
      words.slice(address.length).replaceAll(/[ ()]/g, ""),
    ]),
  );
}

/** Tells of ports that were chosen here. */
function chosenPorts({ written, services }: Project): NotCarried[] {
  return [...services].flatMap(([service, specs]) => {
    if (written.services.get(service)?.port !== "auto") return [];
    const ports = specs.flatMap(({ port }) => port ?? []).join(", ");
    return [{
      service,
      key: "port",
      why: `auto is a port that was free where it was exported: ${ports}`,
      doInstead: "write a port that is free where the units run",
    }];
  });
}

/** Tells of what is true of all services. */
function ofTheWhole(
  { name, written, config, services }: Project,
  options: SystemdOptions,
): NotCarried[] {
  const list: NotCarried[] = [];
  const tell = (key: string, why: string, doInstead: string) => {
    list.push({ service: undefined, key, why, doInstead });
  };
  if (written.file.dashboard) {
    const said = Object.keys(Object(written.file.dashboard));
    tell(
      "dashboard",
      `the page shows what a supervisor runs, and there is none${
        said.length === 0 ? "" : `, so nothing uses ${said.join(", ")}`
      }`,
      "use systemctl and journalctl, or export with --supervisor",
    );
  }
  if ([...services.values()].flat().some(({ auth }) => auth === "token")) {
    tell(
      "auth",
      "the token is made anew for each run of the target, and lies where only its user can read it, so commands such as `call` do not find it",
      `read it there: ${
        options.user ? "$XDG_RUNTIME_DIR" : "/run"
      }/${name}/token.env`,
    );
  }
  const outside = options.root === config.folder
    ? []
    : [...services.values()].flat().flatMap(({ runs, workingDir }) => [
      ...(runs.kind === "script" ? [runs.script] : []),
      workingDir,
    ]).filter((path) =>
      path !== config.folder && !path.startsWith(`${config.folder}/`)
    );
  if (outside.length > 0) {
    tell(
      "script",
      `files outside of the project's folder do not move with --root: ${
        [...new Set(outside)].toSorted().join(", ")
      }`,
      "have them in the same place there, or move them into the project",
    );
  }
  return list;
}

/** Tells of a home folder that the account of the services cannot enter. */
export function homeRemarks(
  user: string | undefined,
  { root, deno, runAs }: SystemdOptions,
): string[] {
  if (user === undefined || runAs !== undefined) return [];
  const homes = [root, deno].flatMap((path) => HOME.exec(path)?.[0] ?? []);
  return [...new Set(homes)].map((home) =>
    `${home} is closed to ${user} on most machines: --root and --deno name other places, --run-as another user.`
  );
}

function nextSteps(
  { name }: Project,
  options: SystemdOptions,
  start: string,
): string[] {
  const user = userOf({ name }, options);
  return [
    `The project is to be in ${options.root}${
      user === undefined ? "" : `, where ${user} can read it`
    }, and Deno at ${options.deno}.`,
    ...homeRemarks(user, options),
    ...(options.user
      ? [`Install: sh ${INSTALL}; then systemctl --user enable --now ${start}`]
      : [
        `Install: sudo sh ${INSTALL}; then sudo systemctl enable --now ${start}`,
      ]),
  ];
}
