/**
 * Where each box of the map is, and how the lines between them run.
 *
 * Two ways: in layers from left to right, what is needed on the left; and, where
 * there is no room for that, in a list with the lines beside it. Both follow
 * from the config and the width alone.
 *
 * @module
 */

import { depthsOf } from "./depths.ts";
import { type Block, blocksOf } from "./groups.ts";
import { lanesOf } from "./lanes.ts";
import { type Layers, layersOf } from "./layers.ts";

/** A place, in CSS pixels from the upper left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is to be laid out. */
export interface Plan {
  /** Names of ours, in the order of the config. */
  own: string[];
  /** Names of what is elsewhere; always below ours. */
  foreign: string[];
  /** Service and what it turns to; what makes the layers. */
  pairs: [from: string, to: string][];
  /** Lines to be drawn: those of the pairs, and any other. */
  lines: Line[];
  /** The broker, if there is one of ours: to it go all that are dashed. */
  hub: string | undefined;
  /** Pixels from left to right. */
  width: number;
}

/** A line from a box to another. */
export interface Line {
  from: string;
  to: string;
  /** Needed by the config, or only known to the broker. */
  dashed: boolean;
}

/** One line of the picture, for all that have the same way. */
export interface Route {
  from: string[];
  to: string;
  dashed: boolean;
  /** Its way, as the `d` of an SVG path. */
  d: string;
}

/** A frame around boxes that need the same. */
export interface Frame {
  box: Box;
  members: string[];
}

/** The whole picture. */
export interface Layout {
  mode: "layers" | "list";
  /** May be wider than what there was; never in a list. */
  width: number;
  height: number;
  boxes: Map<string, Box>;
  frames: Frame[];
  routes: Route[];
  /** Where the boxes of what is elsewhere begin; undefined if there are none. */
  foreignY: number | undefined;
}

/** Sizes in pixels. */
export const BOX_HEIGHT = 74;
/** Of boxes that are many: without the line of what they are for. */
export const SMALL_BOX_HEIGHT = 52;
const BOX_WIDTH = { least: 168, most: 248 };
const ROW_GAP = 18;
const COLUMN_GAP = { least: 44, most: 170 };
const MARGIN = 8;
/** Room for the words above what is elsewhere. */
const FOREIGN_HEAD = 44;
const SMALL_ROW_GAP = 12;
/** A list of more than these has small boxes. */
const LONG_LIST = 20;
/** From here on layers are legible. */
const LAYERS_WIDTH = 640;

/** Lays a map out. */
export function layoutMap(plan: Plan): Layout {
  return plan.width < LAYERS_WIDTH ? listLayout(plan) : layersLayout(plan);
}

