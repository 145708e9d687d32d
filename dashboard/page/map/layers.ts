/**
 * The layers of a graph: what is needed in the first, who needs it after it.
 *
 * Which node is in which layer and in which order, with few crossings, is
 * the work of dagre.
 *
 * @module
 */

import { Graph, layout } from "@dagrejs/dagre";

/** A node, and how tall it is in pixels. */
export interface Item {
  name: string;
  height: number;
}

/** Where a node is: its layer from 0 on, and the middle of it in pixels. */
export interface Place {
  column: number;
  y: number;
}

/** The layers of a graph. */
export interface Layers {
  columns: number;
  places: Map<string, Place>;
  /** Where the line of a pair passes the columns between its ends. */
  between(from: string, to: string): Place[];
}

/** Between two columns, in pixels of the graph; the page has its own. */
const COLUMN_GAP = 100;
/** Between two lines that pass a column. */
const LINE_GAP = 8;

/**
 * Lays a graph out.
 *
 * @param items The nodes, in an order that is kept where nothing speaks against.
 * @param pairs Who turns to whom; rings are allowed.
 * @param gap Pixels between two nodes of a column.
 */
export function layersOf(
  items: readonly Item[],
  pairs: readonly [from: string, to: string][],
  gap: number,
): Layers {
  const graph = new Graph<object, NodeLabel, EdgeLabel>();
  graph.setGraph({
    rankdir: "LR",
    nodesep: gap,
    edgesep: LINE_GAP,
    ranksep: COLUMN_GAP,
  });
  for (const { name, height } of items) {
    graph.setNode(name, { width: 2, height });
  }
  for (const [from, to] of pairs) graph.setEdge(to, from, {});
  if (items.length > 0) layout(graph);
  // Of where they are from left to right only the order counts.
  const columns = [...new Set(items.map(({ name }) => graph.node(name).x!))]
    .sort((a, b) => a - b);
  const places = new Map(items.map(({ name }) => {
    const { x, y } = graph.node(name);
    return [name, { column: columns.indexOf(x!), y: y! }];
  }));
  return {
    columns: columns.length,
    places,
    between(from, to) {
      const source = places.get(from)?.column ?? 0;
      const target = places.get(to)?.column ?? 0;
      const points: { x: number; y: number }[] =
        graph.edge({ v: to, w: from })?.points ?? [];
      return points
        .map(({ x, y }) => ({ column: columns.indexOf(x), y }))
        .filter(({ column }) =>
          column >= 0 && (column - source) * (column - target) < 0
        )
        .sort((a, b) => (a.column - b.column) * (target - source));
    },
  };
}

/** What dagre is told of a node, and what it says of it. */
interface NodeLabel {
  width: number;
  height: number;
  x?: number;
  y?: number;
}

/** What dagre says of a line. */
interface EdgeLabel {
  points?: { x: number; y: number }[];
}
