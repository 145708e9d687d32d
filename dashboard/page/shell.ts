/**
 * The frame of every page: the way to the others, and how things stand.
 *
 * @module
 */

import { commandLine } from "./command_line.ts";
import { html, part, useEffect, useState, type View } from "./preact.ts";
import { handleKey, KEYS } from "./keyboard.ts";
import { useRoute } from "./navigation.ts";
import type { PageProps } from "./page.ts";
import { EventsPage } from "./pages/events.ts";
import { LogsPage } from "./pages/logs.ts";
import { MapPage } from "./pages/map.ts";
import { PipelinePage } from "./pages/pipeline.ts";
import { RegistryPage } from "./pages/registry.ts";
import { ServicesPage } from "./pages/services.ts";
import type { Component } from "./preact.ts";
import { type PageName, PAGES, type Route, streamAddress } from "./routes.ts";
import { standingOf } from "./standing.ts";
import { type Store, useStore } from "./store.ts";
import { Dialog } from "./ui/dialog.ts";
import { emptyState } from "./ui/empty.ts";
import { icon } from "./ui/icons.ts";
import { statusShape } from "./ui/status.ts";
import { countStatuses, statusWord } from "./ui/status_words.ts";
import { toastArea } from "./ui/toast.ts";

const COMPONENTS: Record<PageName, Component<PageProps>> = {
  services: ServicesPage,
  map: MapPage,
  logs: LogsPage,
  events: EventsPage,
  registry: RegistryPage,
  pipeline: PipelinePage,
};

/** The whole page. */
export function Shell({ store }: { store: Store }): View {
  const route = useRoute();
  const [isHelpShown, setHelpShown] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) =>
      handleKey(event, () => setHelpShown(true));
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  const address = route && streamAddress(route);
  useEffect(() => {
    if (address !== undefined) store.follow(address);
  }, [address]);
  const title = useStore(store, ({ hello }) => hello?.title ?? "");
  const page = PAGES.find((each) => each.page === route?.page);
  useEffect(() => {
    document.title = [page?.title, title, "Denizen"].filter(Boolean)
      .join(" · ");
  }, [page, title]);
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    ${rail(route)}
    <main id="main" tabindex="-1">${content(store, route)}</main>
    ${part(StatusBar, { store, showHelp: () => setHelpShown(true) })}
    ${toastArea()} ${isHelpShown &&
      part(Dialog, {
        title: "Keys",
        children: keyList(() => setHelpShown(false)),
        onClose: () => setHelpShown(false),
      })}
  `;
}

function content(store: Store, route: Route | undefined): View {
  if (route === undefined) {
    return html`
      <h1 class="unseen">No such page</h1>
      ${emptyState({
        title: "There is no such page.",
        text: html`
          <a href="/">Go to Services</a>
        `,
      })}
    `;
  }
  return part(SignedIn, { store, route });
}

/** The page, unless it may not be seen. */
function SignedIn({ store, route }: PageProps): View {
  const isSignedOut = useStore(
    store,
    ({ connection }) => connection === "signed_out",
  );
  const command = useStore(
    store,
    ({ hello }) => commandLine(hello, "dashboard"),
  );
  if (isSignedOut) {
    return html`
      <h1 class="unseen">Signed out</h1>
      ${emptyState({
        title: "You are signed out.",
        text: "A new address lets you in again. It is printed by:",
        command,
      })}
    `;
  }
  return part(COMPONENTS[route.page], { store, route }, route.page);
}

function rail(route: Route | undefined): View {
  return html`
    <nav class="rail" aria-label="Pages">
      <a class="brand" href="/" aria-label="Denizen" tabindex="-1">${mark()}</a>
      <ul>
        ${PAGES.map(({ page, title, path }, index) =>
          html`
            <li>
              <a
                href="${path}"
                aria-current="${route?.page === page ? "page" : undefined}"
                aria-keyshortcuts="${index + 1}"
                title="${`${title} (${index + 1})`}"
              >
                ${icon(page)}
                <span>${title}</span>
              </a>
            </li>
          `
        )}
      </ul>
    </nav>
  `;
}

function mark(): View {
  return html`
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
      <rect class="mark-ground" x="1" y="1" width="22" height="22" rx="6" />
      <path class="mark-sign" d="M7.5 6v12h4a6 6 0 0 0 0-12z" />
    </svg>
  `;
}

function StatusBar(
  { store, showHelp }: { store: Store; showHelp: () => void },
): View {
  const connection = useStore(store, (state) => state.connection);
  const hello = useStore(store, (state) => state.hello);
  const view = useStore(store, (state) => state.services);
  const { tone, word, sentence } = standingOf(
    connection,
    hello,
    view?.supervisor,
  );
  return html`
    <footer class="${`status-bar tone-${tone}`}">
      <p class="standing" role="status" aria-live="polite">
        ${statusShape(
          tone === "good"
            ? "healthy"
            : tone === "busy"
            ? "starting"
            : "unhealthy",
        )}
        <strong>${word}</strong>
        ${sentence && html`
          <span>${sentence}</span>
        `}
      </p>
      <p class="counts">
        ${countStatuses(view?.services ?? []).map(({ status, number }) =>
          html`
            <span class="${`count tone-text`}">${statusShape(
              status,
            )}${number} ${statusWord(status)}</span>
          `
        )}
      </p>
      <p class="whose">
        ${hello?.readOnly && html`
          <span class="tag" title="The config says read_only: true">read-only</span>
        `}
        <span class="title">${hello?.title ?? ""}</span>
        <span class="version">${hello ? `Denizen ${hello.version}` : ""}</span>
        <button
          type="button"
          class="icon-button"
          aria-label="Keys"
          aria-keyshortcuts="?"
          title="Keys (?)"
          onClick="${showHelp}"
        >
          ${icon("help")}
        </button>
      </p>
    </footer>
  `;
}

function keyList(onClose: () => void): View {
  return html`
    <dl class="keys">
      ${KEYS.map(({ keys, does }) =>
        html`
          <div>
            <dt>${keys.map((key) =>
              key === "…" ? " … " : html`
                <kbd>${key}</kbd>
              `
            )}</dt>
            <dd>${does}</dd>
          </div>
        `
      )}
    </dl>
    <div class="dialog-buttons">
      <button type="button" class="primary" autofocus
        onClick="${onClose}">Close</button>
    </div>
  `;
}
