/**
 * What Kubernetes cannot do of a config.
 *
 * @module
 */

import { basename } from "node:path";
import { hasTlsProbe } from "../container/certificate.ts";
import type { Container } from "../container/container.ts";
import { saidOf } from "../container/said.ts";
import { shellWord } from "../container/shell_word.ts";
import { repeatedLines, strangeLines } from "../env_lines.ts";
import type { Project } from "../project.ts";
import type { NotCarried } from "../target.ts";
import { APPLY_CERTIFICATES } from "./certificates.ts";
import { namedHosts } from "./network_policy.ts";
import { envSecrets, type PodContext, probeFromOutside } from "./pod.ts";
import { cronSchedule } from "../container/schedule.ts";
import { variablesFor } from "./variables.ts";
import { VOLUME_SIZE } from "./objects.ts";
import { workloadKind } from "./workload.ts";

/**
 * Lists it, service by service.
 *
 * @param foldersOf The folders of the profiles that a service is in.
 * @param named How a path is written in the folder of the export.
 */
export function kubernetesLosses(
  { written, envFiles }: Pick<Project, "written" | "envFiles">,
  context: PodContext,
  foldersOf: (service: string) => readonly string[],
  named: (path: string) => string,
): NotCarried[] {
  const seen = new Set<string>();
  return context.containers.flatMap((container) => {
    const { service } = container.spec;
    if (seen.has(service)) return [];
    seen.add(service);
    return [
      ...lossesOf(
        container,
        { written, envFiles },
        context,
        foldersOf(service),
        named,
      ),
      ...dependencyLosses(container, context),
    ];
  });
}

function lossesOf(
  container: Container,
  { written, envFiles }: Pick<Project, "written" | "envFiles">,
  context: PodContext,
  folders: readonly string[],
  named: (path: string) => string,
): NotCarried[] {
  const { spec, storage, replicas } = container;
  const { service, restart, schedule } = spec;
  const kind = workloadKind(container, context.containers);
  const losses: NotCarried[] = [];
  const lose = (key: string, why: string, doInstead: string) =>
    losses.push({ service, key, why, doInstead });
  const said = (key: string) => saidOf(written, service, key) !== undefined;
  const { secret, refused } = variablesFor(container);
  const isOfConfig = (name: string) =>
    container.environment.get(name)?.kind === "secret";
  const [own, outside] = [true, false].map((wanted) =>
    Object.keys(secret).filter((name) => isOfConfig(name) === wanted)
  );
  if (outside!.length > 0) {
    lose(
      "environment",
      `${
        outside!.join(", ")
      }: the value comes from whoever starts it, and is nobody's to write down`,
      "fill it in in secrets.yaml",
    );
  }
  if (own!.length > 0) {
    lose(
      "environment",
      `${
        own!.join(", ")
      }: the value looks like a secret, and is in no file of the export`,
      "fill it in in secrets.yaml, and take the value out of the config, which comes into the image: write ${NAME} there",
    );
  }
  if (refused.length > 0) {
    lose(
      "environment",
      `"${refused.join('", "')}" is no name of a variable there`,
      "give it a name of letters, digits and _",
    );
  }
  envSecrets(container).forEach((name, index) => {
    const file = spec.envFiles[index]!;
    const create = `kubectl create secret generic ${name} --from-env-file=`;
    lose(
      "env_file",
      "what is in it may be a secret",
      `${create}${shellWord(named(file))}`,
    );
    const text = envFiles.get(file) ?? "";
    const lines = [
      ...new Set([...strangeLines(text), ...repeatedLines(text)]),
    ].toSorted((one, other) => one - other);
    if (lines.length === 0) return;
    lose(
      "env_file",
      `kubectl reads ${lines.length === 1 ? "line" : "lines"} ${
        lines.join(", ")
      } of "${
        basename(file)
      }" in another way: quotes and comments after a value stay in it, nothing is filled in, and export or a name that is set twice is an error`,
      `write NAME=value lines alone into a copy, and ${create}COPY`,
    );
  });
  if (container.certificate) {
    lose(
      "tls",
      "a key is nobody's to write down, and a pod that runs does not hear of a new one",
      `${APPLY_CERTIFICATES}, and after each renewal again, with ${
        restartOf(container, context)
      }`,
    );
  }
  if (hasTlsProbe(container) && container.isForeign) {
    lose(
      "healthcheck.grpc",
      "the node asks without a certificate, and its image has no program that has one, so it is asked by TCP alone",
      "put Deno and health_probe.ts into its image, and write that into its probes",
    );
  }
  if (schedule) {
    const cron = cronSchedule(schedule.pattern);
    if ("problem" in cron) {
      lose(
        "schedule",
        `${cron.problem}, so its CronJob is suspended`,
        "write another schedule into its CronJob, and take suspend away",
      );
    }
    if (schedule.timezone === undefined) {
      lose(
        "schedule",
        "without a timezone it runs by the clock of the control plane, which is mostly UTC",
        "write timezone into the config",
      );
    }
  } else if (kind === "Deployment" && restart.when === "on-failure") {
    lose(
      "restart",
      "a Deployment starts again what has ended, well or not",
      'nothing for what serves; "no" makes a Job of what comes to an end',
    );
  }
  for (const key of ["delay", "max_delay", "window", "reset_after"]) {
    if (!said(`restart_policy.${key}`)) continue;
    lose(
      `restart_policy.${key}`,
      "the node waits 10 s before a restart and doubles that up to 5 minutes, until it ran for 10 minutes",
      "nothing, unless that is too slow for it",
    );
  }
  if (kind === "Deployment" && said("restart_policy.max_attempts")) {
    lose(
      "restart_policy.max_attempts",
      "a Deployment never gives up",
      "have somebody told of pods in CrashLoopBackOff",
    );
  }
  if (spec.stopSignal !== "SIGTERM") {
    lose(
      "stop_signal",
      `pods are stopped by SIGTERM, and not by ${spec.stopSignal}`,
      "have its program take SIGTERM, or set lifecycle.stopSignal where the cluster knows that",
    );
  }
  for (const key of ["max_size", "max_files"]) {
    if (!said(`logging.${key}`)) continue;
    lose(
      `logging.${key}`,
      "the node rotates what is logged, the same for all pods",
      "set containerLogMaxSize and containerLogMaxFiles of the kubelet",
    );
  }
  if (spec.watch) {
    lose(
      "watch",
      "what is in an image does not change",
      "build a new image, and roll it out",
    );
  }
  if (spec.memLimitBytes !== undefined) {
    lose(
      "mem_limit",
      "the system kills a process that needs more, and does not ask it to stop",
      "give it more room than on this machine",
    );
  }
  if (spec.profiles.length > 0) {
    const [folder] = folders;
    lose(
      "profiles",
      folder === undefined
        ? "something that always runs needs it, so it always runs"
        : "there are none; each is a folder of its own",
      folder === undefined
        ? "nothing"
        : folders.map((each) => `kubectl apply -k ${each}`).join(", or "),
    );
  }
  const writes = storage.mounts.filter(({ readOnly }) => !readOnly);
  if (writes.length > 0) {
    lose(
      "permissions.write",
      `nobody knows how much it writes: ${
        writes.map(({ volume }) => volume.name).join(", ")
      } has ${VOLUME_SIZE}${
        replicas > 1
          ? ", and its replicas need a class that many can write"
          : ""
      }`,
      "set its size, and its storage class, in volumes.yaml",
    );
  }
  for (const host of namedHosts(container, context)) {
    lose(
      "permissions.net",
      `a NetworkPolicy knows no names, so "${host}" lets it call its port anywhere; Deno keeps to the name`,
      "write the addresses of that host into its policy",
    );
  }
  if (spec.runs.kind === "command") {
    lose(
      "permissions.net",
      "a command has no list of whom it calls, so it may call everybody",
      "write a list into its policy",
    );
  }
  return losses;
}

