/**
 * What compose cannot do of a config.
 *
 * @module
 */

import { mostRestarts } from "../../../runtime/process/restart_policy.ts";
import type { Container, Containers } from "../container/container.ts";
import { saidOf } from "../container/said.ts";
import { cronSchedule } from "../container/schedule.ts";
import type { Project } from "../project.ts";
import { neededNames } from "../outside.ts";
import type { NotCarried } from "../target.ts";
import type { ComposeVariables } from "./variables.ts";
import { FLOORS, USER_VARIABLE } from "./service.ts";

/**
 * Lists it, service by service.
 *
 * @param made The profiles that services have in the compose file, and what
 * variables they have there.
 */
export function composeLosses(
  { written }: Pick<Project, "written">,
  { containers }: Containers,
  { profiles, variables }: {
    profiles: ReadonlyMap<string, readonly string[]>;
    variables: ComposeVariables;
  },
): NotCarried[] {
  const seen = new Set<string>();
  return containers.flatMap((container) => {
    const { service } = container.spec;
    if (seen.has(service)) return [];
    seen.add(service);
    return lossesOf(container, {
      written,
      secrets: variables.secretsOf(container),
      profiles: profiles.get(service) ?? [],
      isScheduled: (name) =>
        containers.some(({ spec }) => spec.service === name && spec.schedule),
    });
  });
}

function lossesOf(
  { spec, environment, healthcheck, name, certificate, isForeign }: Container,
  { written, secrets, profiles, isScheduled }: {
    written: Project["written"];
    secrets: readonly string[];
    profiles: readonly string[];
    isScheduled: (service: string) => boolean;
  },
): NotCarried[] {
  const { service, restart, schedule, memLimitBytes, watch } = spec;
  const losses: NotCarried[] = [];
  const lose = (key: string, why: string, doInstead: string) =>
    losses.push({ service, key, why, doInstead });
  const said = (key: string) => saidOf(written, service, key) !== undefined;
  const needed = [...environment.values()].flatMap((variable) =>
    variable.kind === "filled" ? neededNames(variable.text) : []
  );
  if (needed.length > 0) {
    const names = [...new Set(needed)].join(", ");
    lose(
      "environment",
      `${names}: compose takes the value from the environment of whoever starts it, and reads no env_file of an include for that`,
      `set ${names} there, or in a file .env beside compose.yaml`,
    );
  }
  if (secrets.length > 0) {
    const names = secrets.join(", ");
    lose(
      "environment",
      `${names}: the value looks like a secret, and is in no file of the export`,
      `set ${names} as the variables of before, and take the value out of the config, which comes into the image: write \${NAME} there`,
    );
  }
  if (certificate) {
    lose(
      "tls",
      "compose mounts a key as it lies here, with its owner and its mode, and does not see a file that takes its place",
      `set ${USER_VARIABLE} to whose it is, as the output of echo $(id -u):$(id -g), if that is not 1000:1000, and docker compose restart after a renewal`,
    );
  }
  if (certificate && isForeign) {
    lose(
      "tls",
      "nobody knows here which user its image has, who has to read the key",
      "write user: into its service, with the numbers of the key's owner",
    );
  }
  if (schedule) {
    const cron = cronSchedule(schedule.pattern);
    // Cron starts it in a folder of its own, and without a terminal.
    const run = `docker compose -f FOLDER/compose.yaml run --rm -T ${name}`;
    lose(
      "schedule",
      `compose has no clock; it stands in the profile "scheduled" and runs when somebody runs it`,
      "problem" in cron
        ? `have something else than cron run "${run}": ${cron.problem}`
        : `have cron of this machine run it, with the folder of compose.yaml: ${cron.schedule} ${run}`,
    );
    if (schedule.timezone !== undefined) {
      lose(
        "timezone",
        "compose has no clock",
        `set CRON_TZ=${schedule.timezone} where cron runs it`,
      );
    }
  }
  const most = mostRestarts(restart);
  if (restart.when !== "no" && !schedule && Number.isFinite(most)) {
    lose(
      restart.maxAttempts === undefined
        ? "restart"
        : "restart_policy.max_attempts",
      `Docker never gives up, where it is given up here after ${most} restarts within ${
        restart.windowMs / 1_000
      } s`,
      "have somebody told of containers that restart again and again, and stop those: docker compose stop",
    );
  }
  for (const key of ["delay", "max_delay", "window", "reset_after"]) {
    if (!said(`restart_policy.${key}`)) continue;
    lose(
      `restart_policy.${key}`,
      "Docker waits 100 ms before a restart and doubles that up to a minute, until it ran for 10 s",
      "nothing, unless that is too slow or too quick for it",
    );
  }
  if (healthcheck && restart.when !== "no" && !schedule) {
    lose(
      "healthcheck",
      "Docker starts again what has ended; what is unhealthy it marks so, and lets it run",
      "have its program end by itself when it is not well, have something beside it restart what is unhealthy, as autoheal does, or take Kubernetes or Swarm",
    );
  }
  if (healthcheck) {
    const { intervalMs, startIntervalMs } = healthcheck;
    if (said("healthcheck.interval") && intervalMs < FLOORS.intervalMs) {
      lose(
        "healthcheck.interval",
        "each check of a container starts a program, so it is made every 5 s at most",
        "write a shorter interval into compose.yaml, if the processor has time for it",
      );
    }
    if (
      said("healthcheck.start_interval") &&
      startIntervalMs < FLOORS.startIntervalMs
    ) {
      lose(
        "healthcheck.start_interval",
        "each check of a container starts a program, so it is made every second at most",
        "write a shorter start_interval into compose.yaml",
      );
    }
  }
  for (const { service: needed } of spec.dependsOn) {
    if (!isScheduled(needed)) continue;
    lose(
      "depends_on",
      `"${needed}" runs by its schedule alone, so nothing waits for it`,
      "take it out, or the schedule",
    );
  }
  if (watch !== undefined) {
    lose(
      "watch",
      isForeign
        ? "what is in an image does not change"
        : "compose looks at files only where it is told to, and then builds the whole image anew",
      isForeign
        ? "take a new image, and docker compose up again"
        : "docker compose up --build --watch",
    );
  }
  if (memLimitBytes !== undefined) {
    lose(
      "mem_limit",
      "the system kills a process that needs more, and does not ask it to stop",
      "give it more room than on this machine, and a restart other than no",
    );
  }
  if (profiles.join() !== spec.profiles.join()) {
    lose(
      "profiles",
      "compose starts no service of another profile because somebody needs it",
      profiles.length === 0
        ? "nothing: it always runs, as one that needs it does"
        : `nothing: it has the profiles of those that need it, too: ${
          profiles.join(", ")
        }`,
    );
  }
  return losses;
}
