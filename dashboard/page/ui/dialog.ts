/**
 * Dialogs: a question before something is done, and the help.
 *
 * @module
 */

import {
  type Child,
  html,
  part,
  useEffect,
  useRef,
  useState,
  type View,
} from "../preact.ts";

/** A dialog that is open as long as it is drawn. */
export interface DialogProps {
  title: string;
  children: Child;
  /** Esc, a click beside it, or its form's cancel. */
  onClose: () => void;
}

/** Draws a dialog over the page; the rest cannot be reached meanwhile. */
export function Dialog({ title, children, onClose }: DialogProps): View {
  const dialog = useRef<HTMLDialogElement | null>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const closeBeside = (event: MouseEvent) => {
    if (event.target === dialog.current) onClose();
  };
  return html`
    <dialog
      ref="${dialog}"
      aria-labelledby="dialog-title"
      onClose="${onClose}"
      onClick="${closeBeside}"
    >
      <div class="dialog-body">
        <h2 id="dialog-title">${title}</h2>
        ${children}
      </div>
    </dialog>
  `;
}

/** A question, and what is done if the answer is yes. */
export interface Question {
  title: string;
  /** What will happen, in sentences. */
  text: string;
  /** What the button says: "Stop broker". */
  verb: string;
  isGrave?: boolean;
  /** Asks for a number, too. */
  number?: { label: string; value: number; least: number; most: number };
}

/** Asks before something is done. */
export function ask(
  question: Question,
  onYes: (number: number | undefined) => void,
  onClose: () => void,
): View {
  return part(Ask, { question, onYes, onClose });
}

function Ask({ question, onYes, onClose }: {
  question: Question;
  onYes: (number: number | undefined) => void;
  onClose: () => void;
}): View {
  const { title, text, verb, isGrave, number } = question;
  const [value, setValue] = useState(String(number?.value ?? ""));
  const answer = (event: SubmitEvent) => {
    event.preventDefault();
    onClose();
    onYes(number && Number(value));
  };
  const typed = (event: Event) => {
    if (event.target instanceof HTMLInputElement) setValue(event.target.value);
  };
  return part(Dialog, {
    title,
    onClose,
    children: html`
      <form method="dialog" onSubmit="${answer}">
        <p>${text}</p>
        ${number && html`
          <label class="field"><span>${number.label}</span><input
            type="number"
            autofocus
            required
            min="${number.least}"
            max="${number.most}"
            value="${value}"
            onInput="${typed}"
          /></label>
        `}
        <div class="dialog-buttons">
          <button type="button" onClick="${onClose}">Cancel</button>
          <button
            type="submit"
            class="${isGrave ? "primary grave" : "primary"}"
            autofocus="${!number}"
          >
            ${verb}
          </button>
        </div>
      </form>
    `,
  });
}
