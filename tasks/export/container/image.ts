/**
 * The image of a project: one for all of its services, with Deno, the project's
 * files and the modules that these import. Nothing is fetched when it runs.
 *
 * @module
 */

import { relative } from "node:path";
import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import { PROBE_FILE, PROBE_TEXT } from "../probe/probe_file.ts";
import type { ExportedFile } from "../target.ts";
import type { Container } from "./container.ts";
import { MODULES, SECRETS, TOOLS } from "./image_folders.ts";
import { IMAGE_ROOT, type ImagePaths } from "./image_paths.ts";
import { shellWord } from "./shell_word.ts";
import { holds } from "./root.ts";
import { OWN_ADDRESS } from "./run_variables.ts";

/** The user of the image, who has no rights in it; node's own images have him. */
export const IMAGE_USER = 1000;

/** The probe in the image. */
export const PROBE_PATH = `${TOOLS}/${PROBE_FILE}`;

/** What containers start, with their program behind it. */
export const START_PATH = `${TOOLS}/start.sh`;

/** Where compose puts the run's token. */
export const TOKEN_FILE = `${SECRETS}/denizen_token`;

const BASE = "node:24-slim";
const DENO = "2.9.3";

/** What an image is made of. */
export interface ImageSource {
  /** The folder that it is made of, absolute. */
  root: string;
  /** The folder of the deno.json that is in force, if there is one. */
  denoFolder: string | undefined;
  /** Whether a deno.lock lies beside it. */
  isLocked: boolean;
  /** Files with variables for what the config includes, absolute. */
  includeEnvFiles: readonly string[];
  /** Where the export is written, absolute. */
  output: string;
}

/**
 * Returns the folder that an image is made of as a shell has it in the folder of
 * the export.
 */
export function contextOf(
  { root, output }: Pick<ImageSource, "root" | "output">,
): string {
  return shellWord(relative(output, root) || ".");
}

/** Returns the Dockerfile, and what of the project's folder it does not see. */
export function imageFiles(
  containers: readonly Container[],
  paths: ImagePaths,
  source: ImageSource,
): ExportedFile[] {
  return [
    { path: "Dockerfile", content: dockerfile(containers, paths, source) },
    {
      // Beside its Dockerfile, it is taken before one in the project's folder.
      path: "Dockerfile.dockerignore",
      content: ignored(containers, source),
    },
  ];
}

function dockerfile(
  containers: readonly Container[],
  paths: ImagePaths,
  source: ImageSource,
): string {
  const { denoFolder, isLocked } = source;
  const scripts = [
    ...new Set(
      containers.flatMap(({ spec: { runs } }) =>
        runs.kind === "script" ? paths.of(runs.script) ?? [] : []
      ),
    ),
  ].toSorted();
  const written = [
    ...new Set(
      containers.flatMap(({ storage: { mounts } }) =>
        mounts.map(({ volume }) => volume.path)
      ),
    ),
  ].toSorted();
  const folders = written.map(shellWord).join(" ");
  const folder = denoFolder && paths.of(denoFolder) || IMAGE_ROOT;
  const install = [
    "deno install --quiet",
    ...(isLocked ? ["--frozen"] : []),
    "--entrypoint",
    ...scripts.map(shellWord),
  ].join(" ");
  return `# One image for all services. It is made of one folder, with all that is in it
# but for what Dockerfile.dockerignore names. BuildKit builds it, here:
#   docker build -f Dockerfile ${contextOf(source)}
FROM ${BASE} AS deno
RUN npm install --global --no-audit --no-fund deno@${DENO}

FROM ${BASE}
COPY --from=deno /usr/local/lib/node_modules/deno/deno /usr/local/bin/deno
ENV DENO_DIR=${MODULES} DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
COPY <<'DENIZEN_START' ${START_PATH}
${START_SCRIPT}DENIZEN_START
COPY <<'DENIZEN_PROBE' ${PROBE_PATH}
${PROBE_TEXT}DENIZEN_PROBE
WORKDIR ${IMAGE_ROOT}
COPY . .
# All modules are fetched here: containers start without a network.
WORKDIR ${folder.replaceAll("$", "\\$")}
${
    scripts.length === 0
      ? ""
      : `RUN ${install}\n`
  }# Its files are there to be read, by whoever runs it.
RUN chmod -R a+rX ${IMAGE_ROOT} ${MODULES} ${TOOLS} 2>/dev/null || true
${
    written.length === 0 ? "" : `# A new volume begins as its folder is here.
RUN mkdir -p ${folders} && chmod -R a+rwX ${folders}
`
  }WORKDIR ${IMAGE_ROOT}
USER ${IMAGE_USER}:${IMAGE_USER}
ENTRYPOINT ["sh", "${START_PATH}"]
`;
}

