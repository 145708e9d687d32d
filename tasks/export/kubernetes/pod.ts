/**
 * The pods of a container: what runs in them, with the least rights.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Probe } from "../../../supervisor/config/config.ts";
import { hasTlsProbe } from "../container/certificate.ts";
import type { Container, Containers } from "../container/container.ts";
import { IMAGE_USER, PROBE_PATH, START_PATH } from "../container/image.ts";
import { FIRST_FREE_PORT, needsLowPort } from "../container/low_ports.ts";
import { labelsFor } from "../container/names.ts";
import { TEMPORARY } from "../container/volumes.ts";
import { probeArgs, probeFlags } from "../probe/probe_file.ts";
import { tlsMounts, tlsVolumes } from "./certificates.ts";
import { labelsOf } from "./labels.ts";
import { probesOf } from "./probes.ts";
import { TOKEN, variablesFor } from "./variables.ts";

/** What a pod needs to know of the others. */
export interface PodContext extends Containers {
  /** The name of the project, and of its image. */
  project: string;
}

/** How often somebody who waits asks. */
const EVERY_MS = 1_000;

/** What nothing here needs. */
const NO_RIGHTS = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};

/** The image of a container, as the kustomization names it. */
export function imageOf({ isForeign, name }: Container, project: string) {
  return isForeign ? `fill-in/${name}` : project;
}

/** Returns the template of the pods of a container. */
export function podTemplate(
  container: Container,
  context: PodContext,
  restartPolicy: "Always" | "OnFailure" | "Never",
): Record<string, unknown> {
  const { spec, storage } = container;
  const { project } = context;
  const digest = createHash("sha256")
    .update(JSON.stringify(variablesFor(container).config)).digest("hex");
  const waits = waitsOf(container, context);
  return {
    metadata: {
      labels: labelsOf(container, project),
      // So that pods are made anew when their variables change.
      annotations: { "denizen/variables": digest.slice(0, 16) },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // The program is then not the first process, which ignores signals.
      shareProcessNamespace: true,
      restartPolicy,
      terminationGracePeriodSeconds: Math.ceil(spec.stopGraceMs / 1_000),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: IMAGE_USER,
        runAsGroup: IMAGE_USER,
        fsGroup: IMAGE_USER,
        seccompProfile: { type: "RuntimeDefault" },
        ...(needsLowPort(container)
          ? { sysctls: [{ name: FIRST_FREE_PORT, value: "0" }] }
          : {}),
      },
      initContainers: waits.length === 0 ? undefined : waits,
      containers: [mainContainer(container, project)],
      volumes: [
        { name: "tmp", emptyDir: {} },
        ...tlsVolumes(container),
        ...storage.mounts.map(({ volume, readOnly }) => ({
          name: volume.name,
          persistentVolumeClaim: {
            claimName: volume.name,
            ...(readOnly ? { readOnly } : {}),
          },
        })),
      ],
    },
  };
}

function mainContainer(
  container: Container,
  project: string,
): Record<string, unknown> {
  const { spec, port, storage, isForeign, command, workingDir } = container;
  const { name, certificate } = container;
  const words = command.map(literal);
  const memory = spec.memLimitBytes === undefined
    ? undefined
    : { memory: String(spec.memLimitBytes) };
  const { secret } = variablesFor(container);
  return {
    name,
    image: imageOf(container, project),
    command: isForeign ? words : ["sh", START_PATH],
    args: isForeign ? undefined : words,
    workingDir,
    ports: port === undefined
      ? undefined
      : [{ name: "main", containerPort: port }],
    envFrom: [
      ...envSecrets(container).map((secret) => ({
        secretRef: { name: secret },
      })),
      { configMapRef: { name } },
    ],
    env: [
      ...(certificate ? [] : [{
        name: TOKEN.key,
        valueFrom: { secretKeyRef: { name: TOKEN.secret, key: TOKEN.key } },
      }]),
      ...(port === undefined || certificate ? [] : [{
        name: "DENIZEN_ADVERTISE",
        valueFrom: { fieldRef: { fieldPath: "status.podIP" } },
      }]),
      ...Object.keys(secret).map((key) => ({
        name: key,
        valueFrom: { secretKeyRef: { name, key } },
      })),
    ],
    ...probesOf(container),
    resources: memory && { requests: memory, limits: memory },
    securityContext: {
      ...NO_RIGHTS,
      // What a command writes is written nowhere.
      readOnlyRootFilesystem: spec.runs.kind === "script",
    },
    volumeMounts: [
      { name: "tmp", mountPath: TEMPORARY },
      ...tlsMounts(container),
      ...storage.mounts.map(({ volume, readOnly }) => ({
        name: volume.name,
        mountPath: volume.path,
        ...(readOnly ? { readOnly } : {}),
      })),
    ],
  };
}

/** The secrets that stand for the env files of a container, by their names. */
export function envSecrets({ spec, host }: Container): string[] {
  const files = spec.envFiles.map((file) => basename(file));
  const labels = labelsFor(files);
  return files.map((file, index) => {
    const before = files.slice(0, index).filter((each) => each === file);
    const number = before.length === 0 ? "" : `-${before.length + 1}`;
    // No label has two dashes, so no other secret is called so.
    return `${host}--env-${labels.get(file)}${number}`;
  });
}

/** Containers that wait until what this one needs is healthy. */
function waitsOf(
  container: Container,
  { places, hosts, project, containers }: PodContext,
): Record<string, unknown>[] {
  return container.spec.dependsOn.flatMap(({ service, condition }) => {
    const needed = containers.find((each) => each.spec.service === service);
    const probe = needed && condition === "service_healthy"
      ? probeFromOutside(
        needed,
        hosts.get(service)!,
        places.portOf(service),
        container,
      )
      : undefined;
    if (!probe) return [];
    return [{
      name: `wait-for-${hosts.get(service)}`,
      image: project,
      command: [
        ...["deno", "run", ...probeFlags(probe), PROBE_PATH],
        ...probeArgs(probe, {
          untilHealthy: { everyMs: EVERY_MS },
          timeoutMs: needed!.healthcheck!.timeoutMs,
        }),
      ],
      resources: undefined,
      securityContext: { ...NO_RIGHTS, readOnlyRootFilesystem: true },
      volumeMounts: hasTlsProbe(needed!) ? tlsMounts(container) : undefined,
    }];
  });
}

/**
 * Returns the probe of a service as another asks it, by a certificate of its own;
 * none where it cannot.
 */
export function probeFromOutside(
  { healthcheck }: Container,
  host: string,
  port: number | undefined,
  { certificate }: Pick<Container, "certificate">,
): Exclude<Probe, { kind: "exec" }> | undefined {
  const probe = healthcheck?.probe;
  if (!probe || probe.kind === "exec" || port === undefined) return undefined;
  const local = /(?<=^|\/\/)(?:127\.0\.0\.1|localhost|\[::1\])(?=:)/;
  if (probe.kind === "http") {
    return Number(new URL(probe.url).port) === port
      ? { kind: "http", url: probe.url.replace(local, host) }
      : undefined;
  }
  if (hasTlsProbe({ healthcheck }) && certificate === undefined) {
    return undefined;
  }
  return probe.address.endsWith(`:${port}`)
    ? { ...probe, address: probe.address.replace(local, host) }
    : undefined;
}

/** Kubernetes fills in `$(NAME)`, and makes one dollar sign of two. */
function literal(text: string): string {
  return text.replaceAll(/\$(?=[$(])/g, "$$$$");
}
