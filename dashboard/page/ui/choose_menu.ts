/**
 * A menu from which some things can be chosen; none means all.
 *
 * @module
 */

import { html, part, useEffect, useRef, type View } from "../preact.ts";
import { count } from "./format.ts";
import { icon } from "./icons.ts";

/** What can be chosen, and what is. */
export interface ChooseMenu {
  label: string;
  /** What it says where nothing is chosen. */
  everything: string;
  options: readonly string[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

/** Draws a button that opens the list. */
export function chooseMenu(props: ChooseMenu): View {
  return part(Menu, props);
}

function Menu(
  { label, everything, options, chosen, onChoose }: ChooseMenu,
): View {
  const menu = useRef<HTMLDetailsElement | null>(null);
  useEffect(() => {
    const outside = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target)) return;
      if (menu.current) menu.current.open = false;
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, []);
  const closeByKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !menu.current?.open) return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  const toggle = (option: string) =>
    onChoose(
      chosen.includes(option)
        ? chosen.filter((each) => each !== option)
        : [...chosen, option],
    );
  const [first] = chosen;
  const words = first === undefined
    ? everything
    : chosen.length === 1
    ? first
    : count(chosen.length, "service");
  return html`
    <details class="menu" ref="${menu}" onKeyDown="${closeByKey}">
      <summary aria-label="${`${label}: ${words}`}"><span
          class="menu-words"
        >${words}</span>${icon("down")}</summary>
      <div class="menu-list" role="group" aria-label="${label}">
        <button
          type="button"
          disabled="${chosen.length === 0}"
          onClick="${() => onChoose([])}"
        >
          ${everything}
        </button>
        ${options.map((option) =>
          html`
            <label key="${option}"><input
                type="checkbox"
                checked="${chosen.includes(option)}"
                onChange="${() => toggle(option)}"
              /><span>${option}</span></label>
          `
        )}
      </div>
    </details>
  `;
}
