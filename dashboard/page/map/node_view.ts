/**
 * One box of the map: a link with a shape, a name and how it is.
 *
 * @module
 */

import { go } from "../navigation.ts";
import { type Child, html, part, useRef } from "../preact.ts";
import { statusShape } from "../ui/status.ts";
import { statusRank, toneOf } from "../ui/status_words.ts";
import { fitSteps, fitText } from "./fit_text.ts";
import type { MapNode } from "./graph.ts";
import { type Box, BOX_HEIGHT } from "./layout.ts";
import { measureFor } from "./measure.ts";
import type { NodeWords } from "./words.ts";

/** What a box shows. */
export interface NodeProps {
  node: MapNode;
  box: Box;
  words: NodeWords;
  /** Differs after each change of its state. */
  change: string;
  /** Whether the pointer or the focus is at it, or at its neighbours. */
  emphasis: "none" | "near" | "far";
  onPoint(name: string | undefined): void;
}

/** Places a box. */
export function nodeView(props: NodeProps): Child {
  return part(NodeView, props, props.node.name);
}

/** The link of a box, for who moves the focus. */
export function nodeId(name: string): string {
  return `map-node-${name}`;
}

/** In pixels, inside the box. */
const PADDING = 12;
const SHAPE = 12;

function NodeView(
  { node, box, words, change, emphasis, onPoint }: NodeProps,
): Child {
  const drawn = useRef(change);
  const { name, replicas, status } = node;
  const many = replicas.length > 1 ? `×${replicas.length}` : "";
  const inner = box.width - 2 * PADDING;
  const nameWidth = inner - SHAPE - 8 - (many ? 26 : 0);
  const tone = status ? toneOf(status) : "idle";
  const top = box.height < BOX_HEIGHT ? 21 : 24;
  const lines = box.height < BOX_HEIGHT ? 1 : 2;
  const { first, second } = linesOf(words, inner, lines);
  const stacked = replicas.length > 1;
  const classes = `map-node tone-${tone} ${
    node.ours ? "" : "map-elsewhere"
  } map-${emphasis}`;
  return html`
    <a
      id=${nodeId(name)}
      class=${classes}
      href=${hrefOf(node)}
      transform=${`translate(${box.x} ${box.y})`}
      onMouseEnter=${() => onPoint(name)}
      onMouseLeave=${() => onPoint(undefined)}
      onClick=${(event: MouseEvent) => open(event, hrefOf(node))}
      onFocus=${() => onPoint(name)}
      onBlur=${() => onPoint(undefined)}
    >
      <title>${labelOf(node, words)}</title>
      ${stacked && html`
        <rect class="map-stack" x="6" y="-6" width=${box.width -
          12} height=${box.height}
          rx="8" />
        <rect class="map-stack" x="3" y="-3" width=${box.width - 6} height=${box
          .height}
          rx="8" />
      `}
      <rect class="map-box" width=${box.width} height=${box.height} rx="8" />
      <rect class="map-tint" width=${box.width} height=${box.height} rx="8" />
      <rect class="map-edge-bar" width="4" height=${box.height -
        16} x="0" y="8" rx="2" />
      ${change !== drawn.current && html`
        <rect key=${change} class="map-pulse" width=${box.width} height=${box
          .height}
          rx="8" />
      `}
      <g transform=${`translate(${PADDING} ${top - 11})`}>${shapeOf(node)}</g>
      <text class="map-name" x=${PADDING + SHAPE + 8} y=${top}>
        ${fitText(name, nameWidth, measureFor("600 13.5px"))}
      </text>
      ${many && html`
        <text class="map-count" x=${box.width - PADDING} y=${top}
          text-anchor="end">${many}</text>
      `}
      <text class="map-state" x=${PADDING} y=${top + 20}>${first}</text>
      ${lines > 1 && html`
        <text
          class=${second.isStep ? "map-state" : "map-role"}
          x=${PADDING}
          y=${top + 38}
        >${second.text}</text>
      `}
    </a>
  `;
}

/** What stands below the name: how it is, and its role or how it came so. */
function linesOf(
  { state, steps, role }: NodeWords,
  width: number,
  lines: number,
): { first: string; second: { text: string; isStep: boolean } } {
  const measure = measureFor("12px");
  const [first, more] = fitSteps(steps, width, lines, measure);
  const text = more ?? fitText(role, width, measureFor("11.5px"));
  return {
    first: first ?? fitText(state, width, measure),
    second: { text, isStep: more !== undefined },
  };
}

/** A service that is not chosen looks as one that has ended. */
function shapeOf({ status, ours }: MapNode): Child {
  return status || ours ? statusShape(status ?? "exited") : elsewhereShape();
}

/** The shape of somebody of whom nothing but a name is known. */
function elsewhereShape(): Child {
  return html`
    <svg class="shape tone-idle" viewBox="0 0 12 12" width="12" height="12"
      aria-hidden="true">
      <path d="M2 10 10 2M4.5 2H10v5.5" class="stroke" />
    </svg>
  `;
}

/** Follows a plain click without loading the page anew. */
function open(event: MouseEvent, href: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(href);
}

/** To the service, and there to the replica that is worst off. */
function hrefOf({ name, ours, replicas }: MapNode): string {
  if (!ours) return "/registry";
  const worst =
    replicas.toSorted((a, b) => statusRank(a.status) - statusRank(b.status))[0];
  return `/?${new URLSearchParams({ service: worst?.name ?? name })}`;
}

function labelOf({ name, replicas }: MapNode, words: NodeWords): string {
  const many = replicas.length > 1 ? `, ${replicas.length} replicas` : "";
  const role = words.role === "" ? "" : `; ${words.role}`;
  const steps = words.steps.length > 0 ? ` (${words.steps.join(", ")})` : "";
  return `${name}${many}: ${words.state}${steps}${role}`;
}
