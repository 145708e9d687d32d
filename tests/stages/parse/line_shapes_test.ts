import { assertEquals } from "@std/assert";
import {
  ABSENT,
  createFound,
  INTEGER,
  MISS,
  NESTED,
  STRING,
} from "../../../stages/parse/found.ts";
import { createLineShapes } from "../../../stages/parse/line_shapes.ts";
import { createScalars } from "../../../stages/parse/scan_scalar.ts";
import { NOTHING, type ScanKey } from "../../../stages/parse/scan_plan.ts";

const SLOTS = 3;
const [A, B, NEVER] = [0, 1, 2];

function keyOf(slot: number): ScanKey {
  return { name: new Uint8Array(), slot, inside: NOTHING };
}
const UNWANTED = keyOf(SLOTS);
const KEYS = [keyOf(A), keyOf(B)];

/** Each value of a line, and its slot: the next such text is the value. */
type Values = [text: string, slot: number][];

/** Shapes, and what tells them one. */
function createShapes() {
  const found = createFound(SLOTS + 1);
  const scalars = createScalars(found, UNWANTED);
  const shapes = createLineShapes(found, SLOTS, scalars);
  return {
    shapes,
    found,
    learn(line: string, values: Values): void {
      const bytes = new TextEncoder().encode(line);
      let at = 0;
      const scalars = values.map(([text, slot]) => {
        const start = line.indexOf(text, at);
        at = start + text.length;
        return { start, end: at, key: KEYS[slot] ?? UNWANTED };
      });
      shapes.learn(bytes, viewOf(bytes), 0, scalars, bytes.length - 1);
    },
    scan(line: string, start = 0): number {
      const bytes = new TextEncoder().encode(line);
      return shapes.scan(bytes, viewOf(bytes), start);
    },
  };
}

function viewOf({ buffer }: Uint8Array): DataView {
  return new DataView(buffer);
}

const LINE = '{"a":"x","m":{"b":12},"c":[true]}\n';
const VALUES: Values = [['"x"', A], ["12", B], ["true", SLOTS]];

/** Those that have learnt the shape of `LINE`. */
function learnt() {
  const created = createShapes();
  created.learn(LINE, VALUES);
  return created;
}

Deno.test("line shapes know a line that differs by its values alone", () => {
  const { scan, found } = learnt();
  const line = '{"a":"longer","m":{"b":-7},"c":["\\u00e4"]}\n';

  const end = scan(`1\n${line}{"a"`, 2);

  assertEquals(end, 2 + line.length - 1);
  assertEquals(
    [found.kind[A], found.from[A], found.to[A]],
    [STRING, 8, 14],
  );
  assertEquals(
    [found.kind[B], found.integer[B], found.kind[NEVER]],
    [INTEGER, -7, ABSENT],
  );
});

/** What is of another shape, or has a value that is none. */
const OTHERS = [
  '{"a": "x","m":{"b":12},"c":[true]}\n',
  '{"A":"x","m":{"b":12},"c":[true]}\n',
  '{"m":{"b":12},"a":"x","c":[true]}\n',
  '{"a":"x","m":{"b":12},"c":[true,1]}\n',
  '{"a":"x","m":{"b":12},"c":[]}\n',
  '{"a":{},"m":{"b":12},"c":[true]}\n',
  '{"a":"x","m":{"b":[12]},"c":[true]}\n',
  '{"a":"x","m":{"b":012},"c":[true]}\n',
  '{"a":"x","m":{"b":12},"c":[tru]}\n',
  '{"a":"x,"m":{"b":12},"c":[true]}\n',
  '{"a":"x"","m":{"b":12},"c":[true]}\n',
  '{"a":"x","m":{"b":12},"c":[true]} \n',
  '{"a":"x","m":{"b":12},"c":[true]}}\n',
  // Here the bytes end before the shape does.
  "\n",
  "{}\n",
  '{"a":"x","m":{"b":12}}\n',
  '{"a":"x","m":{"b":12},"c":[true]',
  '{"a":"x","m":{"b":12},"c":[true]}',
];