function layersLayout(plan: Plan): Layout {
  const inner = plan.width - 2 * MARGIN;
  const paired = new Set(plan.pairs.flat());
  const blocks = blocksOf(
    plan.own.filter((name) => paired.has(name)),
    plan.pairs,
  );
  const blockOf = new Map(
    blocks.flatMap(({ name, members }) =>
      members.map((member): [string, string] => [member, name])
    ),
  );
  const pairs = distinct(
    plan.pairs.map(([from, to]): [string, string] => [
      blockOf.get(from)!,
      blockOf.get(to)!,
    ]),
  );
  const { boxWidth, across } = widthsOf(blocks, pairs, inner);
  const height = ({ name, members }: Block) =>
    members.length === 1 ? BOX_HEIGHT : FRAME.head + FRAME.padding +
      Math.ceil(members.length / across.get(name)!) *
        (SMALL_BOX_HEIGHT + SMALL_ROW_GAP) -
      SMALL_ROW_GAP;
  const layers = layersOf(
    blocks.map((block) => ({ name: block.name, height: height(block) })),
    pairs,
    ROW_GAP,
  );
  const columns = columnsOf(blocks, layers, inner, boxWidth, across);
  const boxes = new Map<string, Box>();
  const frames: Frame[] = [];
  const blockBoxes = new Map<string, Box>();
  for (const block of blocks) {
    const { column, y } = layers.places.get(block.name)!;
    const tall = height(block);
    const box = {
      x: columns[column]!.left,
      y: MARGIN + y - tall / 2,
      width: blockWidth(across.get(block.name) ?? 1, boxWidth, block),
      height: tall,
    };
    blockBoxes.set(block.name, box);
    if (block.members.length === 1) {
      boxes.set(block.members[0]!, box);
      continue;
    }
    frames.push({ box, members: block.members });
    putGrid(boxes, block.members, across.get(block.name)!, {
      x: box.x + FRAME.padding,
      y: box.y + FRAME.head,
      width: boxWidth,
      small: true,
    });
  }
  const alone = plan.own.filter((name) => !paired.has(name));
  const grid = Math.max(
    1,
    Math.floor((inner + ROW_GAP) / (boxWidth + ROW_GAP)),
  );
  const below = () =>
    bottomOf([...boxes.values(), ...frames.map(({ box }) => box)]);
  if (alone.length > 0) {
    const y = boxes.size === 0 ? MARGIN : below() + 2 * ROW_GAP;
    putGrid(boxes, alone, grid, { x: MARGIN, y, width: boxWidth });
  }
  const foreignY = plan.foreign.length > 0 ? below() + ROW_GAP : undefined;
  if (foreignY !== undefined) {
    const y = foreignY + FOREIGN_HEAD;
    putGrid(boxes, plan.foreign, grid, { x: MARGIN, y, width: boxWidth });
  }
  const right = Math.max(
    0,
    ...columns.map(({ left, width }) => left + width),
    ...[...boxes.values()].map((box) => box.x + box.width),
  );
  const routed = Map.groupBy(
    plan.lines,
    ({ from, to, dashed }) =>
      JSON.stringify([
        blockOf.get(from) ?? from,
        blockOf.get(to) ?? to,
        dashed,
      ]),
  );
  return {
    mode: "layers",
    width: Math.max(plan.width, right + MARGIN),
    height: below() + MARGIN,
    boxes,
    frames,
    routes: [...routed.values()].map((lines) => {
      const { from, to, dashed } = lines[0]!;
      const end = (name: string) => {
        const block = blockOf.get(name) ?? name;
        return { name: block, box: blockBoxes.get(block) ?? boxes.get(name) };
      };
      return {
        from: lines.map((line) => line.from),
        to,
        dashed,
        d: route(end(from), end(to), dashed, layers, columns),
      };
    }),
    foreignY,
  };
}

/** A frame around many boxes: the place for its words, and around the boxes. */
const FRAME = { head: 30, padding: 12 };

function distinct(pairs: [string, string][]): [string, string][] {
  const all = new Map(pairs.map((pair) => [JSON.stringify(pair), pair]));
  return [...all.values()].filter(([from, to]) => from !== to);
}

/** Puts boxes into rows of `across`. */
function putGrid(
  boxes: Map<string, Box>,
  names: readonly string[],
  across: number,
  { x, y, width, small = false }: {
    x: number;
    y: number;
    width: number;
    small?: boolean;
  },
): void {
  const height = small ? SMALL_BOX_HEIGHT : BOX_HEIGHT;
  const gap = small ? SMALL_ROW_GAP : ROW_GAP;
  names.forEach((name, i) =>
    boxes.set(name, {
      x: x + (i % across) * (width + gap),
      y: y + Math.floor(i / across) * (height + gap),
      width,
      height,
    })
  );
}

function blockWidth(across: number, boxWidth: number, block: Block): number {
  return block.members.length === 1
    ? boxWidth
    : across * (boxWidth + SMALL_ROW_GAP) - SMALL_ROW_GAP + 2 * FRAME.padding;
}

/**
 * Finds how wide boxes are, and how many stand beside each other in each frame:
 * as many as there is room for, the tallest frame first.
 */
function widthsOf(
  blocks: readonly Block[],
  pairs: readonly [string, string][],
  inner: number,
): { boxWidth: number; across: Map<string, number> } {
  const depth = depthsOf(blocks.map(({ name }) => name), pairs);
  const across = new Map(blocks.map(({ name }) => [name, 1]));
  const frames = blocks.filter(({ members }) => members.length > 1);
  const needed = (boxWidth: number) => {
    const widths = Map.groupBy(blocks, ({ name }) => depth.get(name)!);
    return [...widths.values()].reduce(
      (sum, column) =>
        sum + COLUMN_GAP.least + Math.max(
          ...column.map((each) =>
            blockWidth(across.get(each.name)!, boxWidth, each)
          ),
        ),
      -COLUMN_GAP.least,
    );
  };
  const rows = ({ name, members }: Block) =>
    Math.ceil(members.length / across.get(name)!);
  for (;;) {
    const tallest = frames.toSorted((a, b) => rows(b) - rows(a))
      .find((block) => rows(block) > 3 && !across.has(`full ${block.name}`));
    if (!tallest) break;
    const { name } = tallest;
    across.set(name, across.get(name)! + 1);
    if (needed(BOX_WIDTH.least) <= inner) continue;
    across.set(name, across.get(name)! - 1);
    across.set(`full ${name}`, 1);
  }
  const widest = BOX_WIDTH.most - BOX_WIDTH.least;
  const extra = Array.from({ length: widest + 1 }, (_, i) => widest - i)
    .find((more) => needed(BOX_WIDTH.least + more) <= inner) ?? 0;
  return { boxWidth: BOX_WIDTH.least + extra, across };
}

