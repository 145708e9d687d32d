/**
 * Tells what could not be carried over: one list, for the terminal and as a page.
 *
 * @module
 */

import { quantity } from "../../runtime/program/numbers.ts";
import { wrapWords } from "../../runtime/program/wrap_words.ts";
import type { NotCarried } from "./target.ts";

/** The page with the list, beside the other files. */
export const NOT_CARRIED_PAGE = "NOT-CARRIED.md";

/** One thing that is true of several services, which are named together. */
interface Told extends Omit<NotCarried, "service"> {
  services: string[];
}

/**
 * Returns the list as lines; none where it is empty.
 *
 * @param columns The width of the terminal. @default {a line for each}
 */
export function notCarriedLines(
  target: string,
  list: readonly NotCarried[],
  columns = Infinity,
): string[] {
  const told = together(list);
  if (told.length === 0) return [];
  return [
    `${
      quantity(told.length, "thing")
    } of the config could not be carried over to ${target}:`,
    ...told.flatMap(({ services, key, why, doInstead }) =>
      wrapWords(
        `- ${whose(services)}${key}: ${why}. Instead: ${doInstead}`,
        columns,
        "  ",
      )
    ),
  ];
}

/** Returns the page. */
export function notCarriedPage(
  target: string,
  list: readonly NotCarried[],
): string {
  const told = together(list);
  const intro = told.length === 0
    ? `All that the config says was carried over to ${target}.`
    : `What the config says and ${target} cannot do, or does in another way. All else was carried over.`;
  const parts = told.map(({ services, key, why, doInstead }) =>
    [
      `## \`${key}\`${services.length > 0 ? ` (${services.join(", ")})` : ""}`,
      `${sentence(why)}.`,
      `**Instead:** ${doInstead}.`,
    ].join("\n\n")
  );
  return `${["# Not carried over", intro, ...parts].join("\n\n")}\n`;
}

/** Puts what is true of several services into one entry, in the order given. */
function together(list: readonly NotCarried[]): Told[] {
  const told = new Map<string, Told>();
  for (const { service, key, why, doInstead } of list) {
    const id = JSON.stringify([key, why, doInstead]);
    const entry = told.get(id) ?? { services: [], key, why, doInstead };
    if (service !== undefined && !entry.services.includes(service)) {
      entry.services.push(service);
    }
    told.set(id, entry);
  }
  return [...told.values()];
}

function whose(services: readonly string[]): string {
  return services.length === 0 ? "" : `${services.join(", ")}: `;
}

/** Begins a sentence; systemd is written small everywhere. */
function sentence(text: string): string {
  return text.startsWith("systemd")
    ? text
    : text.charAt(0).toUpperCase() + text.slice(1);
}
