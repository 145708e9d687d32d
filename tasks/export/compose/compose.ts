/**
 * A config as a compose file, with one image for all services.
 *
 * Compose has most of the config's own words. What it lacks stands in the list.
 *
 * @module
 */

import { relative } from "node:path";
import { type Container, containersOf } from "../container/container.ts";
import { imageFiles, type ImageSource } from "../container/image.ts";
import { machineLosses } from "../container/machine_losses.ts";
import { sharedLosses } from "../container/shared_losses.ts";
import { yamlText } from "../container/yaml_text.ts";
import type { Project } from "../project.ts";
import type { Exported } from "../target.ts";
import { literal } from "./literal.ts";
import { composeLosses } from "./losses.ts";
import { effectiveProfiles } from "../container/profiles.ts";
import { composeSecrets } from "./secrets.ts";
import { type ComposeVariables, composeVariables } from "./variables.ts";
import { composeService, USER_VARIABLE } from "./service.ts";

/** Makes the files. */
export function exportCompose(project: Project, source: ImageSource): Exported {
  const { root, output } = source;
  const made = containersOf(project, root);
  const profiles = effectiveProfiles(project.services);
  const variables = composeVariables(made.containers);
  const context = {
    variables,
    project: project.name,
    containers: made.containers,
    profiles,
    secrets: composeSecrets(made.containers, source),
    build: {
      context: literal(relative(output, root) || "."),
      dockerfile: literal(`${relative(root, output) || "."}/Dockerfile`),
    },
    output,
  };
  const needs = needsOf(made.containers, variables);
  const volumes = made.containers.flatMap(({ storage: { mounts } }) =>
    mounts.map(({ volume }) => volume.name)
  );
  const file = yamlText({
    name: project.name,
    services: Object.fromEntries(
      made.containers.map((each) => [each.name, composeService(each, context)]),
    ),
    ...(volumes.length === 0 ? {} : {
      volumes: Object.fromEntries(
        [...new Set(volumes)].toSorted().map((name) => [name, {}]),
      ),
    }),
    secrets: context.secrets.declared,
  });
  return {
    files: [
      { path: "compose.yaml", content: `${headOf(needs)}${file}` },
      ...imageFiles(made.containers, made.paths, source),
    ],
    notCarried: [
      ...sharedLosses(project, made, root),
      ...machineLosses(made, {
        address:
          'write host.docker.internal in its place, and extra_hosts: ["host.docker.internal:host-gateway"] into compose.yaml; it has to listen for more than 127.0.0.1 then',
        socket:
          "mount it by volumes: in compose.yaml, if the container may have all that it gives",
      }),
      ...composeLosses(project, made, { profiles, variables }),
    ],
    next: [
      ...needs.map(({ variable, example }) => `export ${variable}=${example}`),
      `# The image is made of all that is in "${root}", but for what Dockerfile.dockerignore names.`,
      `docker compose up --build ${
        made.containers.some((each) => endsUnawaited(each, made.containers))
          ? "--detach"
          : "--wait"
      }   # in that folder`,
    ],
  };
}

/** True for what comes to an end: `--wait` calls that a failure, unless others wait for it. */
function endsUnawaited(
  { spec: { service, restart, schedule } }: Container,
  containers: readonly Container[],
): boolean {
  return restart.when === "no" && !schedule &&
    !containers.some(({ spec }) =>
      spec.dependsOn.some((each) =>
        each.service === service &&
        each.condition === "service_completed_successfully"
      )
    );
}

/** Something that whoever starts the containers has to set. */
interface Need {
  variable: string;
  example: string;
  /** Part of a sentence. */
  what: string;
}

function needsOf(
  containers: readonly Container[],
  { needed }: ComposeVariables,
): Need[] {
  const needsToken = containers.some(({ certificate }) => !certificate);
  const hasKeys = containers.some(({ certificate }) => certificate);
  return [
    ...(needsToken
      ? [{
        variable: "DENIZEN_TOKEN",
        example: "$(openssl rand -hex 32)",
        what: "any long secret",
      }]
      : []),
    ...(hasKeys
      ? [{
        variable: USER_VARIABLE,
        example: "$(id -u):$(id -g)",
        what:
          "the user and the group whose the keys of certificates are, if not 1000:1000",
      }]
      : []),
    ...[...needed].toSorted(([one], [other]) => one < other ? -1 : 1)
      .map(([variable, services]) => ({
        variable,
        example: "VALUE",
        what: `wanted by ${services.join(", ")}`,
      })),
  ];
}

function headOf(needs: readonly Need[]): string {
  return [
    "# The services of config.yaml for docker compose. To be set in the environment,",
    "# or in a file .env beside this one:",
    ...needs.map(({ variable, what }) => `# ${variable}: ${what}`),
    "",
  ].join("\n");
}
