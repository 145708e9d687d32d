/**
 * The buttons that change a service.
 *
 * @module
 */

import type { Action } from "../api.ts";
import { html, type View } from "../preact.ts";
import type { Actions, Target } from "../service_actions.ts";
import { icon } from "../ui/icons.ts";
import { canDo } from "./question.ts";

/** In the order they are shown, with their keys. */
export const ACTIONS: readonly { action: Action; key: string; word: string }[] =
  [
    { action: "start", key: "s", word: "Start" },
    { action: "stop", key: "x", word: "Stop" },
    { action: "restart", key: "r", word: "Restart" },
    { action: "scale", key: "c", word: "Scale" },
  ];

const DOING: Record<Action, string> = {
  start: "Starting…",
  stop: "Stopping…",
  restart: "Restarting…",
  scale: "Scaling…",
};

/**
 * Draws them; while one is on its way, what is done, in the same place.
 *
 * @param look Pictures alone in a table, words in a pane.
 */
export function actionButtons(
  actions: Actions,
  target: Target,
  shown: readonly Action[],
  look: "icons" | "words",
): View {
  const pending = actions.pendingOf(target.name);
  return html`
    <span class="${`actions ${look}`}" aria-busy="${pending !== undefined}">
      ${ACTIONS.filter(({ action }) => shown.includes(action)).map((
        { action, key, word },
      ) =>
        html`
          <button
            type="button"
            key="${action}"
            class="${look === "icons" ? "icon-button" : ""}"
            disabled="${pending !== undefined || !canDo(action, target)}"
            aria-label="${`${word} ${target.name}`}"
            title="${`${word} (${key})`}"
            onClick="${() => actions.request(action, target)}"
          >
            ${icon(action)}${look === "words" && word}
          </button>
        `
      )}
      ${pending && html`
        <span class="doing" role="status">${DOING[pending]}</span>
      `}
    </span>
  `;
}
