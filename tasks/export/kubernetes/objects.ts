/**
 * The objects that a container has in Kubernetes.
 *
 * @module
 */

import type { Container } from "../container/container.ts";
import type { Volume } from "../container/volumes.ts";
import { labelsOf, podsAt, podsOf } from "./labels.ts";
import { networkPolicy } from "./network_policy.ts";
import type { PodContext } from "./pod.ts";
import { TOKEN, variablesFor } from "./variables.ts";
import { workload } from "./workload.ts";

/** Any object of Kubernetes. */
export type KubernetesObject = Record<string, unknown>;

/** How much a volume has, where nobody has said. */
export const VOLUME_SIZE = "1Gi";

/** Returns the objects of one container, its secrets left out. */
export function objectsOf(
  container: Container,
  context: PodContext,
): KubernetesObject[] {
  const { name } = container;
  const labels = labelsOf(container, context.project);
  return [
    workload(container, context),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, labels },
      data: variablesFor(container).config,
    },
    networkPolicy(container, context, context.project),
    ...ownService(container, context),
  ];
}

/** Who is called by itself among several, as with a certificate, has a name for that. */
function ownService(
  container: Container,
  { project }: PodContext,
): KubernetesObject[] {
  const { name, host, certificate, port } = container;
  if (certificate === undefined || port === undefined || name === host) {
    return [];
  }
  return [{
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels: labelsOf(container, project) },
    spec: {
      selector: podsOf(container, project),
      ports: [portOf(container, port)],
    },
  }];
}

function portOf({ healthcheck }: Container, port: number) {
  const kind = healthcheck?.probe.kind;
  return {
    name: kind === "grpc" || kind === "http" ? kind : "tcp",
    port,
    targetPort: port,
  };
}

/**
 * Returns the objects of a service, of which one stands for all of its containers.
 *
 * @param first One of them.
 */
export function serviceObjects(
  first: Container,
  { project, containers }: PodContext,
): KubernetesObject[] {
  const { host, port, spec } = first;
  const labels = { ...labelsOf(first, project) };
  const count = containers.filter((each) => each.host === host)
    .reduce((sum, { replicas }) => sum + replicas, 0);
  const selector = podsAt(host, project);
  const metadata = { name: host, labels };
  return [
    ...(port === undefined ? [] : [{
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector,
        ports: [portOf(first, port)],
      },
    }]),
    ...(count > 1 && spec.schedule === undefined && spec.restart.when !== "no"
      ? [{
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata,
        spec: { maxUnavailable: 1, selector: { matchLabels: selector } },
      }]
      : []),
  ];
}

/** Returns the claims of all volumes. */
export function volumeClaims(
  containers: readonly Container[],
  project: string,
): KubernetesObject[] {
  const users = new Map<string, { volume: Volume; pods: number }>();
  for (const { storage: { mounts }, replicas } of containers) {
    for (const { volume } of mounts) {
      const pods = (users.get(volume.name)?.pods ?? 0) + replicas;
      users.set(volume.name, { volume, pods });
    }
  }
  return [...users.values()].map(({ volume, pods }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: volume.name,
      labels: { "app.kubernetes.io/part-of": project },
    },
    spec: {
      accessModes: [pods > 1 ? "ReadWriteMany" : "ReadWriteOnce"],
      resources: { requests: { storage: VOLUME_SIZE } },
    },
  }));
}

/** Returns all secrets but those of certificates, with what is to be filled in. */
export function secretsOf(
  containers: readonly Container[],
  fillIn: string,
): KubernetesObject[] {
  const secret = (name: string, stringData: Record<string, string>) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    type: "Opaque",
    stringData,
  });
  return [
    ...(containers.every(({ certificate }) => certificate)
      ? []
      : [secret(TOKEN.secret, { [TOKEN.key]: fillIn })]),
    ...containers.flatMap((container) => {
      const { secret: own } = variablesFor(container);
      return Object.keys(own).length === 0 ? [] : [secret(container.name, own)];
    }),
  ];
}
