import { assert, assertEquals } from "@std/assert";
import {
  type Layout,
  layoutMap,
  type Line,
  neighbour,
} from "../../../../dashboard/page/map/layout.ts";

type Pair = [from: string, to: string];

function lines(pairs: Pair[]): Line[] {
  return pairs.map(([from, to]) => ({ from, to, dashed: false }));
}

function lay(own: string[], pairs: Pair[], width: number): Layout {
  return layoutMap({
    own,
    foreign: [],
    pairs,
    lines: lines(pairs),
    hub: undefined,
    width,
  });
}

const CHAIN: Pair[] = [["server", "broker"], ["client", "server"], [
  "client",
  "broker",
]];
const NAMES = ["broker", "server", "client"];

const MANY = Array.from({ length: 50 }, (_, i) => `service-${i}`);
const STAR: Pair[] = MANY.slice(1).map((name) => [name, MANY[0]!]);

Deno.test("layoutMap() puts what is needed left of who needs it", () => {
  const { boxes, mode } = lay(NAMES, CHAIN, 1_000);
  const x = (name: string) => boxes.get(name)!.x;

  assertEquals(mode, "layers");
  assert(x("broker") < x("server") && x("server") < x("client"));
});

Deno.test("layoutMap() is a list where there is no room for layers", () => {
  const { boxes, mode, width } = lay(NAMES, CHAIN, 364);

  assertEquals(mode, "list");
  assertEquals(width, 364);
  const sorted = [...boxes].sort(([, a], [, b]) => a.y - b.y);
  assertEquals(sorted.map(([name]) => name), NAMES);
  for (const box of boxes.values()) assert(box.x + box.width <= 364);
});

for (const width of [364, 1_000, 1_880]) {
  Deno.test(`layoutMap() lets no boxes overlap, ${width} pixels wide`, () => {
    const cases: [string[], Pair[]][] = [
      [[], []],
      [["alone"], []],
      [MANY, []],
      [MANY, STAR],
      [MANY, MANY.slice(1).map((name, i) => [name, MANY[i >> 1]!])],
      [NAMES, [...CHAIN, ["broker", "client"]]], // a ring
    ];
    for (const [own, pairs] of cases) {
      const { boxes, height } = lay(own, pairs, width);
      assertEquals(boxes.size, own.length);
      const all = [...boxes.values()];
      for (const [i, a] of all.entries()) {
        assert(a.x >= 0 && a.y >= 0 && a.y + a.height <= height);
        for (const b of all.slice(i + 1)) {
          assert(
            a.x + a.width <= b.x || b.x + b.width <= a.x ||
              a.y + a.height <= b.y || b.y + b.height <= a.y,
            `${JSON.stringify(a)} ${JSON.stringify(b)}`,
          );
        }
      }
    }
  });
}

Deno.test("layoutMap() spreads many that need the same over the width", () => {
  const { boxes, width } = lay(MANY, STAR, 1_000);

  assertEquals(width, 1_000);
  assert(new Set([...boxes.values()].map(({ x }) => x)).size > 3);
});

Deno.test("layoutMap() gives the same picture for the same config", () => {
  assertEquals(lay(MANY, STAR, 1_000), lay(MANY, STAR, 1_000));
});

Deno.test("layoutMap() puts what is elsewhere below ours", () => {
  for (const width of [364, 1_000]) {
    const { boxes, foreignY } = layoutMap({
      own: NAMES,
      foreign: ["stray"],
      pairs: CHAIN,
      lines: [{ from: "stray", to: "broker", dashed: true }],
      hub: "broker",
      width,
    });
    const { y } = boxes.get("stray")!;

    for (const name of NAMES) {
      const box = boxes.get(name)!;
      assert(box.y + box.height <= foreignY! && foreignY! < y);
    }
  }
});

Deno.test("layoutMap() moves no box when a line comes or goes", () => {
  const dashed = { from: "server", to: "broker", dashed: true };
  for (const width of [364, 1_000]) {
    const plan = {
      own: NAMES,
      foreign: [],
      pairs: CHAIN,
      hub: "broker",
      width,
    };

    assertEquals(
      layoutMap({ ...plan, lines: lines(CHAIN) }).boxes,
      layoutMap({ ...plan, lines: [...lines(CHAIN), dashed] }).boxes,
    );
  }
});

Deno.test("neighbour() follows the lines, and goes up and down a column", () => {
  const pairs: Pair[] = [["a", "root"], ["b", "root"], ["c", "b"]];
  const wide = lay(["root", "a", "b", "c"], pairs, 1_000);

  assertEquals(neighbour(wide, "c", "ArrowLeft"), "b");
  assertEquals(neighbour(wide, "b", "ArrowLeft"), "root");
  assertEquals(neighbour(wide, "root", "ArrowLeft"), undefined);
  const upDown = [
    neighbour(wide, "a", "ArrowDown"),
    neighbour(wide, "b", "ArrowUp"),
  ];
  assert(
    upDown[0] === "b" && upDown[1] === "a" ||
      neighbour(wide, "a", "ArrowUp") === "b",
  );

  const list = lay(["root", "a", "b", "c"], pairs, 364);
  assertEquals(neighbour(list, "c", "ArrowLeft"), "b");
  assertEquals(neighbour(list, "root", "ArrowDown"), "a");
});
