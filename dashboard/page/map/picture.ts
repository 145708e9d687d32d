/**
 * The map as a picture: boxes, and lines below them.
 *
 * @module
 */

import { type Child, html, useMemo, useState } from "../preact.ts";
import { fitText } from "./fit_text.ts";
import type { MapEdge, MapGraph } from "./graph.ts";
import { type Layout, layoutMap, type Line, neighbour } from "./layout.ts";
import { measureFor } from "./measure.ts";
import { nodeId, nodeView } from "./node_view.ts";
import type { NodeWords } from "./words.ts";

/** What the picture shows. */
export interface PictureProps {
  graph: MapGraph;
  /** Who may turn to whom by the config; the places follow from that. */
  pairs: [from: string, to: string][];
  width: number;
  words: (name: string) => NodeWords;
  /** Of a node; differs after each change of its state. */
  changes: (name: string) => string;
}

/** Draws the map. */
export function Picture(
  { graph, pairs, width, words, changes }: PictureProps,
): Child {
  const [pointed, setPointed] = useState<string | undefined>(undefined);
  const layout = useLayout(graph, pairs, width);
  const foreign = graph.nodes.find(({ ours }) => !ours)?.name ?? "";
  const foreignX = layout.boxes.get(foreign)?.x;
  const near = pointed === undefined ? undefined : around(pointed, graph.edges);
  return html`
    <svg
      class=${`map-picture map-${layout.mode}`}
      width=${layout.width}
      height=${layout.height}
      viewBox=${`0 0 ${layout.width} ${layout.height}`}
      role="group"
      aria-label="Services and who needs whom; arrow keys follow the lines"
      onKeyDown=${(event: KeyboardEvent) => moveFocus(event, layout)}
    >
      <defs>${arrow("map-arrow", "")}${arrow(
        "map-arrow-dashed",
        "dashed",
      )}</defs>
      <g aria-hidden="true">
        ${layout.frames.map(({ box, members }) =>
          html`
            <g key=${members[0]}>
              <rect
                class="map-frame"
                x=${box.x}
                y=${box.y}
                width=${box.width}
                height=${box.height}
                rx="10"
              />
              <text class="map-head" x=${box.x + 12} y=${box.y + 20}>
                ${fitText(
                  `${members.length} services that need the same`,
                  box.width - 20,
                  measureFor("650 12px"),
                )}
              </text>
            </g>
          `
        )}
      </g>
      <g aria-hidden="true">
        ${layout.routes.map(({ from, to, dashed, d }) =>
          html`
            <path
              key=${`${from[0]} ${to} ${dashed}`}
              class=${`map-line ${dashed ? "map-dashed" : ""} map-${
                emphasisOf(
                  near,
                  pointed === to ||
                    pointed !== undefined && from.includes(pointed),
                )
              }`}
              d=${d}
              marker-end=${`url(#map-arrow${dashed ? "-dashed" : ""})`}
            />
          `
        )}
      </g>
      ${layout.foreignY !== undefined && html`
        <text
          class="map-head"
          x=${foreignX}
          y=${layout.foreignY + 30}
        >Known to the broker alone</text>
      `}
      ${graph.nodes.map((node) =>
        nodeView({
          node,
          box: layout.boxes.get(node.name)!,
          words: words(node.name),
          change: changes(node.name),
          emphasis: emphasisOf(near, near?.has(node.name) ?? false),
          onPoint: setPointed,
        })
      )}
    </svg>
  `;
}

/** Lays out anew only when the config, the lines or the width differ. */
function useLayout(
  graph: MapGraph,
  pairs: [from: string, to: string][],
  width: number,
): Layout {
  const own = graph.nodes.filter(({ ours }) => ours).map(({ name }) => name);
  const plan = {
    own,
    foreign: graph.nodes.filter(({ ours }) => !ours).map(({ name }) => name),
    pairs,
    lines: graph.edges.flatMap(linesOf),
    hub: graph.nodes.find(({ broker, ours }) => broker && ours)?.name,
    width,
  };
  return useMemo(() => layoutMap(plan), [JSON.stringify(plan)]);
}

/** What the config needs, and what the broker knows, are two lines. */
function linesOf({ from, to, relations }: MapEdge): Line[] {
  const needs = relations.some(({ kind }) => kind === "needs");
  const known = relations.some(({ kind }) => kind !== "needs");
  return [
    ...(needs ? [{ from, to, dashed: false }] : []),
    ...(known ? [{ from, to, dashed: true }] : []),
  ];
}

/** A node and all that it has to do with. */
function around(name: string, edges: readonly MapEdge[]): Set<string> {
  const near = new Set([name]);
  for (const { from, to } of edges) {
    if (from === name) near.add(to);
    if (to === name) near.add(from);
  }
  return near;
}

function emphasisOf(
  near: Set<string> | undefined,
  isNear: boolean,
): "none" | "near" | "far" {
  return near === undefined ? "none" : isNear ? "near" : "far";
}

function arrow(id: string, kind: string): Child {
  return html`
    <marker
      id=${id}
      class=${`map-head-${kind || "plain"}`}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 .8 7.2 4 0 7.2z" />
    </marker>
  `;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"] as const;

function moveFocus(event: KeyboardEvent, layout: Layout): void {
  const key = ARROWS.find((each) => each === event.key);
  const at = [...layout.boxes.keys()].find((name) =>
    document.activeElement?.id === nodeId(name)
  );
  if (!key || at === undefined) return;
  const next = neighbour(layout, at, key);
  if (next === undefined) return;
  event.preventDefault();
  document.getElementById(nodeId(next))?.focus();
}
