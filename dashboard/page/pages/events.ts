/**
 * The page Events.
 *
 * @module
 */

import { html, type View } from "../preact.ts";
import type { PageProps } from "../page.ts";
import { pageHeader } from "../ui/page_header.ts";
import { waiting } from "../ui/empty.ts";

/** Draws the page. */
export function EventsPage(_props: PageProps): View {
  return html`
    ${pageHeader("Events")} ${waiting("the supervisor")}
  `;
}
