/**
 * Who is started before whom.
 *
 * Of a service that goes on, only the health of its start is required: Requires=
 * to the service itself would restart all that depend on it each time it dies.
 *
 * @module
 */

import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Project } from "../project.ts";
import type { NotCarried } from "../target.ts";
import { healthyName, unitName } from "./names.ts";
import type { Setting } from "./unit_text.ts";

/** What a service's dependencies make of its unit. */
export interface Dependencies {
  settings: Setting[];
  notCarried: Omit<NotCarried, "service">[];
}

/** Returns what a process waits for. */
export function dependenciesOf(
  { dependsOn }: Pick<ServiceSpec, "dependsOn">,
  { name, services }: Pick<Project, "name" | "services">,
): Dependencies {
  const wants = new Set<string>();
  const requires = new Set<string>();
  const after = new Set<string>();
  const notCarried: Dependencies["notCarried"] = [];
  for (const { service, condition } of dependsOn) {
    for (const spec of services.get(service) ?? []) {
      const unit = unitName(
        name,
        spec.name,
        spec.schedule ? "timer" : "service",
      );
      after.add(unit);
      if (condition === "service_completed_successfully") {
        requires.add(unit);
        if (spec.restart.when !== "no") {
          notCarried.push({
            key: "depends_on",
            why:
              `if ${service} fails at first and succeeds when it is tried again, systemd has given up what waits for it`,
            doInstead: "start the target once more then",
          });
        }
        continue;
      }
      wants.add(unit);
      if (condition === "service_healthy" && !spec.schedule) {
        const healthy = healthyName(name, spec.name);
        requires.add(healthy);
        after.add(healthy);
      }
    }
  }
  const line = (key: string, units: ReadonlySet<string>): Setting[] =>
    units.size === 0 ? [] : [[key, [...units].join(" ")]];
  return {
    settings: [
      ...line("Wants", wants),
      ...line("Requires", requires),
      ...line("After", after),
    ],
    notCarried,
  };
}

/** What others wait for of a process. */
export interface Awaited {
  healthy: boolean;
  completed: boolean;
}

/** Returns what others wait for of a service. */
export function awaitedOf(
  { services }: Pick<Project, "services">,
  service: string,
): Awaited {
  const conditions = [...services.values()].flat()
    .flatMap(({ dependsOn }) => dependsOn)
    .filter((each) => each.service === service)
    .map(({ condition }) => condition);
  return {
    healthy: conditions.includes("service_healthy"),
    completed: conditions.includes("service_completed_successfully"),
  };
}