/** The columns, as evenly apart as the width allows. */
function columnsOf(
  blocks: readonly Block[],
  layers: Layers,
  inner: number,
  boxWidth: number,
  across: Map<string, number>,
): Column[] {
  const widths = Array.from({ length: layers.columns }, (_, column) =>
    Math.max(
      boxWidth,
      ...blocks
        .filter(({ name }) => layers.places.get(name)!.column === column)
        .map((block) => blockWidth(across.get(block.name)!, boxWidth, block)),
    ));
  const all = widths.reduce((sum, width) => sum + width, 0);
  const gaps = Math.max(1, layers.columns - 1);
  const gap = Math.min(
    COLUMN_GAP.most,
    Math.max(COLUMN_GAP.least, Math.floor((inner - all) / gaps)),
  );
  let left = MARGIN;
  return widths.map((width) => {
    const column = { left, width };
    left += width + gap;
    return column;
  });
}

/** A column from left to right, in pixels. */
interface Column {
  left: number;
  width: number;
}

function bottomOf(boxes: Iterable<Box>): number {
  return Math.max(0, ...[...boxes].map((box) => box.y + box.height));
}

/** How far the lines of the broker run below those of the config. */
const DASHED_OFFSET = 16;

/**
 * The way of a line: level across each column, bent only between them, so that
 * it never crosses the box of somebody else.
 */
function route(
  from: End,
  to: End,
  dashed: boolean,
  layers: Layers,
  columns: readonly Column[],
): string {
  const { box: source } = from;
  const { box: target } = to;
  if (!source || !target) return "";
  const offset = dashed ? DASHED_OFFSET / 2 : -DASHED_OFFSET / 2;
  const middle = (box: Box) => box.y + box.height / 2 + offset;
  if (source.x === target.x) return beside(source, target, middle);
  const forward = source.x < target.x;
  // Out of a column that is wider than the box it goes level, too.
  const out = (box: Box) =>
    columns.find(({ left }) => left === box.x)?.width ?? box.width;
  const points: Point[] = forward
    ? [
      { x: source.x + source.width, y: middle(source) },
      { x: source.x + out(source), y: middle(source) },
    ]
    : [{ x: source.x, y: middle(source) }];
  for (const { column, y } of layers.between(from.name, to.name)) {
    const { left, width } = columns[column]!;
    const level = MARGIN + y + offset / 4;
    const ends = [{ x: left, y: level }, { x: left + width, y: level }];
    points.push(...(forward ? ends : ends.reverse()));
  }
  points.push(
    ...(forward ? [{ x: target.x, y: middle(target) }] : [
      { x: target.x + out(target), y: middle(target) },
      { x: target.x + target.width, y: middle(target) },
    ]),
  );
  return smooth(points);
}

/** Where a line begins or ends. */
interface End {
  /** Of the block. */
  name: string;
  box: Box | undefined;
}

interface Point {
  x: number;
  y: number;
}

/** From a box to one above or below it, on their right side. */
function beside(
  source: Box,
  target: Box,
  middle: (box: Box) => number,
): string {
  const x = source.x + source.width;
  const bend = x + COLUMN_GAP.least - 12;
  return `M${x},${middle(source)} C${bend},${middle(source)} ${bend},${
    middle(target)
  } ${x},${middle(target)}`;
}

/** Joins points by lines that are level at each of them. */
function smooth(points: Point[]): string {
  const [first, ...rest] = points;
  let d = `M${round(first!.x)},${round(first!.y)}`;
  let before = first!;
  for (const point of rest) {
    const x = round((before.x + point.x) / 2);
    if (before.x === point.x && before.y === point.y) continue;
    d += before.y === point.y
      ? ` H${round(point.x)}`
      : ` C${x},${round(before.y)} ${x},${round(point.y)} ${round(point.x)},${
        round(point.y)
      }`;
    before = point;
  }
  return d;
}

