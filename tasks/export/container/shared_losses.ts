/**
 * What no container can do of a config, whoever runs it.
 *
 * @module
 */

import { basename, relative, resolve } from "node:path";
import type { Project } from "../project.ts";
import type { NotCarried } from "../target.ts";
import type { Container, Containers } from "./container.ts";
import { certificateLosses } from "./certificate_losses.ts";
import { hasArgumentsFromOutside } from "./environment_values.ts";
import { isLeftOut } from "./image.ts";
import { holds } from "./root.ts";
import { saidOf } from "./said.ts";

/** Lists it, service by service. */
export function sharedLosses(
  project: Pick<
    Project,
    "config" | "written" | "services" | "fileVariables" | "certificates"
  >,
  { containers }: Containers,
  root: string,
): NotCarried[] {
  const first = new Map<string, Container>();
  for (const each of containers) {
    if (!first.has(each.spec.service)) first.set(each.spec.service, each);
  }
  return [
    ...rootLosses(project, root),
    ...dashboardLosses(project),
    ...certificateLosses(containers, project, root),
    ...[...first.values()].flatMap((container) =>
      lossesOf(container, project, root)
    ),
  ];
}

function rootLosses(
  { config: { folder } }: Pick<Project, "config">,
  root: string,
): NotCarried[] {
  return root === folder ? [] : [{
    service: undefined,
    key: "script",
    why:
      `a script or the deno.json lies above the config's folder, so the image has all that is in "${
        relative(folder, root)
      }" (${basename(root)}), but for what Dockerfile.dockerignore names`,
    doInstead:
      "see that it holds nothing secret, or put the config, its scripts and its deno.json into a folder of their own",
  }];
}

function dashboardLosses(
  { config, services }: Pick<Project, "config" | "services">,
): NotCarried[] {
  return config.services.size === services.size ? [] : [{
    service: undefined,
    key: "dashboard",
    why:
      "it looks at a supervisor, and there is none; its port, read_only and broker go with it",
    doInstead: "look at the containers with the tools of whoever runs them",
  }];
}

/** Where a service may name files, with the words. */
function wordsOf(
  { runs }: Container["spec"],
): [key: string, words: readonly string[]][] {
  if (runs.kind === "command") return [["command", runs.args]];
  const { read = [] } = runs.permissions;
  return [
    ["args", runs.args],
    ["permissions.read", typeof read === "boolean" ? [] : read],
  ];
}

/** The files that words seem to name, absolute; but for those of its certificate. */
function filesIn(
  words: readonly string[],
  { tls, workingDir }: Container["spec"],
): string[] {
  const own = Object.values(tls ?? {});
  const paths = words.filter((word) => !word.includes("://"))
    .map((word) => resolve(workingDir, word.replace(/^--?[\w-]+=/, "")));
  return [...new Set(paths)].filter((path) => !own.includes(path));
}

/** Says which variables a script has from outside; undefined for none. */
function passedOn(
  { name, runs, environment }: Container["spec"],
  fileVariables: Project["fileVariables"],
): string | undefined {
  const { env = [] } = runs.kind === "script" ? runs.permissions : {};
  if (typeof env === "boolean") return env ? "all variables" : undefined;
  const set = { ...fileVariables.get(name), ...environment };
  const names = env.filter((each) => !(each in set));
  return names.length === 0
    ? undefined
    : `${names.map((each) => `"${each}"`).join(", ")}`;
}

