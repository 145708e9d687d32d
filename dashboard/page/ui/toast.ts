/**
 * Short messages in a corner: what was done, and what did not work.
 *
 * @module
 */

import { html, part, useEffect, useState, type View } from "../preact.ts";
import { icon } from "./icons.ts";

/** A message that is shown for a while; a bad one until it is closed. */
interface Toast {
  id: number;
  text: string;
  tone: "good" | "bad";
}

const SHOWN_MS = 6_000;
const MOST = 4;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

/** Shows a message. */
export function toast(text: string, tone: Toast["tone"] = "good"): void {
  const id = nextId++;
  show([...toasts, { id, text, tone }].slice(-MOST));
  if (tone === "good") setTimeout(() => dismiss(id), SHOWN_MS);
}

/** The place of the messages; there is one. */
export function toastArea(): View {
  return part(Toasts, {});
}

function Toasts(): View {
  const [, draw] = useState(0);
  useEffect(() => {
    const changed = () => draw((count) => count + 1);
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, []);
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toasts.map(({ id, text, tone }) =>
        html`
          <div key="${id}" class="${`toast tone-${tone}`}">
            ${icon(tone === "good" ? "done" : "warning")}
            <p>${text}</p>
            <button
              type="button"
              class="icon-button"
              aria-label="Close this message"
              onClick="${() => dismiss(id)}"
            >
              ${icon("close")}
            </button>
          </div>
        `
      )}
    </div>
  `;
}

function dismiss(id: number): void {
  show(toasts.filter((each) => each.id !== id));
}

function show(next: readonly Toast[]): void {
  toasts = next;
  for (const changed of listeners) changed();
}
