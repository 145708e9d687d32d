/**
 * The certificates of containers as secrets, in the form of cert-manager's. A
 * kustomization of its own makes them of the files where they lie: nothing is
 * copied, and no key is written down.
 *
 * @module
 */

import { TLS_FOLDER, TLS_NAMES } from "../container/certificate.ts";
import type { Container } from "../container/container.ts";
import type { ImageSource } from "../container/image.ts";
import { pathFrom } from "../container/root.ts";
import { yamlText } from "../container/yaml_text.ts";
import type { ExportedFile } from "../target.ts";

/** The folder of that kustomization. */
export const CERTIFICATES = "certificates";

/** No label that is made of a name has two dashes, so nothing else is called so. */
const VOLUME = "denizen--tls";

/** Its group may read what is in a secret, as pods run with it. */
const READABLE = 0o440;

/** Applies it: kustomize takes no files from elsewhere, unless it is told to. */
export const APPLY_CERTIFICATES =
  `kubectl kustomize --load-restrictor=LoadRestrictionsNone ${CERTIFICATES} | kubectl apply -f -`;

/** The name of the secret with a container's certificate. */
export function tlsSecretOf({ name }: Pick<Container, "name">): string {
  return `${name}--tls`;
}

/** Returns the volume of a pod with its certificate; none without one. */
export function tlsVolumes(container: Container) {
  return container.certificate === undefined ? [] : [{
    name: VOLUME,
    secret: { secretName: tlsSecretOf(container), defaultMode: READABLE },
  }];
}

/** Returns where the containers of that pod have it. */
export function tlsMounts({ certificate }: Container) {
  return certificate === undefined
    ? []
    : [{ name: VOLUME, mountPath: TLS_FOLDER, readOnly: true }];
}

/**
 * Returns the kustomization; none where nothing has a certificate.
 *
 * @param source Where the export is written.
 */
export function certificateFiles(
  containers: readonly Container[],
  { root, output }: Pick<ImageSource, "root" | "output">,
): ExportedFile[] {
  const generated = containers.flatMap((container) => {
    const { source } = container.certificate ?? {};
    if (!source) return [];
    const from = (file: string) =>
      pathFrom(`${output}/${CERTIFICATES}`, file, root);
    return [{
      name: tlsSecretOf(container),
      type: "kubernetes.io/tls",
      files: [
        `${TLS_NAMES.ca}=${from(source.ca)}`,
        `${TLS_NAMES.cert}=${from(source.cert)}`,
        `${TLS_NAMES.key}=${from(source.key)}`,
      ],
    }];
  });
  if (generated.length === 0) return [];
  const content = yamlText({
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    // Pods name them as they are.
    generatorOptions: { disableNameSuffixHash: true },
    secretGenerator: generated,
  });
  return [{
    path: `${CERTIFICATES}/kustomization.yaml`,
    content: `${HEAD}${content}`,
  }];
}

const HEAD = `# The certificates of services, of the files where they lie:
#   ${APPLY_CERTIFICATES}
`;
