/**
 * The page Pipeline.
 *
 * @module
 */

import { html, type View } from "../preact.ts";
import type { PageProps } from "../page.ts";
import { pageHeader } from "../ui/page_header.ts";
import { waiting } from "../ui/empty.ts";

/** Draws the page. */
export function PipelinePage(_props: PageProps): View {
  return html`
    ${pageHeader("Pipeline")} ${waiting("the supervisor")}
  `;
}
