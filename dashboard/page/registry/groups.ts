/**
 * The entries of a registry by their service.
 *
 * @module
 */

import type { RegistryEntry } from "../../wire.ts";

/** The instances of one service. */
export interface EntryGroup {
  service: string;
  entries: RegistryEntry[];
}

/** Groups the entries in which each word is found, by name. */
export function groupsOf(
  entries: readonly RegistryEntry[],
  filter: string,
): EntryGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = entries.filter((entry) => {
    const text = [
      entry.service,
      entry.instance,
      entry.address,
      entry.version,
      entry.owner ?? "",
      ...Object.entries(entry.metadata).map((pair) => pair.join("=")),
    ].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const inOrder = new Intl.Collator(undefined, { numeric: true }).compare;
  return [...Map.groupBy(wanted, ({ service }) => service)]
    .map(([service, entries]) => ({
      service,
      entries: entries.toSorted((a, b) => inOrder(a.instance, b.instance)),
    }))
    .toSorted((a, b) => inOrder(a.service, b.service));
}
