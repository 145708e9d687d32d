/**
 * Healthchecks as the probes of a pod.
 *
 * @module
 */

import { hasTlsProbe } from "../container/certificate.ts";
import type { Container } from "../container/container.ts";
import { PROBE_PATH } from "../container/image.ts";
import { probeArgs, probeFlags } from "../probe/probe_file.ts";

/** A check that starts a program is not made every second. */
const LEAST_SECONDS = 5;

/** What a program takes to start, besides the time that it waits. */
const START_SECONDS = 5;

/** Returns the probes of a container; none where the config has no healthcheck. */
export function probesOf(
  container: Container,
): Record<string, Record<string, unknown>> {
  const { healthcheck, spec } = container;
  if (!healthcheck) return {};
  const { intervalMs, timeoutMs, retries, startPeriodMs, startIntervalMs } =
    healthcheck;
  const how = handlerOf(container);
  const isProgram = "exec" in how;
  const least = isProgram ? LEAST_SECONDS : 1;
  const timeoutSeconds = seconds(timeoutMs) + (isProgram ? START_SECONDS : 0);
  const each = {
    ...how,
    periodSeconds: Math.max(least, seconds(intervalMs)),
    timeoutSeconds,
    failureThreshold: retries,
  };
  const startSeconds = Math.max(isProgram ? 2 : 1, seconds(startIntervalMs));
  return {
    startupProbe: {
      ...how,
      periodSeconds: startSeconds,
      timeoutSeconds,
      failureThreshold: retries +
        Math.ceil(seconds(startPeriodMs) / startSeconds),
    },
    readinessProbe: each,
    // What is not healthy is started again, unless nothing ever is.
    ...(spec.restart.when === "no" ? {} : { livenessProbe: each }),
  };
}

function handlerOf(container: Container): Record<string, unknown> {
  const { healthcheck, isForeign, port } = container;
  const { probe, timeoutMs } = healthcheck!;
  if (probe.kind === "exec") {
    return { exec: { command: [probe.program, ...probe.args] } };
  }
  const url = new URL(
    probe.kind === "http" ? probe.url : `tcp://${probe.address}`,
  );
  const asked = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  // The node asks from outside, so the program has to listen for others.
  const isReached = isForeign || asked === port && isLocal(url.hostname);
  const isByTls = hasTlsProbe(container);
  // The node has no certificate, and an image of somebody else's has no probe.
  if (isByTls && isForeign) return { tcpSocket: { port: asked } };
  if (!isReached || isByTls) {
    return {
      exec: {
        command: [
          ...["deno", "run", ...probeFlags(probe), PROBE_PATH],
          ...probeArgs(probe, { timeoutMs }),
        ],
      },
    };
  }
  switch (probe.kind) {
    case "grpc":
      return { grpc: { port: asked } };
    case "tcp":
      return { tcpSocket: { port: asked } };
    case "http":
      return {
        httpGet: {
          path: `${url.pathname}${url.search}`,
          port: asked,
          scheme: url.protocol === "https:" ? "HTTPS" : "HTTP",
        },
      };
  }
}

function isLocal(host: string): boolean {
  return host === "127.0.0.1" || host === "localhost" || host === "[::1]";
}

/** At least one: there is nothing below. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
