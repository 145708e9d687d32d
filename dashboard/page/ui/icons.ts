/**
 * The small pictures of the page, drawn in a square of 16.
 *
 * @module
 */

import { html, type View } from "../preact.ts";

const PATHS = {
  services: "M2.5 3h11v3h-11zM2.5 6.5h11v3h-11zM2.5 10h11v3h-11zM4.5 4.5h.01" +
    "M4.5 8h.01M4.5 11.5h.01",
  map:
    "M8 2.5a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6zM3.6 10a1.8 1.8 0 1 1 0" +
    " 3.6 1.8 1.8 0 0 1 0-3.6zM12.4 10a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z" +
    "M7.2 5.9 4.5 10.2M8.8 5.9l2.7 4.3M5.4 11.8h5.2",
  logs: "M2.5 3.5h11M2.5 6.5h8M2.5 9.5h11M2.5 12.5h6",
  events: "M8.8 1.8 3.5 9h4l-.8 5.2L12.2 7H8z",
  registry: "M3 3.8C3 2.8 5.2 2 8 2s5 .8 5 1.8-2.2 1.8-5 1.8-5-.8-5-1.8z" +
    "M3 3.8v8.4C3 13.2 5.2 14 8 14s5-.8 5-1.8V3.8M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8",
  pipeline: "M1.5 5.5h3.2v5H1.5zM6.4 5.5h3.2v5H6.4zM11.3 5.5h3.2v5h-3.2z" +
    "M4.7 8h1.7M9.6 8h1.7",
  start: "M4.5 3v10l8-5z",
  stop: "M4 4h8v8H4z",
  restart: "M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.9 1.8v3h-3",
  scale: "M2.5 6.5v7h7v-7zM6 6.5v-4h7.5v7.5h-4M9.75 4.4v3M8.25 5.9h3",
  copy: "M5.5 5.5h8v8h-8zM5.5 10.5h-3v-8h8v3",
  done: "M3 8.5l3.2 3.2L13 4.8",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3l3.4 3.4",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  newest: "M8 2.5v7M4.8 6.8 8 10l3.2-3.2M3.5 13h9",
  oldest: "M8 13.5v-7M4.8 9.2 8 6l3.2 3.2M3.5 3h9",
  warning: "M8 2 14.5 13.5h-13zM8 6.2v3.6M8 11.7h.01",
  help:
    "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8zM6.2 6.2c0-2.4 3.6-2.4" +
    " 3.6-.1C9.8 7.6 8 7.6 8 9.2M8 11.4h.01",
} as const;

/** The name of a picture. */
export type IconName = keyof typeof PATHS;

/** A picture beside a word, or in a control that has a label. */
export function icon(name: IconName): View {
  return html`
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      <path d="${PATHS[name]}" />
    </svg>
  `;
}
