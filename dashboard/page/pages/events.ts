/**
 * The page Events: what has happened, the newest first.
 *
 * @module
 */

import { commandLine } from "../command_line.ts";
import type { EventRecord } from "../../wire.ts";
import { typesOf, wantedEvents } from "../events/filter.ts";
import { setQuery } from "../navigation.ts";
import type { PageProps } from "../page.ts";
import { html, useEffect, useMemo, useState, type View } from "../preact.ts";
import { useStore } from "../store.ts";
import { chooseMenu } from "../ui/choose_menu.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { count } from "../ui/format.ts";
import { useNow } from "../ui/now.ts";
import { pageHeader } from "../ui/page_header.ts";
import { searchField } from "../ui/search_field.ts";
import { statusPill } from "../ui/status.ts";
import { type Column, table } from "../ui/table.ts";
import { timeAgo, timeAt } from "../ui/time.ts";

const STEP = 200;
/** A log is shown from a little before what happened. */
const BEFORE_MS = 2_000;

/** Draws the page. */
export function EventsPage({ store, route }: PageProps): View {
  const events = useStore(store, (state) => state.events);
  const hello = useStore(store, (state) => state.hello);
  const nowMs = useNow(useStore(store, (state) => state.clockOffsetMs));
  const [shown, setShown] = useState(STEP);
  const services = route.query.getAll("service");
  const types = route.query.getAll("type");
  const words = route.query.get("q") ?? "";
  const key = JSON.stringify([services, types, words]);
  useEffect(() => setShown(STEP), [key]);
  const wanted = useMemo(
    () => wantedEvents(events ?? [], { services, types, words }),
    [events, key],
  );
  const known = useMemo(
    () =>
      [
        ...new Set([
          ...(events ?? []).flatMap(({ service }) => service ?? []),
          ...services,
        ]),
      ].sort(),
    [events, key],
  );
  return html`
    ${pageHeader(
      "Events",
      html`
        ${searchField({
          label: "Filter events",
          value: words,
          onInput: (q) => setQuery({ q }),
        })} ${chooseMenu({
          label: "Services",
          everything: "All services",
          options: known,
          chosen: services,
          onChoose: (service) => setQuery({ service }),
        })} ${chooseMenu({
          label: "Kinds",
          everything: "All kinds",
          options: typesOf(events ?? [], types),
          chosen: types,
          onChoose: (type) => setQuery({ type }),
        })}
        <span class="muted" role="status">${events &&
          count(wanted.length, "event")}</span>
      `,
    )}
    ${events === undefined
      ? waiting("events")
      : wanted.length === 0
      ? emptyState({
        title: events.length === 0
          ? "Nothing has happened yet."
          : "No event matches.",
        text: "What is older than this dashboard is told by:",
        command: commandLine(hello, "events"),
      })
      : html`
        ${table({
          label: "Events, the newest first",
          columns: columnsOf(nowMs),
          rows: wanted.slice(0, shown),
          keyOf: ({ sequence, timeMs }) => `${sequence} ${timeMs}`,
        })} ${wanted.length > shown && html`
          <p class="more"><button
              type="button"
              onClick="${() => setShown(shown + STEP)}"
            >Show ${Math.min(STEP, wanted.length - shown)} older</button></p>
        `}
      `}
  `;
}

function columnsOf(nowMs: number): Column<EventRecord>[] {
  return [
    {
      key: "time",
      title: "Time",
      cell: ({ timeMs }) =>
        html`
          <span class="event-time">${timeAt(timeMs, nowMs)}<span
              class="muted"
            >${timeAgo(timeMs, nowMs)}</span></span>
        `,
    },
    {
      key: "service",
      title: "Service",
      cell: ({ service }) =>
        service === undefined
          ? html`
            <span class="muted">supervisor</span>
          `
          : html`
            <a
              data-row="${service}"
              class="text"
              href="${`/?service=${encodeURIComponent(service)}`}"
            >${service}</a>
          `,
    },
    {
      key: "what",
      title: "What",
      cell: ({ type, status, previous }) =>
        status
          ? html`
            <span class="event-what">${previous && html`
              <span class="previous muted">${previous.replace(
                "_",
                " ",
              )} →</span>
            `}${statusPill(status)}</span>
          `
          : html`
            <span class="tag">${type.replaceAll("_", " ")}</span>
          `,
    },
    {
      key: "message",
      title: "Message",
      cell: ({ message }) =>
        html`
          <span class="text">${message}</span>
        `,
    },
    {
      key: "log",
      title: "Log",
      from: "medium",
      cell: ({ service, timeMs }) =>
        service !== undefined && html`
          <a
            href="${`/logs?name=${encodeURIComponent(service)}&at=${
              timeMs - BEFORE_MS
            }`}"
          >Log at that time<span class="unseen"> of ${service}</span></a>
        `,
    },
  ];
}
