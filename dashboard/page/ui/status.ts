/**
 * The status of a service: a shape and a word in its colour.
 *
 * @module
 */

import type { ServiceStatus } from "../../wire.ts";
import { html, type View } from "../preact.ts";
import { statusWord, toneOf } from "./status_words.ts";

/** Drawn in a square of 12. */
const SHAPES: Record<ServiceStatus, View> = {
  healthy: html`
    <circle cx="6" cy="6" r="4.5" fill="currentColor" />
  `,
  running: html`
    <circle cx="6" cy="6" r="4" class="stroke" />
    <circle cx="6" cy="6" r="1.8" fill="currentColor" />
  `,
  starting: html`
    <circle cx="6" cy="6" r="4" class="stroke" />
    <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
  `,
  pending: html`
    <circle cx="6" cy="6" r="4" class="stroke" stroke-dasharray="2 2.2" />
  `,
  unhealthy: html`
    <path d="M6 1.2 11.3 10.6H.7z" fill="currentColor" />
  `,
  "backing_off": html`
    <path d="M6 .8 11.2 6 6 11.2.8 6z" fill="currentColor" />
  `,
  stopping: html`
    <rect x="2" y="2" width="8" height="8" class="stroke" />
    <rect x="4.5" y="4.5" width="3" height="3" fill="currentColor" />
  `,
  exited: html`
    <rect x="2" y="2" width="8" height="8" class="stroke" />
  `,
  failed: html`
    <path d="M2 2l8 8M10 2l-8 8" class="stroke thick" />
  `,
  scheduled: html`
    <circle cx="6" cy="6" r="4.5" class="stroke" />
    <path d="M6 3.5V6l1.8 1.2" class="stroke" />
  `,
};

/** The shape of a status alone; somebody else must say the word. */
export function statusShape(status: ServiceStatus): View {
  return html`
    <svg class="${`shape tone-${
      toneOf(status)
    }`}" viewBox="0 0 12 12" width="12" height="12"
      aria-hidden="true">
      ${SHAPES[status]}
    </svg>
  `;
}

/** The shape and the word of a status. */
export function statusPill(status: ServiceStatus): View {
  return html`
    <span class="${`pill tone-${toneOf(status)}`}">${statusShape(
      status,
    )}<span>${statusWord(status)}</span></span>
  `;
}