for (const line of OTHERS) {
  Deno.test(`line shapes do not know ${JSON.stringify(line)}`, () => {
    assertEquals(learnt().scan(line), MISS);
  });
}

Deno.test("line shapes know at each place whether the bytes end there", () => {
  const { scan } = learnt();

  for (let end = 0; end < LINE.length; end++) {
    assertEquals(scan(LINE.slice(0, end)), MISS, LINE.slice(0, end));
  }
  assertEquals(scan(LINE), LINE.length - 1);
});

Deno.test("line shapes know several, in any order, and none in between", () => {
  const { learn, scan, found } = learnt();
  const others: [line: string, values: Values][] = [
    ['{"a":"x","m":{"b":12},"c":[true],"d":1}\n', [...VALUES, ["1", SLOTS]]],
    ['{"a":"x"}\n', [['"x"', A]]],
    ['{"m":{"b":12}}\n', [["12", B]]],
    // A list where there is a value in the first.
    ['{"a":"x","m":{"b":[12]}}\n', [['"x"', A], ["12", SLOTS]]],
  ];
  others.forEach(([line, values]) => learn(line, values));

  for (let times = 0; times < 2; times++) {
    for (const line of [LINE, ...others.map(([line]) => line)]) {
      assertEquals(scan(line), line.length - 1, line);
      assertEquals(found.kind[A] === STRING, line.includes('"a"'), line);
      assertEquals(found.kind[B] === INTEGER, line.includes('"b":1'), line);
    }
  }
  for (const line of ['{"a":"x","d":1}\n', '{"m":{"b":12},"d":1}\n']) {
    assertEquals(scan(line), MISS, line);
  }
});

Deno.test("line shapes know one that begins with another, whichever came first", () => {
  const shapes: [line: string, values: Values][] = [
    ['{"a":"x","c":[1]}\n', [['"x"', A], ["1", SLOTS]]],
    ['{"a":"x","c":1}\n', [['"x"', A], ["1", SLOTS]]],
    ['{"a":"x","c":[[1]]}\n', [['"x"', A], ["1", SLOTS]]],
  ];
  for (const order of [shapes, shapes.toReversed()]) {
    const { learn, scan } = createShapes();

    order.forEach(([line, values]) => learn(line, values));

    for (const [line] of shapes) assertEquals(scan(line), line.length - 1);
  }
});

Deno.test("line shapes learn no more than there is room for, and forget", () => {
  const { shapes, learn, scan } = learnt();
  const lines = Array.from({ length: 1_000 }, (_, key) => `{"k${key}":true}\n`);

  lines.forEach((line) => learn(line, [["true", SLOTS]]));
  const known = lines.filter((line) => scan(line) !== MISS).length;
  const knew = scan(LINE) !== MISS;
  const wasFull = shapes.isFull;
  shapes.forget();

  assertEquals([known < 20, knew, wasFull], [true, true, true]);
  assertEquals([scan(LINE), shapes.isFull], [MISS, false]);
  learn(LINE, VALUES);
  assertEquals(scan(LINE), LINE.length - 1);
});

Deno.test("line shapes keep no long gap", () => {
  const { shapes, learn, scan } = createShapes();
  const line = (empty: number) => `{"x":[${"[],".repeat(empty)}1]}\n`;
  const [short, long] = [line(300), line(400)];

  learn(long, [["1", SLOTS]]);
  learn(short, [["1", SLOTS]]);

  assertEquals([scan(long), scan(short)], [MISS, short.length - 1]);
  assertEquals(shapes.isFull, false);
});

Deno.test("line shapes say where the line has objects", () => {
  const { learn, found, scan } = createShapes();
  found.kind.set([ABSENT, ABSENT, NESTED]);

  learn('{"m":{}}\n', []);
  found.kind.fill(INTEGER);

  assertEquals(scan('{"m":{}}\n'), 8);
  assertEquals([...found.kind.subarray(0, SLOTS)], [ABSENT, ABSENT, NESTED]);
});
