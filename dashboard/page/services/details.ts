/**
 * All that is known of one service, beside the table.
 *
 * @module
 */

import type {
  EventRecord,
  Hello,
  ServiceDescription,
  ServiceState,
} from "../../wire.ts";
import {
  type Child,
  html,
  part,
  useEffect,
  useRef,
  type View,
} from "../preact.ts";
import type { Actions, Target } from "../service_actions.ts";
import { type Store, useStore } from "../store.ts";
import { copyable, copyButton } from "../ui/copy.ts";
import { DASH, formatBytes } from "../ui/format.ts";
import { icon } from "../ui/icons.ts";
import { isStale } from "../standing.ts";
import { useNow } from "../ui/now.ts";
import { statusPill } from "../ui/status.ts";
import { timeAt } from "../ui/time.ts";
import { actionButtons } from "./action_buttons.ts";
import { logTail } from "./log_tail.ts";
import { DASHBOARD } from "./question.ts";
import { linesToAdd } from "./hint.ts";
import type { ServiceRow } from "./rows.ts";
import { uptime } from "./uptime.ts";
import { conditionInWords, rightsInWords, whyOf } from "./words.ts";

/** Whose details are shown. */
export interface DetailsProps {
  store: Store;
  row: ServiceRow;
  target: Target;
  actions: Actions;
  /** The address of the details of another. */
  addressOf: (name: string) => string;
  onClose: () => void;
}

const EVENTS = 8;

/** Draws the pane; its title takes the focus when it opens. */
export function Details(props: DetailsProps): View {
  const { store, row, target, actions, addressOf, onClose } = props;
  const hello = useStore(store, (state) => state.hello);
  const offsetMs = useStore(store, (state) => state.clockOffsetMs);
  const stale = useStore(store, isStale);
  const events = useStore(store, (state) => state.events);
  const heading = useRef<HTMLElement | null>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [row.name]);
  const { name, members, description } = row;
  const only = row.kind === "group" ? undefined : members[0];
  const nowMs = useNow(offsetMs);
  return html`
    <aside class="details" aria-labelledby="details-title">
      <header>
        <h2 id="details-title" tabindex="-1" ref="${heading}">${name}</h2>
        ${only && statusPill(only.status)}
        <button
          type="button"
          class="icon-button end"
          aria-label="Close the details"
          title="Close (Esc)"
          onClick="${onClose}"
        >
          ${icon("close")}
        </button>
      </header>
      ${actionsOf(hello, row, target, actions)}
      ${only && standing(only, nowMs)}
      ${only?.hint !== undefined && hintOf(only.hint)}
      ${only
        ? facts(only, uptime(only.startedMs, { offsetMs, stale }))
        : membersOf(row, addressOf)}
      ${description && section("What it may do", rightsOf(description))}
      ${description && section("How it is run", runOf(description, addressOf))}
      ${only && section(
        html`
          Log <a href="${`/logs?name=${
            encodeURIComponent(name)
          }`}">All lines</a>
        `,
        logTail(store, name),
      )}
      ${section(
        html`
          Events <a href="${`/events?service=${
            encodeURIComponent(name)
          }`}">All events</a>
        `,
        eventsOf(events ?? [], row, nowMs),
      )}
    </aside>
  `;
}

function section(title: Child, content: Child): View {
  return html`
    <section>
      <h3>${title}</h3>
      ${content}
    </section>
  `;
}

function actionsOf(
  hello: Hello | undefined,
  { kind, name }: ServiceRow,
  target: Target,
  actions: Actions,
): View {
  if (hello?.readOnly) {
    return html`
      <p class="note">${icon("help")}<span>This page only looks: the config says
        ${" "}<code>read_only: true</code>. On the command line:
        ${" "}<code>${`${hello.command} restart ${name}`}</code></span></p>
    `;
  }
  const scales = kind !== "replica" && name !== DASHBOARD;
  return actionButtons(
    actions,
    target,
    scales
      ? ["start", "stop", "restart", "scale"]
      : ["start", "stop", "restart"],
    "words",
  );
}

function standing(state: ServiceState, nowMs: number): View {
  return html`
    <p class="why">${whyOf(state, nowMs)}</p>
    ${state.notes.map((note) =>
      html`
        <p class="note">${icon("warning")}<span>${note}</span></p>
      `
    )}
  `;
}

function hintOf(hint: string): View {
  const lines = linesToAdd(hint);
  return html`
    <div class="hint tone-bad">
      <p>${icon("warning")}<span class="text">${hint}</span></p>
      ${lines !== undefined && html`
        <p class="hint-say">For its entry in config.yaml, if it shall have that:</p>
        <div class="hint-code">
          <pre tabindex="0">${lines}</pre>
          ${copyButton(lines, "the lines for config.yaml")}
        </div>
      `}
    </div>
  `;
}

function facts(
  { pid, restarts, address }: ServiceState,
  runsFor: View,
): View {
  return html`
    <dl class="facts">
      ${fact("Uptime", runsFor)}
      ${fact("Process id", pid ?? DASH)} ${fact("Restarts", restarts)}
      ${fact(
        "Address",
        address === undefined ? DASH : copyable(address),
      )}
    </dl>
  `;
}

function fact(term: string, value: Child): View {
  return html`
    <div>
      <dt>${term}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

