/**
 * What runs the pods of a container: a Deployment, a Job or a CronJob.
 *
 * @module
 */

import type { Container } from "../container/container.ts";
import { labelsOf, podsOf } from "./labels.ts";
import { type PodContext, podTemplate } from "./pod.ts";
import { cronSchedule } from "../container/schedule.ts";

/** Tries of what comes to an end, where the config says nothing. */
const ATTEMPTS = 10;

/** How late a run may begin, as for the supervisor. */
const LATE_SECONDS = 60;

/** How the pods of a container are run. */
export type WorkloadKind = "Deployment" | "Job" | "CronJob";

/** Returns how: what ends by itself is a job. */
export function workloadKind(
  { spec: { service, schedule, restart } }: Container,
  containers: readonly Container[],
): WorkloadKind {
  if (schedule) return "CronJob";
  const isAwaited = containers.some(({ spec }) =>
    spec.dependsOn.some((each) =>
      each.service === service &&
      each.condition === "service_completed_successfully"
    )
  );
  return isAwaited || restart.when === "no" ? "Job" : "Deployment";
}

/** Returns the object. */
export function workload(
  container: Container,
  context: PodContext,
): Record<string, unknown> {
  const { name, replicas, storage, spec } = container;
  const { project, containers } = context;
  const kind = workloadKind(container, containers);
  const metadata = { name, labels: labelsOf(container, project) };
  switch (kind) {
    case "Deployment":
      return {
        apiVersion: "apps/v1",
        kind,
        metadata,
        spec: {
          replicas,
          selector: { matchLabels: podsOf(container, project) },
          // A folder that one pod has is not let go while another wants it.
          strategy: {
            type: storage.mounts.length > 0 && replicas === 1
              ? "Recreate"
              : "RollingUpdate",
          },
          template: podTemplate(container, context, "Always"),
        },
      };
    case "Job":
      return {
        apiVersion: "batch/v1",
        kind,
        metadata,
        spec: {
          ...(replicas === 1
            ? {}
            : { parallelism: replicas, completions: replicas }),
          ...jobOf(container, context),
        },
      };
    case "CronJob": {
      const { pattern, timezone } = spec.schedule!;
      const cron = cronSchedule(pattern);
      return {
        apiVersion: "batch/v1",
        kind,
        metadata,
        spec: {
          // What cannot be said does not run, rather than at another time.
          ...("problem" in cron
            ? { schedule: "@yearly", suspend: true }
            : { schedule: cron.schedule }),
          timeZone: timezone,
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: LATE_SECONDS,
          jobTemplate: { spec: jobOf(container, context) },
        },
      };
    }
  }
}

function jobOf(container: Container, context: PodContext) {
  const { when, maxAttempts } = container.spec.restart;
  return {
    backoffLimit: when === "no" ? 0 : maxAttempts ?? ATTEMPTS,
    template: podTemplate(
      container,
      context,
      when === "no" ? "Never" : "OnFailure",
    ),
  };
}
