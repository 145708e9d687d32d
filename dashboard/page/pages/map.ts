/**
 * The page of the map: what runs, and who needs whom.
 *
 * @module
 */

import type { EventRecord } from "../../wire.ts";
import { mapGraph, pairsOf } from "../map/graph.ts";
import { Picture } from "../map/picture.ts";
import { relationsTable, trailList } from "../map/tables.ts";
import { trailsOf } from "../map/trail.ts";
import { type NodeWords, nodeWords } from "../map/words.ts";
import { type Child, html, part, useMemo, type View } from "../preact.ts";
import type { PageProps } from "../page.ts";
import { useStore } from "../store.ts";
import { emptyState, waiting } from "../ui/empty.ts";
import { useNow } from "../ui/now.ts";
import { pageHeader } from "../ui/page_header.ts";
import { useWidth } from "../ui/width.ts";

/** How many changes stand below the map. */
const MOST_TRAILS = 8;
/** The newest events tell all that is shown of the past. */
const EVENTS = 400;

/** Shows the map. */
export function MapPage({ store }: PageProps): View {
  const view = useStore(store, ({ services }) => services);
  const registry = useStore(store, (state) => state.registry);
  const events = useStore(store, (state) => state.events);
  const hello = useStore(store, (state) => state.hello);
  const offsetMs = useStore(store, ({ clockOffsetMs }) => clockOffsetMs);
  const nowMs = useNow(offsetMs);
  const [place, width] = useWidth();
  const trails = useMemo(
    () => trailsOf(events?.slice(-EVENTS) ?? [], EVENTS),
    [events],
  );
  const pairs = useMemo(() => pairsOf(view?.descriptions ?? []), [
    view?.descriptions,
  ]);
  const graph = useMemo(
    () =>
      mapGraph({
        descriptions: view?.descriptions ?? [],
        services: view?.services ?? [],
        registry: hello?.brokered ? registry : undefined,
      }),
    [view?.descriptions, view?.services, registry, hello],
  );
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const words = (name: string): NodeWords =>
    nodeWords(nodes.get(name)!, trails, nowMs);
  const changes = useMemo(() => lastChanges(events ?? []), [events]);

  const picture = () => {
    if (hello && !hello.supervised) {
      return emptyState({
        title: "No supervisor runs here",
        text: "The map shows the services of a supervisor.",
        command: `${hello.command} supervise`,
      });
    }
    if (!view) return waiting("the supervisor");
    if (graph.nodes.length === 0) {
      return emptyState({ title: "The config has no services." });
    }
    return html`
      ${width > 0 && part(Picture, {
        graph,
        pairs,
        width,
        words,
        changes: (name: string) =>
          (nodes.get(name)?.replicas ?? [])
            .map((replica) =>
              `${replica.status} ${changes.get(replica.name) ?? ""}`
            )
            .join(),
      })} ${relationsTable(graph, words)}
    `;
  };
  return html`
    ${pageHeader("Map")}
    <div class="map-place" ref=${place}>${picture()}</div>
    ${view && legend(registry !== undefined && (hello?.brokered ?? false))}
    ${view && trailList(trails.slice(0, MOST_TRAILS), nowMs)}
  `;
}

/** The number of the last event of each service. */
function lastChanges(events: readonly EventRecord[]): Map<string, number> {
  return new Map(
    events.filter(({ type, service }) =>
      type === "service_state" && service !== undefined
    ).map(({ service, sequence }) => [service!, sequence]),
  );
}

/** What the two kinds of line mean. */
function legend(brokered: boolean): Child {
  return html`
    <p class="map-legend">
      <span>${sample("")} needs it, by the config</span>
      ${brokered && html`
        <span>${sample(
          "map-dashed",
        )} registers with the broker, or follows there</span>
      `}
      <span class="muted map-keys">Arrow keys follow the lines, Enter opens.</span>
    </p>
  `;
}

function sample(kind: string): Child {
  return html`
    <svg width="34" height="10" aria-hidden="true">
      <path class=${`map-line ${kind}`} d="M1 5H32" />
    </svg>
  `;
}