function round(value: number): number {
  return Math.round(value * 2) / 2;
}

/** Pixels between two lines beside the list. */
const LANE = 11;

function listLayout(plan: Plan): Layout {
  const depth = depthsOf(plan.own, plan.pairs);
  const paired = new Set(plan.pairs.flat());
  const rank = (name: string) => paired.has(name) ? depth.get(name)! : 1e9;
  const order = plan.own.toSorted((a, b) => rank(a) - rank(b));
  const names = [...order, ...plan.foreign];
  const row = new Map(names.map((name, i) => [name, i]));
  // Room is kept for what is not registered at the moment: nothing moves then.
  const kept = plan.pairs.flatMap(([from, to]): Line[] => [
    { from, to, dashed: false },
    ...(to === plan.hub ? [{ from, to, dashed: true }] : []),
  ]);
  const { lanes, count } = lanesOf([...plan.lines, ...kept], row);
  const x = MARGIN + (count === 0 ? 0 : (count + 1) * LANE);
  const gap = 10;
  const height = names.length > LONG_LIST ? SMALL_BOX_HEIGHT : BOX_HEIGHT;
  const boxes = new Map(names.map((name, i) => [name, {
    x,
    y: MARGIN + i * (height + gap) +
      (i >= order.length ? FOREIGN_HEAD : 0),
    width: plan.width - x - MARGIN,
    height,
  }]));
  return {
    mode: "list",
    width: plan.width,
    height: bottomOf(boxes.values()) + MARGIN,
    boxes,
    frames: [],
    routes: plan.lines.map(({ to, dashed, ...line }, i) => {
      const from = [line.from];
      const source = boxes.get(line.from);
      const target = boxes.get(to);
      if (!source || !target) return { from, to, dashed, d: "" };
      const offset = dashed ? DASHED_OFFSET / 2 : -DASHED_OFFSET / 2;
      const lane = x - (lanes[i]! + 1) * LANE;
      const start = source.y + source.height / 2 + offset;
      const end = target.y + target.height / 2 + offset;
      return { from, to, dashed, d: bracket(x, lane, start, end) };
    }),
    foreignY: plan.foreign.length > 0
      ? boxes.get(plan.foreign[0]!)!.y - FOREIGN_HEAD
      : undefined,
  };
}

/** Out to the left, along a lane, and back in, with rounded corners. */
function bracket(x: number, lane: number, start: number, end: number): string {
  const r = 6;
  const turn = end > start ? r : -r;
  return `M${x},${start} H${lane + r} Q${lane},${start} ${lane},${
    start + turn
  } V${end - turn} Q${lane},${end} ${lane + r},${end} H${x}`;
}

/** Finds the box to which an arrow key leads; undefined where there is none. */
export function neighbour(
  { boxes, routes, mode }: Pick<Layout, "boxes" | "routes" | "mode">,
  name: string,
  key: "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown",
): string | undefined {
  const here = boxes.get(name);
  if (!here) return undefined;
  const centre = ({ x, y, width, height }: Box) => ({
    x: x + width / 2,
    y: y + height / 2,
  });
  const from = centre(here);
  const level = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  const nearest = (names: Iterable<string>) => {
    let best: { name: string; distance: number } | undefined;
    for (const other of names) {
      const box = boxes.get(other);
      if (!box || other === name) continue;
      const to = centre(box);
      const along = (level ? to.x - from.x : to.y - from.y) * sign;
      if (along <= 0) continue;
      const aside = Math.abs(level ? to.y - from.y : to.x - from.x);
      const distance = along + aside * 2;
      if (!best || distance < best.distance) best = { name: other, distance };
    }
    return best?.name;
  };
  if (level) {
    // In a list left is what it turns to, and right who turns to it.
    if (mode === "list") {
      return key === "ArrowLeft"
        ? routes.find((line) => line.from.includes(name))?.to
        : routes.find((line) => line.to === name)?.from[0];
    }
    const joined = routes.flatMap(({ from, to }) =>
      from.includes(name) ? [to] : to === name ? from : []
    );
    return nearest(joined) ?? nearest(boxes.keys());
  }
  return nearest(
    [...boxes].filter(([, box]) => mode === "list" || box.x === here.x)
      .map(([other]) => other),
  );
}
