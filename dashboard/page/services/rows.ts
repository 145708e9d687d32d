/**
 * The rows of the table of services: replicas stand below their service.
 *
 * @module
 */

import type {
  ServiceDescription,
  ServiceState,
  Usage,
  UsageHistory,
} from "../../wire.ts";
import { type Sort, sorted, type SortValue } from "../ui/sort.ts";
import { statusRank, statusWord } from "../ui/status_words.ts";

/** A row: a service alone, the head of its replicas, or one of them. */
export interface ServiceRow {
  kind: "single" | "group" | "replica";
  /** Unique among rows. */
  name: string;
  /** The service in the config. */
  service: string;
  /** One, or all replicas of a group. */
  members: readonly ServiceState[];
  /** Absent until the config has been described. */
  description?: ServiceDescription;
}

/** What a row uses now, all members together. */
export function usageOf(
  { members }: ServiceRow,
  usage: Readonly<Record<string, UsageHistory>>,
): Usage {
  const sum = (kind: "cpu" | "rssBytes") => {
    const known = members
      .map(({ name }) => usage[name]?.[kind].at(-1) ?? null)
      .filter((each) => each !== null);
    return known.length === 0 ? null : known.reduce((one, two) => one + two);
  };
  return { cpu: sum("cpu"), rssBytes: sum("rssBytes") };
}

/** What the rows can be sorted by. */
export function sortValueOf(
  row: ServiceRow,
  key: string,
  usage: Readonly<Record<string, UsageHistory>>,
): SortValue {
  switch (key) {
    case "name":
      return row.name;
    case "status":
      return Math.min(...row.members.map(({ status }) => statusRank(status)));
    case "uptime":
      // The one that runs longest began first.
      return negated(least(row.members.map(({ startedMs }) => startedMs)));
    case "restarts":
      return row.members.reduce((sum, { restarts }) => sum + restarts, 0);
    case "pid":
      return least(row.members.map(({ pid }) => pid));
    case "cpu":
      return usageOf(row, usage).cpu ?? undefined;
    case "memory":
      return usageOf(row, usage).rssBytes ?? undefined;
    case "address":
      return row.members[0]?.address;
  }
  return undefined;
}

/**
 * Makes the rows, in the order of the config or as `sort` says.
 *
 * @param filter Words; a row stays where each of them is found.
 */
export function rowsOf(
  services: readonly ServiceState[],
  descriptions: readonly ServiceDescription[],
  usage: Readonly<Record<string, UsageHistory>>,
  filter: string,
  sort: Sort | undefined,
): ServiceRow[] {
  const described = new Map(descriptions.map((each) => [each.service, each]));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const inOrder = (rows: ServiceRow[]) =>
    sort === undefined
      ? rows
      : sorted(rows, (row) => sortValueOf(row, sort.key, usage), sort.isDown);
  const heads = [...Map.groupBy(services, ({ service }) => service)]
    .flatMap(([service, all]): ServiceRow[] => {
      const members = all.filter((each) => matches(each, words));
      if (members.length === 0) return [];
      const description = described.get(service);
      const isSingle = all.length === 1 && all[0]?.name === service;
      return [{
        kind: isSingle ? "single" : "group",
        name: service,
        service,
        members,
        ...(description && { description }),
      }];
    });
  return inOrder(heads).flatMap((head) =>
    head.kind === "single"
      ? [head]
      : [head, ...inOrder(head.members.map((each) => replicaOf(head, each)))]
  );
}

/** Finds a row by its name, also one that a filter hides. */
export function rowNamed(
  name: string,
  services: readonly ServiceState[],
  descriptions: readonly ServiceDescription[],
): ServiceRow | undefined {
  return rowsOf(services, descriptions, {}, "", undefined)
    .find((row) => row.name === name);
}

/** The services that begin after this one, by the config. */
export function dependantsOf(
  service: string,
  descriptions: readonly ServiceDescription[],
): string[] {
  return descriptions
    .filter(({ dependsOn }) => dependsOn.some((on) => on.service === service))
    .map((each) => each.service);
}

function replicaOf(head: ServiceRow, member: ServiceState): ServiceRow {
  return {
    ...head,
    kind: "replica",
    name: member.name,
    members: [member],
  };
}

function matches(
  { name, service, status, address, detail }: ServiceState,
  words: readonly string[],
): boolean {
  const text = [name, service, statusWord(status), address ?? "", detail]
    .join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}