function membersOf(
  { members }: ServiceRow,
  addressOf: (name: string) => string,
): View {
  return html`
    <ul class="members">
      ${members.map(({ name, status }) =>
        html`
          <li key="${name}"><a href="${addressOf(
            name,
          )}">${name}</a>${statusPill(
            status,
          )}</li>
        `
      )}
    </ul>
    <p><a href="${logsAddress(members)}">The log of all of them</a></p>
  `;
}

function logsAddress(members: readonly ServiceState[]): string {
  const names = members.map(({ name }) => ["name", name]);
  return `/logs?${new URLSearchParams(names)}`;
}

function rightsOf(description: ServiceDescription): View {
  const { sandboxed, rights, inheritsEnvironment } = description;
  if (!sandboxed) {
    return html`
      <p class="note">${icon("warning")}<span>No sandbox: it may do anything you
        can.</span></p>
    `;
  }
  return html`
    <dl class="rights">
      ${rightsInWords(rights).map(({ verb, values, isEverything }) =>
        html`
          <div>
            <dt>may ${verb}</dt>
            <dd>${isEverything
              ? html`
                <strong>everything</strong>
              `
              : values.length === 0
              ? html`
                <span class="muted">nothing</span>
              `
              : values.map((value) =>
                html`
                  <code>${value}</code>
                `
              )}</dd>
          </div>
        `
      )}
    </dl>
    ${inheritsEnvironment && html`
      <p class="muted">It gets the variables of your environment.</p>
    `}
  `;
}

function runOf(
  description: ServiceDescription,
  addressOf: (name: string) => string,
): View {
  const { program, dependsOn, healthcheck, restart, schedule } = description;
  const { memLimitBytes, watched, replicas } = description;
  return html`
    <dl class="rights">
      ${fact(
        "program",
        html`
          <code>${program}</code>
        `,
      )} ${fact(
        "starts after",
        dependsOn.length === 0
          ? html`
            <span class="muted">nothing</span>
          `
          : dependsOn.map(({ service, condition }) =>
            html`
              <span><a href="${addressOf(service)}">${service}</a>
                ${" "}${conditionInWords(condition)}</span>
            `
          ),
      )} ${fact(
        "healthcheck",
        healthcheck === ""
          ? html`
            <span class="muted">none</span>
          `
          : healthcheck,
      )} ${fact("restart", restart)}
      ${replicas !== 1 && fact("replicas", replicas)}
      ${schedule !== undefined && fact("schedule", schedule)}
      ${memLimitBytes !== undefined &&
        fact("memory limit", formatBytes(memLimitBytes))}
      ${watched && fact("watch", "restarted when its source changes")}
    </dl>
  `;
}

function eventsOf(
  events: readonly EventRecord[],
  { name, service, members }: ServiceRow,
  nowMs: number,
): View {
  const names = [name, service, ...members.map((each) => each.name)];
  const own = events
    .filter((each) =>
      each.service !== undefined && names.includes(each.service)
    )
    .slice(-EVENTS).reverse();
  if (own.length === 0) {
    return html`
      <p class="muted">Nothing has happened to it yet.</p>
    `;
  }
  return html`
    <ul class="event-list">
      ${own.map((event) =>
        html`
          <li key="${event.sequence}">
            ${timeAt(event.timeMs, nowMs)}
            <span class="event-said">
              ${event.status ? statusPill(event.status) : html`
                <span class="tag">${event.type.replaceAll("_", " ")}</span>
              `}
              <span class="text">${event.message}</span>
            </span>
          </li>
        `
      )}
    </ul>
  `;
}

/** The pane as a part of a page. */
export function details(props: DetailsProps): View {
  return part(Details, props);
}