/** Returns the command by which the pods of a service are made anew. */
function restartOf(
  { spec }: Container,
  { containers }: PodContext,
): string {
  const own = containers.filter((each) => each.spec.service === spec.service);
  const names = own.map(({ name }) => name);
  switch (workloadKind(own[0]!, containers)) {
    case "Deployment":
      return `kubectl rollout restart deployment ${names.join(" ")}`;
    case "Job":
      return `kubectl delete job ${names.join(" ")} and kubectl apply -k .`;
    case "CronJob":
      return "nothing more, as its next run is a new pod";
  }
}

function dependencyLosses(
  container: Container,
  context: PodContext,
): NotCarried[] {
  const { containers, hosts, places } = context;
  const { service, dependsOn } = container.spec;
  return dependsOn.flatMap(({ service: needed, condition }) => {
    const other = containers.find(({ spec }) => spec.service === needed);
    if (!other) return [];
    const lose = (why: string, doInstead: string) => [{
      service,
      key: "depends_on",
      why,
      doInstead,
    }];
    const host = hosts.get(needed)!;
    switch (condition) {
      case "service_started":
        return lose(
          `nothing waits until "${needed}" was started`,
          "nothing, if it tries again until it is there; or write service_healthy",
        );
      case "service_completed_successfully":
        return lose(
          `nothing waits until "${needed}" has ended well`,
          `kubectl wait --for=condition=complete --timeout=10m job/${other.name}, and then ${
            restartOf(container, context)
          }`,
        );
      case "service_healthy": {
        const port = places.portOf(needed);
        if (probeFromOutside(other, host, port, container)) return [];
        return probeFromOutside(other, host, port, other)
          ? lose(
            `"${needed}" wants a certificate of who asks for its health, and this one has none`,
            "give it one, by tls",
          )
          : lose(
            `nobody but "${needed}" itself can ask for its health`,
            "give it a port, and a healthcheck by grpc, tcp or http",
          );
      }
    }
  });
}
