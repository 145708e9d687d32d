/**
 * The page Services: what runs, how it stands, what it uses; and its details.
 *
 * @module
 */

import { commandLine } from "../command_line.ts";
import type { Action } from "../api.ts";
import { isForOthers } from "../keyboard.ts";
import { go, setQuery } from "../navigation.ts";
import type { PageProps } from "../page.ts";
import { html, useEffect, type View } from "../preact.ts";
import { type Route, withQuery } from "../routes.ts";
import { type Actions, type Target, useActions } from "../service_actions.ts";
import { actionButtons, ACTIONS } from "../services/action_buttons.ts";
import { details } from "../services/details.ts";
import { canDo, DASHBOARD } from "../services/question.ts";
import {
  dependantsOf,
  rowNamed,
  rowsOf,
  type ServiceRow,
  usageOf,
} from "../services/rows.ts";
import { uptime } from "../services/uptime.ts";
import { usageCell } from "../services/usage_cell.ts";
import type { ServicesView } from "../state.ts";
import { useStore } from "../store.ts";
import { copyButton } from "../ui/copy.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { count, DASH } from "../ui/format.ts";
import { pageHeader } from "../ui/page_header.ts";
import { searchField } from "../ui/search_field.ts";
import { sortOf, sortText } from "../ui/sort.ts";
import { statusPill, statusShape } from "../ui/status.ts";
import { isStale } from "../standing.ts";
import { countStatuses, statusWord } from "../ui/status_words.ts";
import { type Column, table } from "../ui/table.ts";

/** Draws the page. */
export function ServicesPage({ store, route }: PageProps): View {
  const view = useStore(store, ({ services }) => services);
  const hello = useStore(store, (state) => state.hello);
  const offsetMs = useStore(store, (state) => state.clockOffsetMs);
  const stale = useStore(store, isStale);
  const actions = useActions();
  const filter = route.query.get("q") ?? "";
  const chosen = route.query.get("service") ?? undefined;
  const canChange = hello !== undefined && !hello.readOnly &&
    hello.supervised;
  useKeys(view, chosen, canChange ? actions : undefined);

  if (hello?.supervised === false) {
    return html`
      ${pageHeader("Services")} ${emptyState({
        title: "No supervisor is looked at here.",
        text:
          "This dashboard shows the runs of a folder. Services are started by:",
        command: `${hello.command} supervise`,
      })}
    `;
  }
  if (view === undefined) {
    return html`
      ${pageHeader("Services")} ${waiting("the supervisor")}
    `;
  }
  const { services, descriptions, usage } = view;
  const sort = sortOf(route.query.get("sort"));
  const rows = rowsOf(services, descriptions, usage, filter, sort);
  const row = chosen === undefined
    ? undefined
    : rowNamed(chosen, services, descriptions);
  return html`
    <div class="${row ? "split open" : "split"}">
      <div class="split-main">
        ${pageHeader(
          "Services",
          searchField({
            label: "Filter services",
            value: filter,
            onInput: (q) => setQuery({ q }),
          }),
        )}
        ${services.length === 0
          ? emptyState({
            title: view.supervisor.up
              ? "The supervisor runs no service."
              : "The supervisor does not answer.",
            text: view.supervisor.reason ??
              "Services are named in config.yaml.",
            command: commandLine(hello, "supervise"),
          })
          : rows.length === 0
          ? emptyState({
            title: `No service matches “${filter}”.`,
            text: html`
              <button type="button" onClick="${() =>
                setQuery({ q: "" })}">Show all ${services.length}</button>
            `,
          })
          : table({
            label: "Services",
            columns: columnsOf(
              view,
              route,
              { offsetMs, stale },
              canChange ? actions : undefined,
            ),
            rows,
            keyOf: ({ kind, name }) => `${kind} ${name}`,
            classOf: ({ kind, name }) =>
              `${kind}${name === chosen ? " chosen" : ""}`,
            sort,
            onSort: (next) => setQuery({ sort: sortText(next) }),
            onOpen: ({ name }) => go(addressOf(route, name)),
          })}
      </div>
      ${row && details({
        store,
        row,
        target: targetOf(row, view),
        actions,
        addressOf: (name) => addressOf(route, name),
        onClose: () => close(chosen),
      })}
    </div>
    ${actions.dialog}
  `;
}

function addressOf(route: Route, name: string): string {
  return withQuery("/", route.query, { service: name });
}

/** Closes the details; the focus goes back to the row. */
function close(name: string | undefined): void {
  setQuery({ service: undefined }, "push");
  const row = [...document.querySelectorAll<HTMLElement>("[data-row]")]
    .find((each) => each.dataset["row"] === name);
  row?.focus();
}

function targetOf(
  { name, service, members }: ServiceRow,
  view: ServicesView,
): Target {
  return {
    name,
    members,
    dependants: dependantsOf(service, view.descriptions),
  };
}

