/**
 * `export kubernetes`: what its command line says, and the files that it reads.
 *
 * @module
 */

import { runContainerExport } from "../container/run.ts";
import { exportKubernetes } from "./kubernetes.ts";

/**
 * Runs the command.
 *
 * @param argv Its arguments, the name of the target left out.
 * @throws {UsageError} If the command line or the config is wrong.
 */
export async function runKubernetesExport(argv: string[]): Promise<void> {
  await runContainerExport(
    {
      target: "kubernetes",
      summary:
        "Writes the config as manifests of Kubernetes, with a kustomization and a Dockerfile.",
      make: exportKubernetes,
    },
    argv,
  );
}
