/**
 * A config as a compose file, with one image for all services.
 *
 * Compose has most of the config's own words. What it lacks stands in the list.
 *
 * @module
 */

import { relative } from "node:path";
import { containersOf } from "../container/container.ts";
import { imageFiles, type ImageSource } from "../container/image.ts";
import { sharedLosses } from "../container/shared_losses.ts";
import { yamlText } from "../container/yaml_text.ts";
import type { Project } from "../project.ts";
import type { Exported } from "../target.ts";
import { composeLosses } from "./losses.ts";
import { effectiveProfiles } from "../container/profiles.ts";
import { composeService } from "./service.ts";

/** The name of the secret with the run's token, and of its variable. */
const TOKEN = { secret: "denizen_token", variable: "DENIZEN_TOKEN" };

/** Makes the files. */
export function exportCompose(project: Project, source: ImageSource): Exported {
  const { root, output } = source;
  const made = containersOf(project, root);
  const profiles = effectiveProfiles(project.services);
  const context = {
    project: project.name,
    containers: made.containers,
    profiles,
    secret: TOKEN.secret,
    build: {
      context: relative(output, root) || ".",
      dockerfile: `${relative(root, output) || "."}/Dockerfile`,
    },
    output,
  };
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
    secrets: { [TOKEN.secret]: { environment: TOKEN.variable } },
  });
  return {
    files: [
      { path: "compose.yaml", content: `${HEAD}${file}` },
      ...imageFiles(made.containers, made.paths, source),
    ],
    notCarried: [
      ...sharedLosses(project, made, root),
      ...composeLosses(project, made, profiles),
    ],
    next: [
      "export DENIZEN_TOKEN=$(openssl rand -hex 32)   # or write it into a file .env beside compose.yaml",
      "docker compose up --build --wait               # in that folder",
    ],
  };
}

const HEAD =
  `# The services of config.yaml for docker compose. DENIZEN_TOKEN has to be set, in
# the environment or in a file .env beside this one: any long secret.
`;