/** Esc closes the details; a letter acts on the row that has the focus. */
function useKeys(
  view: ServicesView | undefined,
  chosen: string | undefined,
  actions: Actions | undefined,
): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isForOthers(event)) return;
      if (event.key === "Escape" && chosen !== undefined) {
        event.preventDefault();
        close(chosen);
        return;
      }
      const action = ACTIONS.find(({ key }) => key === event.key)?.action;
      const name = focusedRow() ?? chosen;
      if (!action || !actions || !view || name === undefined) return;
      const row = rowNamed(name, view.services, view.descriptions);
      if (!row || !isOffered(action, row)) return;
      event.preventDefault();
      const target = targetOf(row, view);
      if (canDo(action, target)) actions.request(action, target);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [view, chosen, actions]);
}

function focusedRow(): string | undefined {
  return document.activeElement?.closest("tr")
    ?.querySelector<HTMLElement>("[data-row]")?.dataset["row"];
}

function isOffered(action: Action, { kind, name }: ServiceRow): boolean {
  return action !== "scale" || kind !== "replica" && name !== DASHBOARD;
}

function columnsOf(
  view: ServicesView,
  route: Route,
  clock: { offsetMs: number; stale: boolean },
  actions: Actions | undefined,
): Column<ServiceRow>[] {
  const { usage } = view;
  // The rows are in order already: this only says that they can be.
  const sortBy = () => undefined;
  const figure = (row: ServiceRow, kind: "cpu" | "rssBytes") =>
    usageCell({
      kind,
      name: row.name,
      value: usageOf(row, usage)[kind],
      history: row.kind === "group" ? undefined : usage[row.name],
    });
  const columns: Column<ServiceRow>[] = [
    {
      key: "name",
      title: "Name",
      sortBy,
      cell: ({ name, kind, members }) =>
        html`
          <span class="name">
            <a data-row="${name}" href="${addressOf(
              route,
              name,
            )}" class="text">${name}</a>
            ${kind === "group" && html`
              <span class="tag">${count(members.length, "replica")}</span>
            `} ${members.some(({ hint }) => hint !== undefined) &&
              kind !== "group" && html`
              <span class="tag tag-bad">right denied</span>
            `}
          </span>
        `,
    },
    { key: "status", title: "Status", sortBy, cell: statusCell },
    {
      key: "uptime",
      title: "Uptime",
      isNumber: true,
      sortBy,
      cell: ({ kind, members }) =>
        kind === "group" ? "" : uptime(members[0]?.startedMs, clock),
    },
    {
      key: "cpu",
      title: "CPU",
      isNumber: true,
      sortBy,
      cell: (row) => figure(row, "cpu"),
    },
    {
      key: "memory",
      title: "Memory",
      isNumber: true,
      sortBy,
      cell: (row) => figure(row, "rssBytes"),
    },
    {
      key: "restarts",
      title: "Restarts",
      isNumber: true,
      from: "medium",
      sortBy,
      cell: ({ members }) => {
        const sum = members.reduce((all, { restarts }) => all + restarts, 0);
        return sum === 0
          ? html`
            <span class="muted">0</span>
          `
          : html`
            <strong>${sum}</strong>
          `;
      },
    },
    {
      key: "pid",
      title: "PID",
      isNumber: true,
      from: "widest",
      sortBy,
      cell: ({ kind, members }) =>
        kind === "group" ? "" : members[0]?.pid ?? DASH,
    },
    {
      key: "address",
      title: "Address",
      from: "wide",
      sortBy,
      cell: ({ kind, members }) => {
        const address = kind === "group" ? undefined : members[0]?.address;
        return address === undefined ? "" : html`
          <span class="copyable"><code>${address}</code>${copyButton(
            address,
            address,
          )}</span>
        `;
      },
    },
  ];
  if (!actions) return columns;
  return [...columns, {
    key: "actions",
    title: "Actions",
    from: "medium",
    cell: (row) =>
      actionButtons(
        actions,
        targetOf(row, view),
        isOffered("scale", row)
          ? ["start", "stop", "restart", "scale"]
          : ["start", "stop", "restart"],
        "icons",
      ),
  }];
}

function statusCell({ kind, members }: ServiceRow): View {
  const [first] = members;
  if (kind === "group") {
    return html`
      <span class="status-counts">${countStatuses(members).map((
        { status, number },
      ) =>
        html`
          <span class="count">${statusShape(
            status,
          )}${number} ${statusWord(status)}</span>
        `
      )}</span>
    `;
  }
  if (first === undefined) {
    return html`
      <span></span>
    `;
  }
  return html`
    <span class="status-cell">${statusPill(first.status)}<span
        class="detail text" title="${first.detail}">${first
          .detail}</span></span>
  `;
}
