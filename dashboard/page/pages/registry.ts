/**
 * The page Registry: who is registered at the broker, since when and with what;
 * and who follows that.
 *
 * @module
 */

import type {
  RegistryEntry,
  RegistryMessage,
  RegistryWatcher,
} from "../../wire.ts";
import { setQuery } from "../navigation.ts";
import type { PageProps } from "../page.ts";
import { html, part, useMemo, useState, type View } from "../preact.ts";
import { type EntryGroup, groupsOf } from "../registry/groups.ts";
import { useStore } from "../store.ts";
import { copyable } from "../ui/copy.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { count, DASH, formatNumber } from "../ui/format.ts";
import { useNow } from "../ui/now.ts";
import { pageHeader } from "../ui/page_header.ts";
import { searchField } from "../ui/search_field.ts";
import { type Column, table } from "../ui/table.ts";
import { timeAgo } from "../ui/time.ts";

const STEP = 50;

/** Draws the page. */
export function RegistryPage({ store, route }: PageProps): View {
  const registry = useStore(store, (state) => state.registry);
  const hello = useStore(store, (state) => state.hello);
  const nowMs = useNow(useStore(store, (state) => state.clockOffsetMs));
  const filter = route.query.get("q") ?? "";
  const groups = useMemo(() => groupsOf(registry?.entries ?? [], filter), [
    registry,
    filter,
  ]);
  if (hello?.brokered === false) {
    return html`
      ${pageHeader("Registry")} ${emptyState({
        title: "No broker is asked.",
        text: html`The dashboard asks the service that is called
          ${" "}<code>broker</code>; another is named in config.yaml:`,
        command: "dashboard: {broker: SERVICE}",
      })}
    `;
  }
  return html`
    ${pageHeader(
      "Registry",
      html`
        ${searchField({
          label: "Filter entries",
          value: filter,
          onInput: (q) => setQuery({ q }),
        })}
        <span class="muted" role="status">${registry &&
          standing(registry)}</span>
      `,
    )}
    ${registry === undefined
      ? waiting("the broker")
      : !registry.broker.up
      ? emptyState({
        title: "The broker does not answer.",
        text: html`
          ${registry.broker.reason ?? registry.broker.address}
          ${" "}<a href="/">See how it stands.</a>
        `,
      })
      : content(registry, groups, filter, nowMs)}
  `;
}

function standing({ broker, total, entries }: RegistryMessage): string {
  const all = broker.up ? count(total, "entry", "entries") : "broker down";
  const part = total > entries.length
    ? `, the first ${formatNumber(entries.length)} are shown`
    : "";
  return `${all} at ${broker.address}${part}`;
}

function content(
  { entries, watchers }: RegistryMessage,
  groups: readonly EntryGroup[],
  filter: string,
  nowMs: number,
): View {
  return html`
    ${entries.length === 0
      ? emptyState({
        title: "Nobody is registered.",
        text: "A service registers itself by register() of denizen/broker.",
      })
      : groups.length === 0
      ? emptyState({ title: `No entry matches “${filter}”.` })
      : groups.map((group) => part(Group, { group, nowMs }, group.service))}
    <section class="group">
      <h2>Watchers <span class="muted">${watchers.length}</span></h2>
      ${watchers.length === 0
        ? html`
          <p class="muted group-note">Nobody follows what is registered.</p>
        `
        : table({
          label: "Watchers",
          columns: watcherColumns(nowMs),
          rows: watchers,
          keyOf: ({ name, address, service, sinceMs }) =>
            `${name} ${address} ${service} ${sinceMs}`,
        })}
    </section>
  `;
}

function Group({ group, nowMs }: { group: EntryGroup; nowMs: number }): View {
  const [shown, setShown] = useState(STEP);
  const { service, entries } = group;
  return html`
    <section class="group">
      <h2><span class="text">${service}</span><span class="muted">${formatNumber(
        entries.length,
      )}</span></h2>
      ${table({
        label: `Instances of ${service}`,
        columns: entryColumns(nowMs),
        rows: entries.slice(0, shown),
        keyOf: ({ instance, address }) => `${instance} ${address}`,
      })} ${entries.length > shown && html`
        <p class="more"><button
            type="button"
            onClick="${() => setShown(shown + STEP)}"
          >Show ${Math.min(
            STEP,
            entries.length - shown,
          )} more of ${formatNumber(
            entries.length,
          )}</button></p>
      `}
    </section>
  `;
}

function entryColumns(nowMs: number): Column<RegistryEntry>[] {
  return [
    {
      key: "instance",
      title: "Instance",
      cell: ({ instance }) =>
        html`
          <span class="text">${instance}</span>
        `,
    },
    {
      key: "owner",
      title: "Service here",
      cell: ({ owner }) =>
        owner === undefined
          ? html`
            <span class="muted">none of ours</span>
          `
          : html`
            <a
              data-row="${owner}"
              class="text"
              href="${`/?service=${encodeURIComponent(owner)}`}"
            >${owner}</a>
          `,
    },
    {
      key: "address",
      title: "Address",
      cell: ({ address }) => copyable(address),
    },
    {
      key: "since",
      title: "Registered",
      cell: ({ registeredMs }) =>
        registeredMs === undefined ? DASH : timeAgo(registeredMs, nowMs),
    },
    {
      key: "version",
      title: "Version",
      cell: ({ version }) => version === "" ? DASH : version,
    },
    {
      key: "metadata",
      title: "Metadata",
      from: "medium",
      cell: ({ metadata }) =>
        html`
          <span class="metadata">${Object.entries(metadata).map((
            [key, value],
          ) =>
            html`
              <code>${key}=${value}</code>
            `
          )}</span>
        `,
    },
  ];
}

function watcherColumns(nowMs: number): Column<RegistryWatcher>[] {
  return [
    {
      key: "watcher",
      title: "Watcher",
      cell: ({ name }) =>
        name === "" ? "somebody" : html`
          <a
            data-row="${name}"
            class="text"
            href="${`/?service=${encodeURIComponent(name)}`}"
          >${name}</a>
        `,
    },
    {
      key: "follows",
      title: "Follows",
      cell: ({ service }) =>
        service === "" ? "everything" : html`
          <span class="text">${service}</span>
        `,
    },
    {
      key: "from",
      title: "From",
      cell: ({ address }) =>
        html`
          <code>${address}</code>
        `,
    },
    {
      key: "since",
      title: "Since",
      cell: ({ sinceMs }) => timeAgo(sinceMs, nowMs),
    },
  ];
}
