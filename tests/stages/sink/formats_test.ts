import { assert, assertEquals, assertMatch } from "@std/assert";
import { widthOf } from "../../../runtime/program/text_width.ts";
import {
  type Format,
  formatOf,
  formatRecords,
  type RecordKind,
} from "../../../stages/sink/formats.ts";

/** Records of no fields that the project knows, but for `keys`. */
const KIND: RecordKind = {
  keys: ["route", "status"],
  fields: {
    route: "",
    status: 0,
    count: 0,
    ms: { avg: 0, p95: 0, p99: 0 },
    tags: { tier: { big: 0 } },
    bytes: 0,
  },
};
const RECORDS = [
  {
    route: "/a",
    status: 200,
    count: 12,
    ms: { avg: 1.5, p95: 20.25 },
    tags: { tier: { big: 3 } },
  },
  {
    route: "=1+1",
    status: 40404,
    count: 1,
    bytes: "9007199254740993",
    ms: { avg: -5, p95: null },
    tags: {},
  },
];

async function written(
  format: Format,
  records: readonly object[],
  kind = KIND,
): Promise<string> {
  return (await Array.fromAsync(formatRecords(format, records, kind))).join("");
}

/** Reads CSV by the letter of RFC 4180: nothing but CRLF ends a line. */
function readCsv(text: string): string[][] {
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  const rows: string[][] = [[]];
  let end = 0;
  for (const [all, quoted, bare = "", after] of text.matchAll(cells)) {
    end += all.length;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare);
    if (after === "\r\n") rows.push([]);
  }
  assertEquals(end, text.length, "all of it is cells");
  assertEquals(rows.pop(), []);
  return rows;
}

Deno.test("formatRecords() writes flat and nested records of any fields", async () => {
  assertEquals(
    (await written("ndjson", RECORDS)).split("\n").slice(0, 1),
    [JSON.stringify(RECORDS[0])],
  );
  assertEquals(JSON.parse(await written("json", RECORDS)), RECORDS);
  assertEquals(JSON.parse(await written("json", [])), []);
  assertEquals(
    await written("csv", RECORDS),
    [
      "route,status,count,ms.avg,ms.p95,ms.p99,tags.tier.big,bytes",
      "/a,200,12,1.5,20.25,,3,",
      "'=1+1,40404,1,-5,,,,9007199254740993",
      "",
    ].join("\r\n"),
  );
  assertEquals(
    await written("csv", []),
    "route,status,count,ms.avg,ms.p95,ms.p99,tags.tier.big,bytes\r\n",
  );
  assertEquals(
    await written("table", RECORDS),
    `\
route  status  count  ms.avg  ms.p95  tags.tier.big                  bytes
/a        200     12     1.5   20.25              3
=1+1    40404      1      -5       -                 9,007,199,254,740,993
`,
  );
});

Deno.test("a column is quoted only where its name could be misread", async () => {
  for (
    const [fields, head] of [
      [{ ms: { p99: 0, "p99.9": 0 } }, "ms.p99,ms.p99.9"],
      [{ tags: { v: { "2.5": 0, "2": 0 } } }, "tags.v.2,tags.v.2.5"],
      [{ "a.b": 0, ms: { p50: 0 } }, "a.b,ms.p50"],
      [{ "ms.p50": 0, ms: { p50: 0 } }, '"""ms.p50""",ms.p50'],
      [{ a: { "b.c": 0, b: { c: 0 } } }, '"a.""b.c""",a.b.c'],
      [{ a: { 'b"c': 0 } }, '"a.""b\\""c"""'],
    ] as const
  ) {
    assertEquals(await written("csv", [], { keys: [], fields }), `${head}\r\n`);
  }
});