function lossesOf(
  { spec, port, isForeign, storage }: Container,
  { written, fileVariables }: Pick<Project, "written" | "fileVariables">,
  root: string,
): NotCarried[] {
  const { service, runs, socket } = spec;
  const losses: NotCarried[] = [];
  const lose = (key: string, why: string, doInstead: string) =>
    losses.push({ service, key, why, doInstead });
  const said = (key: string) => saidOf(written, service, key);
  if (socket !== undefined) {
    lose(
      "listen",
      `containers share no folder for sockets, so it listens on port ${port}`,
      "nothing, if its program takes any address that it is given",
    );
  }
  if (hasArgumentsFromOutside(written, service)) {
    lose(
      "args",
      "its arguments take values from the environment, and stand there with those of the moment of the export",
      "pass what is secret or differs by environment, and export again when the rest changes",
    );
  }
  if (said("advertise") !== undefined) {
    lose(
      "advertise",
      "containers call it by its service's name",
      "publish its port, if others are to call it at that address",
    );
  }
  for (const [key, words] of wordsOf(spec)) {
    const left = filesIn(words, spec).filter((path) => isLeftOut(path, root));
    if (left.length === 0) continue;
    lose(
      key,
      `${
        left.map((path) => `"${relative(root, path)}"`).join(", ")
      } is left out of the image, as all is that may be secret or built`,
      "mount it; a certificate comes by tls",
    );
  }
  if (runs.kind === "command") {
    if (isForeign) {
      lose(
        "command",
        `no image is known that has "${runs.program}"`,
        "name one in place of the one that says fill-in; a check of its health by grpc, tcp or http needs Deno and the probe in it, or a check of its own",
      );
    } else if (runs.program.includes("/")) {
      lose(
        "command",
        "its program comes into the image as it lies here, and no library of this system with it",
        "build it on Debian 12, or give it an image of its own",
      );
    }
    if (spec.buildWith !== undefined) {
      lose(
        "build_with",
        "no image builds it",
        `run "${spec.buildWith}" before the image is made`,
      );
    }
    if (spec.inheritEnvironment) {
      lose(
        "inherit_environment",
        "a container has no variables of a supervisor to inherit",
        "name those that it needs under environment",
      );
    }
  } else {
    if (said("inherit_environment") === true) {
      lose(
        "inherit_environment",
        "a container has no variables of a supervisor to inherit",
        "name those that it needs under environment",
      );
    }
    const passed = passedOn(spec, fileVariables);
    if (passed !== undefined) {
      lose(
        "permissions.env",
        `${passed} of the supervisor: no container is given what whoever starts it has`,
        "name those that it needs under environment; one without a value is that of whoever starts the container, or stands in secrets.yaml",
      );
    }
    for (const kind of ["run", "ffi"] as const) {
      const granted = runs.permissions[kind] ?? [];
      if (granted === true || granted !== false && granted.length > 0) {
        lose(
          `permissions.${kind}`,
          "the image has no programs and libraries but Deno's and Node's",
          "add those that it needs to the Dockerfile",
        );
      }
    }
    if (runs.permissions.write === true) {
      lose(
        "permissions.write",
        "nobody knows what it writes, and a container's files are read-only",
        "name the folders that it writes to, so that each becomes a volume",
      );
    }
    for (const entry of storage.besideCode) {
      lose(
        "permissions.write",
        `"${entry}" lies beside code, and no volume may hide that`,
        "give what it writes a folder of its own",
      );
    }
    for (const entry of storage.besideSystem) {
      lose(
        "permissions.write",
        `"${entry}" is in a folder that the image has need of, and no volume may hide that`,
        "give what it writes a folder of its own, best below the project's",
      );
    }
    for (const entry of storage.outside) {
      lose(
        "permissions.read",
        `"${entry}" is not in the image`,
        "put it into the project's folder, or mount it",
      );
    }
    if (!holds(root, spec.workingDir)) {
      lose(
        "working_dir",
        `"${spec.workingDir}" is not in the image`,
        "put it into the project's folder, or mount it",
      );
    }
  }
  if (said("healthcheck.busy") !== undefined) {
    lose(
      "healthcheck.busy",
      "who checks a container does not look at its processor",
      "give it a longer timeout, or more retries",
    );
  }
  if (said("healthcheck.any_process") !== undefined) {
    lose(
      "healthcheck.any_process",
      "in a container nobody else has its address",
      "nothing",
    );
  }
  if (Object(said("watch")).cascade) {
    lose(
      "watch.cascade",
      "those that depend on it are not restarted with it",
      "restart them",
    );
  }
  return losses;
}
