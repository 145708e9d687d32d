/**
 * A config as the manifests of Kubernetes, put together by a kustomization.
 *
 * @module
 */

import { type Container, containersOf } from "../container/container.ts";
import { effectiveProfiles } from "../container/profiles.ts";
import { contextOf, imageFiles, type ImageSource } from "../container/image.ts";
import { labelsFor } from "../container/names.ts";
import { pathFrom } from "../container/root.ts";
import { machineLosses } from "../container/machine_losses.ts";
import { sharedLosses } from "../container/shared_losses.ts";
import { yamlText } from "../container/yaml_text.ts";
import type { Project } from "../project.ts";
import type { Exported, ExportedFile } from "../target.ts";
import { APPLY_CERTIFICATES, certificateFiles } from "./certificates.ts";
import { kubernetesLosses } from "./losses.ts";
import {
  type KubernetesObject,
  objectsOf,
  secretsOf,
  serviceObjects,
  volumeClaims,
} from "./objects.ts";
import { imageOf, type PodContext } from "./pod.ts";
import { FILL_IN } from "./variables.ts";

/** Makes the files. */
export function exportKubernetes(
  project: Project,
  source: ImageSource,
): Exported {
  const { root } = source;
  const made = containersOf(project, root);
  const context = { ...made, project: project.name };
  const profiles = effectiveProfiles(project.services);
  const all = new Set([...profiles.values()].flat());
  const labels = labelsFor([...all]);
  const folderOf = (profile: string) => `profiles/${labels.get(profile)}`;
  const secrets = secretsOf(made.containers, FILL_IN);
  const certificates = certificateFiles(made.containers, source);
  const claims = volumeClaims(made.containers, project.name);
  const always = made.containers.filter(({ spec }) =>
    profiles.get(spec.service)!.length === 0
  );
  return {
    files: [
      ...filesIn("", always, context, claims.length > 0),
      ...(claims.length === 0
        ? []
        : [{ path: "volumes.yaml", content: documents(claims) }]),
      ...[...all].toSorted().flatMap((profile) =>
        filesIn(
          `${folderOf(profile)}/`,
          made.containers.filter(({ spec }) =>
            profiles.get(spec.service)!.includes(profile)
          ),
          context,
          false,
        )
      ),
      ...(secrets.length === 0 ? [] : [{
        path: "secrets.yaml",
        content: `${SECRETS_HEAD}${documents(secrets)}`,
      }]),
      ...certificates,
      ...imageFiles(made.containers, made.paths, source),
    ],
    notCarried: [
      ...sharedLosses(project, made, root),
      ...machineLosses(made, {
        address:
          "write the name of a Service in its place (ExternalName for a host outside), and that name into permissions.net",
        socket:
          "have what it leads to listen on a port, or mount it by hostPath, if the cluster lets pods do that",
      }),
      ...kubernetesLosses(
        project,
        context,
        (service) => profiles.get(service)!.map(folderOf),
        (path) => pathFrom(source.output, path, root),
      ),
    ],
    next: [
      `# The image is made of all that is in "${root}", but for what Dockerfile.dockerignore names.`,
      `docker build -f Dockerfile -t REGISTRY/${project.name}:1 ${
        contextOf(source)
      }   # in that folder`,
      `docker push REGISTRY/${project.name}:1`,
      "kustomization.yaml: write that image into it",
      ...(secrets.length === 0 ? [] : [
        "cp secrets.yaml FILE   # elsewhere, and fill that in",
        "kubectl apply -f FILE",
      ]),
      ...(certificates.length === 0 ? [] : [APPLY_CERTIFICATES]),
      "kubectl apply -k .",
    ],
  };
}

const SECRETS_HEAD =
  `# To be filled in, outside of version control, and applied by itself: the
# kustomization does not name it. DENIZEN_TOKEN is any long secret.
`;

/** Returns a kustomization with the objects of containers. */
function filesIn(
  folder: string,
  containers: readonly Container[],
  context: PodContext,
  hasVolumes: boolean,
): ExportedFile[] {
  const resources = containers.map((container, index) => {
    const isFirst = index ===
      containers.findIndex(({ host }) => host === container.host);
    return {
      path: `services/${container.name}.yaml`,
      content: documents([
        ...objectsOf(container, context),
        ...(isFirst ? serviceObjects(container, context) : []),
      ]),
    };
  });
  const images = [
    ...new Set(containers.map((each) => imageOf(each, context.project))),
    // Whoever waits for another does so by the probe of the project's image.
    context.project,
  ];
  const kustomization = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [
      ...resources.map(({ path }) => path),
      ...(hasVolumes ? ["volumes.yaml"] : []),
    ],
    images: [...new Set(images)].toSorted().map((name) => ({
      name,
      newName: name.startsWith(`${FILL_IN}/`) ? name : `${FILL_IN}/${name}`,
      newTag: "latest",
    })),
  };
  return [
    { path: `${folder}kustomization.yaml`, content: yamlText(kustomization) },
    ...resources.map(({ path, content }) => ({
      path: `${folder}${path}`,
      content,
    })),
  ];
}

function documents(objects: readonly KubernetesObject[]): string {
  return objects.map(yamlText).join("---\n");
}
