import { assert, assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { compileScan } from "../../../stages/parse/scan_plan.ts";
import {
  ABSENT,
  FALSE,
  INTEGER,
  MISS,
  NESTED,
  NULL,
  NUMBER,
  STRING,
  TIMESTAMP,
  TRUE,
} from "../../../stages/parse/found.ts";
import { createScanner, type Scanner } from "../../../stages/parse/scanner.ts";
import { spawnScript } from "../../support/spawned.ts";
import { isTimestamp } from "../../../stages/parse/timestamp.ts";

/** What is looked for: keys that begin alike, a value that may be both, odd names. */
const PATHS = [
  ["v"],
  ["value"],
  ["valued"],
  ["metadata", "a"],
  ["metadata", "a", "b"],
  ["metadata", "ab"],
  ["metadata"],
  ["a"],
  [""],
  ["__proto__", "x"],
  ["\u007f"],
  ['"'],
  ["\\"],
  ["ä"],
  ["\n"],
  ["list", "0"],
  ["list", "length"],
];
const plan = compileScan(PATHS);

/**
 * What a line is: `yes` for JSON that the scanner takes, `no` for what is no
 * JSON, and `rare` for JSON that it may leave to JSON.parse.
 */
type Verdict = "yes" | "no" | "rare";

/** Scans a line, and holds what was found against JSON.parse. */
function check(line: string | Uint8Array, verdict: Verdict): void {
  const bytes = Buffer.from(line as string);
  // What follows would complete many a line that has been cut.
  const around = Buffer.from('1"}]');
  const input = new Uint8Array(
    Buffer.concat([around, bytes, Buffer.from("\n"), around]),
  );
  const scanner = createScanner(plan);
  checkScan(scanner, input, bytes, verdict);
  // A line that was taken has told its shape, with which it is compared now.
  checkScan(scanner, input, bytes, verdict);
}

function checkScan(
  { scan, found }: Scanner,
  input: Uint8Array,
  bytes: Buffer,
  verdict: Verdict,
): void {
  const start = 4;
  const end = scan(input, start);
  const shown = JSON.stringify(bytes.toString("latin1"));
  if (verdict === "no") {
    assertThrows(() => parse(bytes), Error, "", shown);
    assertEquals(end, MISS, shown);
    return;
  }
  const value = parse(bytes);
  if (end === MISS) return assert(verdict === "rare", `${shown} is missed`);
  assertEquals(end, start + bytes.length, shown);
  PATHS.forEach((path, at) => {
    const slot = plan.slotOf[at]!;
    const expected = valueAt(value, path);
    const [from, to] = [found.from[slot]!, found.to[slot]!];
    const text = Buffer.from(input).toString("latin1", from, to);
    assertEquals(
      found.kind[slot],
      kindOf(expected, text),
      `${shown} ${path.join()}`,
    );
    if (expected === undefined || typeof expected === "object") return;
    const isText = typeof expected === "string";
    assertEquals(isText ? text : JSON.parse(text), expected, shown);
    const behind = String.fromCharCode(input[to]!);
    assert(isText ? behind === '"' : " \t\r,}".includes(behind), shown);
    if (found.kind[slot] !== INTEGER) return;
    // + 0 turns -0 into 0; nothing but Object.is() knows the two apart.
    const isSame = Object.is(found.integer[slot], (expected as number) + 0);
    assert(isSame, `${shown} is read as ${found.integer[slot]}`);
  });
}

function kindOf(value: unknown, text: string): number {
  switch (typeof value) {
    case "undefined":
      return ABSENT;
    case "string":
      return isTimestamp(value) ? TIMESTAMP : STRING;
    case "boolean":
      return value ? TRUE : FALSE;
    case "number":
      return /^-?\d{1,15}$/.test(text) ? INTEGER : NUMBER;
    default:
      return value === null ? NULL : NESTED;
  }
}

/** As the JSON.parse path does: UTF-8 or nothing. */
function parse(bytes: Uint8Array): unknown {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const value = JSON.parse(utf8.decode(bytes));
  if (typeof value === "object" && value && !Array.isArray(value)) return value;
  throw new TypeError("No object");
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let inner = value;
  for (const name of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    if (Array.isArray(inner)) return undefined;
    if (!Object.hasOwn(inner, name)) return undefined;
    inner = (inner as Record<string, unknown>)[name];
  }
  return inner;
}

/** Where a value can stand, and whether its value is looked at there. */
const PLACES: [before: string, after: string, isLookedAt: boolean][] = [
  ['{"x":', "}", false],
  ['{"value":', "}", true],
  ['{"v":1,"value":', ',"y":2}', true],
  ['{"metadata":{"a":', "}}", true],
  ['{"value": ', " }", true],
  ['{"x":[', "]}", false],
  ['{"x":[0,', ",1]}", false],
  ['{"x":{"value":', "}}", false],
  ['{"x":[{"y":', "}]}", false],
];

/** Values, by what a line is that has them. */
const VALUES: Record<Verdict | "yes where nobody looks", string[]> = {
  yes: [
    // literals
    ...["true", "false", "null"],
    // numbers
    ...["0", "-0", "1", "-1", "9", "10", "19", "90", "100", "1234567890"],
    ...["999999999999999", "-999999999999999", "100000000000000"],
    ...["1000000000000000", "9007199254740991", "9007199254740993"],
    ...["-9007199254740993", "123456789012345678901234567890"],
    ...["0.0", "-0.0", "1.0", "0.5", "-0.5", "1.25", "123.456", "0.000"],
    ...["0e0", "0E0", "-0e0", "1e1", "1E1", "1e+1", "1e-1", "1e01", "1E-00"],
    ...["0e+1", "1.5e3", "-1.5E+3", "0.1e-2", "1e400", "-1e400", "1e-400"],
    ...["99999999999999999e-16", "9.9999999999999999", "5e-324"],
    // strings
    ...['""', '"a"', '" "', '"u1"', '"\u007f"', '"/"', '"\'"', '"{}[]:,"'],
    ...['"true"', '"1"', '"//"', '"/* */"', '"2026-01-31T12:00:00Z"'],
    ...['"2026-01-31t12:00:00.123456789+01:30"', '"2026-01-31 12:00:60z"'],
    ...['"2026-01-31"', '"2026-02-30T12:00:00Z"', '"2026-01-31T12:00:00Z "'],
    ...['"2026-01-31T12:00:00"', '"2026-01-31T12:00:00.Z"', '"2026"'],
    // arrays and objects
    ...["[]", "[ ]", "[\t\r ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[{}]"],
    ...["[[],[]]", '[""]', "[null]", '[1,"a",true,{},[]]'],
    ...["{}", "{ }", "{\t\r }", '{"b":1}', '{ "b" : 1 , "c" : 2 }'],
    ...['{"b":{}}', '{"b":[]}', '{"":0}', '{"z":1,"z":2}', '{"c":{"value":1}}'],
  ],
  "yes where nobody looks": [
    // all escapes
    ...[
      '"\\""',
      '"\\\\"',
      '"\\/"',
      '"\\b"',
      '"\\f"',
      '"\\n"',
      '"\\r"',
      '"\\t"',
    ],
    ...['"\\u0000"', '"\\u0041"', '"\\uAbCd"', '"\\uffff"', '"\\uFFFF"'],
    ...['"\\u00e4"', '"\\u0022"', '"\\u005c"', '"a\\u0062c"', '"\\u00410"'],
    ...['"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\ude00\\ud83d"'],
    ...['"\\ud83d\\u0041"', '"\\ud83d\\\\"', '"\\\\\\""', '"\\\\u12"'],
    ...['"a\\/b"', '"\\\\n"', '"\\t\\t"', '"\\u000a"'],
    // keys that are written in another way, or twice
    ...['{"\\u0062":1}', '{"b":1,"b":2}', '{"b":1,"\\u0062":2}', '{"\\n":1}'],
    ...['{"a":1,"b":{"c":"\\t"}}', '{"\\"":1}', '{"\\\\":2}', '{"\\/":3}'],
    ...["[1]", '[{"b":1}]'],
  ],
  rare: [
    // beyond ASCII
    ...['"ä"', '"€"', '"😀"', '"\u2028\u2029"', '"\ufeff"', '"\u0085"'],
    ...['"\u00a0"', '"\u0080"', '"\u{10ffff}"', '{"ä":1}', '["ä"]', '"\uffff"'],
  ],
  no: [
    // literals
    ...[
      "t",
      "tru",
      "truE",
      "True",
      "TRUE",
      "trueX",
      "true1",
      "true true",
      "tr ue",
    ],
    ...["f", "fals", "falsE", "False", "falsee", "n", "nul", "nulL", "Null"],
    ...["nulll", "undefined", "nil", "None", "tnull", "truefalse", "yes"],
    // numbers
    ...[
      "00",
      "01",
      "-00",
      "-01",
      "007",
      "-",
      "--1",
      "+1",
      "+",
      "- 1",
      "-a",
      "-.",
    ],
    ...[".", ".5", "-.5", "1.", "-1.", "0.", "1.e1", "1.e", "1..5", "1.5.5"],
    ...[
      "1e",
      "1E",
      "1e+",
      "1e-",
      "1e+-1",
      "1ee1",
      "1e1e1",
      "1e1.5",
      "1e 1",
      "e1",
    ],
    ...[
      "0x1",
      "0X1",
      "0b1",
      "0o1",
      "1_000",
      "1,000.",
      "1a",
      "1 2",
      "1\t2",
      "0 1",
    ],
    ...[
      "NaN",
      "-NaN",
      "Infinity",
      "-Infinity",
      "Inf",
      "1f",
      "1n",
      "$1",
      "٣",
      "１",
    ],
    ...["1-", "1+", "1-1", "0-", "0.1-", "1:2", "1/2", "1.2.3", "0.e1", "-e1"],
    ...["-0x1", "0e", "0e+", "0.0e", "2.e3", "1.0e", "1.0e+", "1\u00a0", "1/"],
    // strings
    ...['"', '"a', 'a"', "a", "'a'", '"a""', '""a', '"a" "b"', '"a"b', "`a`"],
    ...['"\t"', '"\n"', '"\r"', '"\0"', '"\u001f"', '"\b"', '"\f"', '"a\tb"'],
    ...['"\\"', '"\\', '"\\a"', '"\\x41"', '"\\0"', '"\\\'"', '"\\ "', '"\\e"'],
    ...['"\\U0041"', '"\\u"', '"\\u1"', '"\\u12"', '"\\u123"', '"\\u 041"'],
    ...[
      '"\\u004"',
      '"\\u00g0"',
      '"\\ug000"',
      '"\\u000G"',
      '"\\u-041"',
      '"\\N"',
    ],
    ...['"\\u004', '"\\u0041', '"\\\t"', '"\\ä"', '"\\\\\\"', '"\\u00 41"'],
    ...['"\\u004`"', '"\\u004@"', '"\\u/041"', '"\\u:041"', '"\\v"', '"\\B"'],
    ...['"\\uGGGG"', '"\\u12\\u0041"', '"\\u{41}"', '\\"a"', '\\u0022a"', "\\"],
    ...[
      '"\\u0Q00"',
      '"\\u0\u00100"',
      '"\\u0\u00190"',
      '"\\ud83d\\u"',
      '"\\ud83d\\u1"',
    ],
    // arrays
    ...[
      "[",
      "]",
      "[1",
      "1]",
      "[1,",
      "[,",
      "[,]",
      "[,1]",
      "[1,]",
      "[1,,2]",
      "[1 2]",
    ],
    ...["[1;2]", "[1:2]", '["a":1]', "[[]", "[]]", "[1}", "[}", "[{]", "[1,]]"],
    ...[
      "[] []",
      "[a]",
      "[.]",
      "[/]",
      "[\f]",
      "[\v]",
      "[ , ]",
      "[ 1 , ]",
      "[0 ,",
    ],
    // objects
    ...[
      "{",
      "}",
      "{]",
      '{"b"',
      '{"b"}',
      '{"b":',
      '{"b":}',
      '{"b":1',
      '{"b":1,',
    ],
    ...[
      '{"b":1,}',
      '{,"b":1}',
      '{"b":1,,"c":2}',
      '{"b" 1}',
      '{"b";1}',
      '{"b"=1}',
    ],
    ...[
      '{"b":1 "c":2}',
      '{"b":1;"c":2}',
      "{b:1}",
      "{'b':1}",
      "{1:1}",
      "{true:1}",
    ],
    ...[
      '{"b":1:2}',
      '{"b"::1}',
      "{:1}",
      '{"b":1]',
      '{"b":[1}',
      '{"b":1}}',
      "{{}}",
    ],
    ...[
      '{"b":1,"c"}',
      '{"b","c":1}',
      '{"b:1}',
      '{b":1}',
      '{"b":1 }}',
      "{[]:1}",
    ],
    ...[
      "{null:1}",
      '{"b\t":1}',
      '{"b\\":1}',
      '{"\\x":1}',
      '{"b":1,c:2}',
      "{,}",
    ],
    ...[
      '{"b" "b":1}',
      '{"b""c":1}',
      "{\f}",
      '{"b"\f:1}',
      '{"b":1\v}',
      '{"\\u1":1}',
    ],
    // what other languages have
    ...[
      "/**/1",
      "1/**/",
      "//",
      "1//",
      "#1",
      "1#",
      "<1>",
      "(1)",
      "1;",
      "=1",
      "&1",
    ],
    ...[
      "{}{}",
      "[][]",
      "{}[]",
      "1,",
      ",1",
      ":",
      "::1",
      "1 :",
      "?",
      "*",
      "@",
      "\\",
    ],
    // white space of others
    ...["\f1", "1\f", "\v1", "1\v", "\u00a01", "1\u00a0", "\ufeff1", "1\ufeff"],
    ...[
      "\u20281",
      "\u00851",
      "\u20031",
      "\0" + "1",
      "1\0",
      "\u007f1",
      "1\u007f",
    ],
    ...[
      "\b1",
      "1\u001f",
      "\u00011",
      "1\u000e",
      "\u001c1",
      "\u00081",
      "\u30001",
    ],
  ],
};

for (const [verdict, values] of Object.entries(VALUES)) {
  Deno.test(`scan() knows a value that is JSON: ${verdict}`, () => {
    for (const value of values) {
      for (const [before, after, isLookedAt] of PLACES) {
        const there = verdict === "yes where nobody looks"
          ? isLookedAt ? "rare" : "yes"
          : verdict as Verdict;
        check(before + value + after, there);
      }
    }
  });
}

/** Whole lines. */
const LINES: Record<Verdict, (string | Uint8Array)[]> = {
  yes: [
    // white space
    ...["{}", " {}", "{} ", "\t{}\t", "\r{}\r", " \t\r { \t\r } \t\r "],
    '{"v":1,"value":2,"valued":3}',
    ' { "v" : 1 , "value" : 2 } ',
    '\t{\t"v"\t:\t1\t,\t"value"\t:\t2\t}\t',
    '\r{\r"v"\r:\r1\r,\r"value"\r:\r2\r}\r',
    // the order of keys, and those that begin alike
    '{"valued":1,"value":2,"v":3}',
    '{"value":2,"v":3,"valued":1}',
    '{"":1,"a":2,"v":3}',
    '{"va":1,"valu":2,"values":3,"valuedd":4,"V":5,"value ":6}',
    '{"metadata":{"ab":1,"a":2}}',
    '{"metadata":{"a":{"b":2},"ab":{"b":3}}}',
    // a value, an object, or neither of them
    ...['{"metadata":{"a":1}}', '{"metadata":{"a":{}}}', '{"metadata":"a"}'],
    ...['{"metadata":null}', '{"metadata":{}}', '{"metadata":{"b":1}}'],
    ...['{"a":{"a":1,"b":2}}', '{"a":[{"a":1}]}', '{"a":{"metadata":{"a":1}}}'],
    // a list has no fields
    ...['{"list":[1]}', '{"list":[]}', '{"metadata":[1]}', '{"__proto__":[]}'],
    '{"metadata":{"a":[{"b":1}]}}',
    // wanted keys where they are not wanted, and twice there
    '{"x":{"value":1,"metadata":{"a":2}},"value":3}',
    '{"x":{"value":1},"y":{"value":2},"z":[{"value":3},{"value":4}]}',
    '{"x":1,"x":2,"x":{"y":1,"y":2},"value":5}',
    '{"metadata":{"value":1,"metadata":{"a":2}}}',
    '{"b":1,"metadata":{"a":{"a":1}}}',
    // names with a meaning elsewhere
    '{"__proto__":{"x":1}}',
    '{"__proto__":1}',
    '{"x":{"__proto__":{"value":1}},"constructor":1,"toString":2}',
    '{"metadata":{"__proto__":{"a":1}}}',
    '{"\u007f":1}',
    // so deep and no deeper
    deepObject(63),
    deepObject(64),
    deepList(62),
    deepList(63),
  ],
  rare: [
    // wanted keys that are there twice, or are spelt with escapes
    ...[
      '{"value":1,"value":2}',
      '{"value":1,"x":2,"value":null}',
      '{"":1,"":2}',
    ],
    ...['{"value":{},"value":1}', '{"metadata":{"a":1},"metadata":{}}'],
    ...['{"metadata":{"a":1,"a":2}}', '{"metadata":{"a":{"b":1,"b":2}}}'],
    ...[
      '{"metadata":{"a":1},"metadata":2}',
      '{"metadata":1,"metadata":{"a":1}}',
    ],
    ...[
      '{"\\u0076alue":1}',
      '{"value":1,"\\u0076alue":2}',
      '{"valu\\u0065":1}',
    ],
    ...['{"metadata":{"\\u0061":1}}', '{"metadata":{"a":{"\\u0062":1}}}'],
    ...['{"\\u005f_proto__":{"x":1}}', '{"__proto__":{"x":1,"x":2}}'],
    ...['{"\\"":1}', '{"\\\\":1}', '{"\\u0022":1}', '{"\\u005c":1}', '{"ä":1}'],
    ...[
      '{"\\u00e4":1}',
      '{"\\n":1}',
      '{"\\u000a":1}',
      '{"\\u007f":1}',
      '{"\\/":1}',
    ],
    ...[65, 66, 100_000].map(deepObject),
    ...[64, 65, 100_000].map(deepList),
  ],
  no: [
    // no object
    ...[
      "",
      " ",
      "[]",
      "[{}]",
      "1",
      '"a"',
      "null",
      "true",
      "{",
      "}",
      '{"',
      "{}{}",
    ],
    ...[
      "{} {}",
      "{},",
      ",{}",
      "{}1",
      "{};",
      "{}]",
      "[{}",
      "({})",
      "{}//",
      "#{}",
    ],
    ...[
      "{}\f",
      "\f{}",
      "\v{}",
      "{}\v",
      "\u00a0{}",
      "{}\u00a0",
      "\ufeff{}",
      "{}\ufeff",
    ],
    ...[
      "\0{}",
      "{}\0",
      "\u007f{}",
      "{}\u007f",
      "\u001f{}",
      "{\u0085}",
      "{\ufeff}",
    ],
    ...[
      '{\0"v":1}',
      '{"v"\0:1}',
      '{"v":\0' + "1}",
      '{"v":1\0}',
      '{"v":1,\0"a":1}',
    ],
    ...['{"v":1},{"v":2}', '{"v":1}{"v":2}', '{"v":1} 2', '{"v":1}"'],
    ...[
      '{"value":1,"value":}',
      '{"value"',
      '{"value":',
      '{"value":1',
      '{"value":1,',
    ],
    ...[
      '{"value:1}',
      '{"value"":1}',
      '{value":1}',
      '{"value\\":1}',
      '{"value" :1 , }',
    ],
    ...[
      '{"metadata":{"a":1}',
      '{"metadata":{"a":1]}',
      '{"metadata":{"a":{"b":1}}',
    ],
    "[".repeat(100_000),
    '{"a":'.repeat(100_000),
    // not UTF-8
    ...[[0x80], [0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82]]
      .map((bytes) =>
        Buffer.concat([
          Buffer.from('{"x":"'),
          Uint8Array.from(bytes),
          Buffer.from('"}'),
        ])
      ),
    Uint8Array.of(0x7b, 0xa0, 0x7d),
    Uint8Array.of(0x7b, 0x22, 0xe4, 0x22, 0x3a, 0x31, 0x7d),
  ],
};

for (const [verdict, lines] of Object.entries(LINES)) {
  Deno.test(`scan() knows a line that is a JSON object: ${verdict}`, () => {
    for (const line of lines) check(line, verdict as Verdict);
  });
}

Deno.test("scan() takes no line that is cut, whatever stands behind it", () => {
  const line =
    ' {"value":-12.5e+3, "metadata":{"a":{"b":["\\u0041",true,{}]},"ab":null} }';

  for (let end = 0; end < line.length; end++) check(line.slice(0, end), "no");
  check(line, "yes");
});

Deno.test("scan() tells nothing of the line before", () => {
  const { scan, found } = createScanner(plan);
  const [value] = [plan.slotOf[1]!];
  scan(Buffer.from('{"value":1,"v":2}\n'), 0);
  const isThere = found.kind[value];

  scan(Buffer.from('{"x":1}\n'), 0);

  assertEquals([isThere, found.kind[value]], [INTEGER, ABSENT]);
});

Deno.test("scan() tells nothing of the lines before, whatever their shape", () => {
  const { scan, found } = createScanner(plan);
  const lines = [
    '{"metadata":{"a":1},"value":1}',
    '{"metadata":{"a":2},"value":"b"}',
    '{"metadata":1,"v":{}}',
    '{"v":1}',
    '{"metadata":{"a":3},"value":4}',
  ];
  const slotOf = (path: string) =>
    plan.slotOf[PATHS.findIndex((each) => each.join(".") === path)]!;
  const slots = ["metadata", "metadata.a", "value", "v"].map(slotOf);

  const kinds = lines.map((line) => {
    scan(Buffer.from(`${line}\n`), 0);
    return slots.map((slot) => found.kind[slot]!);
  });

  assertEquals(kinds, [
    [NESTED, INTEGER, INTEGER, ABSENT],
    [NESTED, INTEGER, STRING, ABSENT],
    [INTEGER, ABSENT, ABSENT, NESTED],
    [ABSENT, ABSENT, ABSENT, INTEGER],
    [NESTED, INTEGER, INTEGER, ABSENT],
  ]);
});

Deno.test("scan() takes lines of many shapes in any order", () => {
  const { scan, found } = createScanner(plan);
  const shapes = Array.from(
    { length: 40 },
    (_, shape) => (value: number) => `{"x${shape}":true,"value":${value}}\n`,
  );
  // One shape for some time, then each in turn, then another for some time.
  const order = [
    ...Array(50).fill(0),
    ...Array.from({ length: 400 }, (_, line) => line % shapes.length),
    ...Array(400).fill(1),
  ];
  const value = plan.slotOf[1]!;

  order.forEach((shape, line) => {
    const bytes = Buffer.from(shapes[shape]!(line));
    assertEquals(scan(bytes, 0), bytes.length - 1);
    assertEquals(found.integer[value], line);
  });
});

Deno.test("scan() needs no memory for what a long line holds", async () => {
  const [numbers, lines] = ["1000000", "3"];
  await using program = spawnScript("tests/fixtures/parses_a_long_line.ts", {
    permissions: ["--v8-flags=--max-old-space-size=64"],
    args: [numbers, lines],
  });

  assertEquals(await program.stdout.rest(), lines);
  assertEquals((await program.status).code, 0);
});

/** An object so many deep, itself counted. */
function deepObject(depth: number): string {
  return '{"x":'.repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
}

/** A list so many deep, in an object. */
function deepList(depth: number): string {
  return `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`;
}
