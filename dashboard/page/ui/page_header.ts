/**
 * The top of a page: its title, and its controls.
 *
 * @module
 */

import { type Child, html, type View } from "../preact.ts";

/** Draws the title, then what stands beside it. */
export function pageHeader(title: string, controls?: Child): View {
  return html`
    <header class="page-header">
      <h1>${title}</h1>
      ${controls}
    </header>
  `;
}
