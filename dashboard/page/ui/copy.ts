/**
 * Text that can be copied by a button.
 *
 * @module
 */

import { html, part, useState, type View } from "../preact.ts";
import { icon } from "./icons.ts";
import { toast } from "./toast.ts";

/** A piece of code, and a button that copies it. */
export function copyable(text: string, label = text): View {
  return part(Copyable, { text, label });
}

/** The button alone. */
export function copyButton(text: string, label: string): View {
  return part(CopyButton, { text: () => text, label });
}

/** Copies text, and says so if that did not work. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser forbids it, as on an address that is not local.
    toast(
      "Cannot copy: the browser does not allow it. Select the text.",
      "bad",
    );
    return false;
  }
}

function Copyable({ text, label }: { text: string; label: string }): View {
  return html`
    <span class="copyable"><code>${text}</code>${part(CopyButton, {
      text: () => text,
      label,
    })}</span>
  `;
}

const SHOWN_MS = 1_500;

/** A button that copies, and shows that it has. */
export function CopyButton(
  { text, label }: { text: () => string; label: string },
): View {
  const [isDone, setDone] = useState(false);
  const copy = async (event: Event) => {
    event.stopPropagation();
    if (!await copyText(text())) return;
    setDone(true);
    setTimeout(() => setDone(false), SHOWN_MS);
  };
  const words = isDone ? "Copied" : `Copy ${label}`;
  return html`
    <button
      type="button"
      class="icon-button copy"
      aria-label="${words}"
      title="${words}"
      onClick="${copy}"
    >${icon(isDone ? "done" : "copy")}</button>
  `;
}
