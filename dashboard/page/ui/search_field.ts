/**
 * A field that is reached by the key `/`.
 *
 * @module
 */

import { html, type View } from "../preact.ts";
import { icon } from "./icons.ts";

/** What is typed, and who is told. */
export interface SearchField {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** Also on Enter; with Shift it goes back. */
  onEnter?: (isBack: boolean) => void;
  /** What is wrong with what was typed. */
  problem?: string | undefined;
}

/** Draws the field with its label as a placeholder. */
export function searchField(
  { label, value, onInput, onEnter, problem }: SearchField,
): View {
  const typed = ({ target }: Event) => {
    if (target instanceof HTMLInputElement) onInput(target.value);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !onEnter) return;
    event.preventDefault();
    onEnter(event.shiftKey);
  };
  return html`
    <label class="${problem ? "search wrong" : "search"}" title="${problem}">
      <span class="unseen">${label}</span>
      ${icon("search")}
      <input
        type="search"
        data-search
        placeholder="${label}"
        autocomplete="off"
        spellcheck="${false}"
        aria-invalid="${problem !== undefined}"
        value="${value}"
        onInput="${typed}"
        onKeyDown="${pressed}"
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  `;
}