/** A program of its own, so that no token stands in what `docker inspect` shows. */
const START_SCRIPT = `#!/bin/sh
# Starts the program that is given, with the run's token from the secret of that
# name, and with its own address where several have one name.
set -eu
if [ -r ${TOKEN_FILE} ]; then
  ${RUN_VARIABLES.token}=$(cat ${TOKEN_FILE})
  export ${RUN_VARIABLES.token}
fi
if [ "\${${RUN_VARIABLES.advertise}:-}" = ${OWN_ADDRESS} ]; then
  ${RUN_VARIABLES.advertise}=$(hostname -i | cut -d ' ' -f 1)
fi
exec "$@"
`;

/** What is built, or what others keep for themselves. */
const BUILT = [".git", "target", ".venv", "coverage"];

/** Where secrets usually are; `*` stands for a part of a name. */
const SECRET = [
  ...[".env*", "*.env", "*-key.pem", "*.key", "*.p12", "*.pfx"],
  ...[".ssh", "id_rsa", "id_ecdsa", "id_ed25519", ".gnupg", ".netrc"],
  ...[".aws", ".azure", ".kube", ".git-credentials", ".pgpass"],
];

/** What no image has, as Docker writes it. */
const LEFT_OUT = [
  ...[...BUILT, "node_modules", ...SECRET].map((name) => `**/${name}`),
  ...["**/.denizen/*", "!**/.denizen/lib"],
];

/** The same, for what is below the project's folder; but for what deno fetches. */
const LEFT_OUT_PATH = new RegExp(
  `(?:^|/)(?:${
    [...BUILT, ...SECRET].map((name) =>
      name.split("*").map(RegExp.escape).join("[^/]*")
    ).join("|")
  })(?:/|$)`,
);

/** True for what lies in the project's folder, and in no image that is made of it. */
export function isLeftOut(path: string, root: string): boolean {
  return holds(root, path) && LEFT_OUT_PATH.test(relative(root, path));
}

function ignored(
  containers: readonly Container[],
  { root, output, includeEnvFiles }: ImageSource,
): string {
  const below = (path: string) => {
    const from = relative(root, path);
    return from === "" || from.startsWith("..") ? [] : [from];
  };
  const built = containers.flatMap(({ spec: { runs } }) =>
    runs.kind === "command" && runs.program.includes("/")
      ? below(runs.program)
      : []
  );
  const keys = containers.flatMap(({ spec: { tls, healthcheck } }) => {
    const probe = healthcheck?.probe;
    const shown = probe?.kind === "grpc" ? probe.tls : undefined;
    return [tls, shown].flatMap((files) => files ? below(files.key) : []);
  });
  const envFiles = [
    ...containers.flatMap(({ spec }) => spec.envFiles),
    ...includeEnvFiles,
  ].flatMap(below);
  const unique = (list: readonly string[]) => [...new Set(list)].toSorted();
  return [
    "# What is built, what is secret, and what other machines keep for themselves.",
    ...LEFT_OUT,
    ...unique([...envFiles, ...keys, ...below(output)]),
    ...(built.length === 0 ? [] : ["# Programs that services run."]),
    ...unique(built).map((path) => `!${path}`),
    "",
  ].join("\n");
}
