/**
 * What the services do, what they may do, and where they can be reached.
 *
 * @module
 */

import { serviceReport } from "../control/service_report.ts";
import { permissionRows } from "../permissions/show.ts";
import type { Answer } from "./answer.ts";
import { isNamed, type Place, requireNames } from "./place.ts";

/** What may be asked. */
export interface ServicesQuestion {
  services?: readonly string[] | undefined;
}

/**
 * Answers with a line of JSON for each service or replica.
 *
 * @throws {UsageError} If there is no such service.
 */
export async function listServices(
  place: Place,
  { services = [] }: ServicesQuestion,
): Promise<Answer> {
  const { services: seen, says, isRunning } = await place.seen();
  const config = await place.load();
  const specs = config ? [...config.services.values()].flat() : [];
  requireNames(services, [...seen, ...specs]);
  const rights = new Map(
    config ? (await permissionRows(config)).map((row) => [row.name, row]) : [],
  );
  const known = new Map(seen.map((each) => [each.name, each]));
  const names = [
    ...new Set([...known.keys(), ...specs.map(({ name }) => name)]),
  ];
  const lines = names.flatMap((name) => {
    const spec = specs.find((each) => each.name === name);
    const service = known.get(name) ?? spec;
    if (!service || !isNamed(service, services)) return [];
    const snapshot = known.get(name);
    const row = rights.get(name);
    return JSON.stringify({
      ...(snapshot ? serviceReport(snapshot) : { name, state: "not started" }),
      ...(service.service === name ? {} : { service: service.service }),
      ...(spec
        ? {
          restart: spec.restart.when,
          ...(spec.dependsOn.length > 0 ? { dependsOn: spec.dependsOn } : {}),
          ...(spec.profiles.length > 0 ? { profiles: spec.profiles } : {}),
        }
        : {}),
      ...(row
        ? {
          rights: row.sandbox ? row.permissions : "everything: no sandbox",
          ...(row.refused === undefined ? {} : { refused: row.refused }),
        }
        : {}),
    });
  });
  return {
    says: [
      ...says,
      ...(config ? [] : [
        "The config is broken or not there, so rights and dependencies are not known.",
      ]),
      ...(isRunning || lines.length > 0 ? [] : ["There are no services."]),
    ],
    data: lines,
    rest: "name the services that you want to see",
  };
}