Deno.test("formatRecords() writes any text to CSV so that it is read as it was, and as no formula", async () => {
  const texts: Record<string, string> = {
    "a,b": "a,b",
    'say "x"': 'say "x"',
    "two\nlines": "two\nlines",
    "two\r\nlines": "two\r\nlines",
    "a\rb": "a\rb",
    " spaces ": " spaces ",
    "": "",
    "123456789012345678901": "123456789012345678901",
    "=1": "'=1",
    "+1": "'+1",
    "-1": "'-1",
    "@a": "'@a",
    "\t=1": "'\t=1",
    "\r=1": "'\r=1",
    "＝1": "'＝1",
    "a=1": "a=1",
  };
  const records = Object.keys(texts).map((route) => ({ route, count: 1 }));

  const kind = { keys: ["route"], fields: { route: "", count: 0 } };

  const [, ...rows] = readCsv(await written("csv", records, kind));

  assertEquals(rows, Object.values(texts).map((text) => [text, "1"]));
});

Deno.test("formatRecords() gives each path a column of its own", async () => {
  const nested = { "request.host": "a", x: { "y.z": 1, y: { z: 2 } } };
  const beside = { "request.host": "b", request: { host: 3 }, 'a"b': 5 };
  const headOf = async (fields: object) => {
    const kind = { keys: ["request.host"], fields };
    const [head, ...rows] = readCsv(await written("csv", [nested], kind));
    assertEquals(rows.length, 1);
    return head!;
  };

  assertEquals(await headOf(nested), ["request.host", 'x."y.z"', "x.y.z"]);
  assertEquals(await headOf({ ...nested, ...beside }), [
    '"request.host"',
    'x."y.z"',
    "x.y.z",
    "request.host",
    '"a\\"b"',
  ]);
});

Deno.test("a table fits 80 columns by higher heads, and then by shorter text", async () => {
  const tags = { tier: { bronze: 1, silver: 2, gold: 3 } };
  const row = { count: 1_234_567, sum: "-99999999999999999999", tags };
  const kind = { keys: ["key"], fields: { key: "", ...row } };

  const stacked = await written("table", [{ key: "click", ...row }], kind);
  const cut = await written("table", [
    { key: "/a/very/long/route/".repeat(5), ...row },
    { key: "宽".repeat(40) + "\x1b[2J", ...row },
  ], kind);

  assertEquals(
    stacked,
    `\
                                                tags    tags  tags
                                                tier    tier  tier
key        count                          sum  bronze  silver  gold
click  1,234,567  -99,999,999,999,999,999,999       1       2     3
`.replaceAll(/^ {48}/gm, " ".repeat(49)),
  );
  const lines = cut.trimEnd().split("\n");
  assertEquals(lines.length, 5);
  for (const line of lines) assert(widthOf(line) <= 80, line);
  assert(lines.slice(3).every((line) => line.includes("…")), cut);
});

Deno.test("a table cuts long keys, and no time of a window", async () => {
  const fields = {
    ["window_start"]: "2026-03-02T09:00:00Z",
    ["window_end"]: "2026-03-02T09:00:00.500Z",
    route: "/a/very/long/path/to/what/is/wanted",
    count: 1_000_000_000_000_000,
  };
  const kind = { keys: ["window_start", "route"], fields };

  const [, row = ""] = (await written("table", [fields], kind)).split("\n");

  assert(
    row.startsWith(`${Object.values(fields).slice(0, 2).join("  ")}  /a/`),
  );
  assertMatch(row, /^\S+ {2}\S+ {2}\S{15}… {2}[\d,]+$/);
});

Deno.test("a table shows what cannot be seen, on one line each", async () => {
  const records = [{ route: "a\nb\x1b[2J", count: 1, "of\nx": 2 }];
  const kind = { keys: ["route"], fields: records[0]! };

  assertEquals(
    (await written("table", records, kind)).split("\n"),
    ["route         count  of x", "a b\\u001b[2J      1     2", ""],
  );
});

for (
  const [path, format] of Object.entries({
    "a.csv": "csv",
    "/x/a.CSV": "csv",
    "a.json": "json",
    "a.jsonl": "ndjson",
    "a.ndjson": "ndjson",
    "a.csv.old": "ndjson",
    "csv": "ndjson",
    "-": "ndjson",
  })
) {
  Deno.test(`formatOf("${path}") is ${format}`, () => {
    assertEquals(formatOf(path), format as Format);
  });
}
