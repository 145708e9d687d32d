/**
 * Why a service is as it is: its state and the reason, how it ended, what it
 * waits for, what it wrote last to standard error, and what happened before.
 *
 * @module
 */

import { describeExit } from "../../runtime/process/start_process.ts";
import type { EventRecord } from "../../supervisor/events/event.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import type { Answer } from "./answer.ts";
import { isNamed, type Place, requireNames } from "./place.ts";
import { describeRecord } from "./read_events.ts";
import { lastLines } from "./read_logs.ts";

/** What may be asked. */
export interface ExplainQuestion {
  service: string;
}

/** How many lines of standard error, and how many events, are shown. */
const SHOWN = 20;

/**
 * Answers for a service and each of its replicas.
 *
 * @throws {UsageError} If there is no such service.
 */
export async function explainService(
  place: Place,
  { service }: ExplainQuestion,
): Promise<Answer> {
  const { services, says } = await place.seen();
  const config = await place.load();
  const specs = config ? [...config.services.values()].flat() : [];
  requireNames([service], [...services, ...specs]);
  const records = await place.events();
  const known = services.filter((each) => isNamed(each, [service]));
  const data: string[] = [];
  for (const each of known) {
    data.push(
      ...describeState(each),
      ...describeEnd(each, records),
      ...describeDependencies(
        specs.find(({ name }) => name === each.name)?.dependsOn ?? [],
        services,
      ),
    );
    const own = records.filter((record) => record.service === each.name);
    data.push(
      ...section("what happened last:", own.slice(-SHOWN).map(describeRecord)),
    );
    const { lines } = await lastLines(
      place,
      { services: [each.name], stream: "stderr" },
      SHOWN,
    );
    data.push(
      ...section(
        "last lines of standard error:",
        lines.map(({ time, text }) => `${time} | ${text}`),
      ),
    );
  }
  return {
    says: [
      ...says,
      ...(known.length > 0 ? [] : [
        `Service "${service}" is in the config and was not started: perhaps its profile was not named, or it was added since.`,
      ]),
    ],
    data,
    rest: `read_logs and read_events with services=["${service}"] have them`,
  };
}

function describeState(
  { name, status, restarts, pid, address, detail, notes = [] }:
    MeasuredSnapshot,
): string[] {
  return [
    `service: ${name}`,
    `state: ${status}${
      pid === undefined ? "" : `, pid ${pid}`
    }, started again ${restarts} times`,
    ...(detail === "" ? [] : [`reason: ${detail}`]),
    ...(address === undefined ? [] : [`address: ${address}`]),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** Says how it last ended: by its state, or by the last event that tells. */
function describeEnd(
  { name, exit }: MeasuredSnapshot,
  records: readonly EventRecord[],
): string[] {
  const record = records.findLast((each) =>
    each.service === name && "exitCode" in each
  );
  const ended = exit ? describeExit(exit) : record?.message;
  return ended === undefined
    ? []
    : [`last end: ${ended}${record ? `, at ${record.time}` : ""}`];
}

function describeDependencies(
  dependsOn: readonly { service: string; condition: string }[],
  services: readonly MeasuredSnapshot[],
): string[] {
  return dependsOn.map(({ service, condition }) => {
    const states = services.filter((each) => each.service === service)
      .map(({ name, status, detail }) =>
        `${name} is ${status}${detail === "" ? "" : ` (${detail})`}`
      );
    return `depends on: ${service}, ${condition}: ${
      states.join(", ") || "not started"
    }`;
  });
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
