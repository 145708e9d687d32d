/**
 * What stands where there is nothing to show: why, and what to do.
 *
 * @module
 */

import { type Child, html, type View } from "../preact.ts";
import { copyable } from "./copy.ts";

/** Says that there is nothing, why, and what to do. */
export interface Emptiness {
  title: string;
  /** Sentences. */
  text?: Child;
  /** A command to type. */
  command?: string;
}

/** Fills the place of a table or a picture. */
export function emptyState({ title, text, command }: Emptiness): View {
  return html`
    <div class="empty">
      <p class="empty-title">${title}</p>
      ${text && html`
        <p>${text}</p>
      `} ${command !== undefined && copyable(command)}
    </div>
  `;
}

/** Stands until the first message is there; as calm as an empty page. */
export function waiting(what: string): View {
  return html`
    <div class="empty" aria-busy="true">
      <p class="muted">Waiting for ${what}…</p>
    </div>
  `;
}
