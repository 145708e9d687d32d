/**
 * The map in words: for who does not see the picture, and what has changed.
 *
 * @module
 */

import { type Child, html } from "../preact.ts";
import { timeAt } from "../ui/time.ts";
import { type MapGraph, relationWords } from "./graph.ts";
import type { Trail } from "./trail.ts";
import type { NodeWords } from "./words.ts";

/** A row for each service, with what it has to do with others. */
export function relationsTable(
  { nodes, edges }: MapGraph,
  words: (name: string) => NodeWords,
): Child {
  return html`
    <div class="unseen">
      <table>
        <caption>Services and who needs whom</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">State</th>
            <th scope="col">Relations</th>
          </tr>
        </thead>
        <tbody>
        ${nodes.map(({ name }) =>
          html`
            <tr key=${name}>
              <th scope="row">${name}</th>
              <td>${words(name).state}</td>
              <td>${edges.filter(({ from }) => from === name)
                .flatMap(({ to, relations }) =>
                  relations.map((relation) =>
                    `${to}: ${relationWords(relation)}`
                  )
                )
                .join("; ") || "none"}</td>
            </tr>
          `
        )}
      </tbody>
      </table>
    </div>
  `;
}

/** What has become of which service, the newest first. */
export function trailList(trails: readonly Trail[], nowMs: number): Child {
  return html`
    <section class="map-trail" aria-labelledby="map-trail-title">
      <h2 id="map-trail-title">Recent changes</h2>
      ${trails.length === 0
        ? html`
          <p class="muted">No service has changed its state.</p>
        `
        : html`
          <ol>
            ${trails.map(({ name, fromMs, steps }) =>
              html`
                <li key=${`${name} ${fromMs}`}>
                  ${timeAt(fromMs, nowMs)}
                  <a href=${`/?${new URLSearchParams({
                    service: name,
                  })}`}>${name}</a>
                  <span>${steps.join(" · ")}</span>
                </li>
              `
            )}
          </ol>
        `}
    </section>
  `;
}
