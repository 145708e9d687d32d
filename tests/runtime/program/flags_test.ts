import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  bytes,
  choice,
  duration,
  integer,
  readFlags,
  repeated,
  text,
  toggle,
} from "../../../runtime/program/flags.ts";
import { describeFlags } from "../../../runtime/program/help.ts";
import { parseDuration } from "../../../runtime/program/units.ts";

const SPEC = {
  batch: integer("Events in a batch.", 100, { min: 1, max: 1_000 }),
  size: bytes("Bytes in a batch.", "64KiB", { min: 1, max: 2 ** 30 }),
  interval: duration("Time between two.", "1s"),
  format: choice(["table", "json"], "How to print."),
  file: text("FILE", "Where to write."),
  name: text("NAME", "Who asks.", "me"),
  tag: repeated(integer("A number to keep.", 0, { min: 0, max: 9 })),
  within: duration("How long it may take.", undefined),
  json: toggle("Print JSON."),
  f: toggle("Follow."),
  t: toggle("Show the time."),
};

const DEFAULTS = {
  batch: 100,
  size: 65_536,
  interval: 1_000,
  format: "table",
  file: undefined,
  name: "me",
  tag: [],
  within: undefined,
  json: false,
  f: false,
  t: false,
};

Deno.test("readFlags() gives each flag its default", () => {
  const { flags, given, words } = readFlags([], SPEC);

  assertEquals(flags as unknown, DEFAULTS);
  assertEquals([given.size, words], [0, []]);
});

const READ: [string[], Record<string, unknown>][] = [
  [["--batch=5"], { batch: 5 }],
  [["--batch", "5"], { batch: 5 }],
  [["--batch=5", "--batch=6"], { batch: 6 }],
  [["--size=1"], { size: 1 }],
  [["--size=2MiB"], { size: 2 ** 21 }],
  [["--size=2MB"], { size: 2 * 2 ** 20 }],
  [["--interval=1m30s"], { interval: 90_000 }],
  [["--format=json"], { format: "json" }],
  [["--file=a=b"], { file: "a=b" }],
  [["--file=--json"], { file: "--json" }],
  [["--file=0012"], { file: "0012" }],
  [["--file", "-1"], { file: "-1" }],
  [["--file", "true"], { file: "true" }],
  [["--tag=1"], { tag: [1] }],
  [["--tag=3", "--tag", "2"], { tag: [3, 2] }],
  [["--within=1s"], { within: 1_000 }],
  [["--json"], { json: true }],
  [["-f"], { f: true }],
  [["-ft"], { f: true, t: true }],
  [["-tf", "--json"], { t: true, f: true, json: true }],
];

for (const [argv, expected] of READ) {
  Deno.test(`readFlags() reads ${argv.join(" ")}`, () => {
    const { flags, given } = readFlags(argv, SPEC);

    assertEquals(flags as unknown, { ...DEFAULTS, ...expected });
    assertEquals([...given], Object.keys(expected));
  });
}

const REFUSED: [string[], string][] = [
  ...[["--tag="], ["--tag", ""], ["--tag=1", "--tag="]].map((
    argv,
  ): [string[], string] => [
    argv,
    "Cannot read --tag: it needs a value, as in --tag=N",
  ]),
  [
    ["--btach=1"],
    'Cannot read "--btach=1": there is no such flag; did you mean "--batch"?',
  ],
  [["-fz"], 'Cannot read "-fz": there is no such flag; did you mean "-f"?'],
  [["-z"], 'Cannot read "-z": there is no such flag; --help lists them'],
  [["--f"], 'Cannot read "--f": there is no such flag; did you mean "-f"?'],
  [
    ["--no-json"],
    'Cannot read "--no-json": there is no such flag; --help lists them',
  ],
  [["--_=1"], 'Cannot read "--_=1": there is no such flag; --help lists them'],
  [["--json=yes"], 'Cannot read "--json=yes": --json takes no value'],
  [["--batch="], "Cannot read --batch: it needs a value, as in --batch=N"],
  [["--batch"], "Cannot read --batch: it needs a value, as in --batch=N"],
  [["--batch", ""], "Cannot read --batch: it needs a value, as in --batch=N"],
  [[""], 'Cannot read "": only flags are expected here'],
  [["--json", "false"], 'Cannot read "false": only flags are expected here'],
  [
    ["--file", "--json"],
    "Cannot read --file: it needs a value, as in --file=FILE",
  ],
  [
    ["--tag=1", "--tag=10"],
    'Cannot read --tag="10": expected a whole number from 0 to 9',
  ],
  [["--tag=1", "--tag"], "Cannot read --tag: it needs a value, as in --tag=N"],
  [
    ["--batch=0"],
    'Cannot read --batch="0": expected a whole number from 1 to 1000',
  ],
  [
    ["--batch", "-5"],
    'Cannot read --batch="-5": expected a whole number from 1 to 1000',
  ],
  [
    ["--batch=1e2"],
    'Cannot read --batch="1e2": expected a whole number from 1 to 1000',
  ],
  [
    ["--size=5XB"],
    'Cannot read --size="5XB": expected a size from 1 to 1073741824 bytes, such as 64KiB or 1MiB',
  ],
  [
    ["--interval=5"],
    'Cannot read --interval="5": expected a duration such as 500ms, 1s or 1m30s',
  ],
  [
    ["--format=jsn"],
    'Cannot read --format="jsn": expected one of table, json; did you mean "json"?',
  ],
  [["word"], 'Cannot read "word": only flags are expected here'],
];

for (const [argv, message] of REFUSED) {
  Deno.test(`readFlags() refuses ${argv.join(" ")}`, () => {
    const error = assertThrows(() => readFlags(argv, SPEC), UsageError);

    assertEquals(error.message, message);
  });
}

Deno.test("readFlags() refuses any flag where there are none", () => {
  const error = assertThrows(() => readFlags(["--a"], {}), UsageError);

  assertEquals(
    error.message,
    'Cannot read "--a": there is no such flag; --help lists them',
  );
});

Deno.test("readFlags() returns the words, numbers below zero among them", () => {
  const argv = ["6", "--json", "x", "-7.5", "-", "--", "--batch=1"];

  const { words, given } = readFlags(argv, SPEC, { maxWords: 5 });

  assertEquals(words, ["6", "x", "-7.5", "-", "--batch=1"]);
  assertEquals([...given], ["json"]);
});

for (
  const [maxWords, message] of [
    [0, 'Cannot read "a": only flags are expected here'],
    [1, 'Cannot read "b": at most 1 word is expected here'],
    [2, 'Cannot read "c": at most 2 words are expected here'],
  ] as const
) {
  Deno.test(`readFlags() refuses the first word that is more than ${maxWords}`, () => {
    const error = assertThrows(
      () => readFlags(["a", "b", "c"], SPEC, { maxWords }),
      UsageError,
    );

    assertEquals(error.message, message);
  });
}

Deno.test("readFlags() lets an error that is not about usage rise", () => {
  const flag = {
    ...text("X", "Any text."),
    read(): string {
      throw new TypeError("defect");
    },
  };

  assertThrows(() => readFlags(["--x-y=1"], { "x-y": flag }), TypeError);
});

Deno.test("describeFlags() lists the flags with their defaults", () => {
  assertEquals(
    describeFlags({
      batch: SPEC.batch,
      json: SPEC.json,
      f: SPEC.f,
      help: WITH_HELP.help,
    }),
    [
      "  --batch=N   Events in a batch. (default: 100)",
      "  --json      Print JSON.",
      "  -f          Follow.",
      "  -h, --help  print this",
    ].join("\n"),
  );
});

Deno.test("describeFlags() breaks lines beside the flags, and below them where there is no room", () => {
  const spec = { batch: SPEC.batch, f: SPEC.f };

  assertEquals(describeFlags(spec, 40).split("\n"), [
    "  --batch=N  Events in a batch.",
    "             (default: 100)",
    "  -f         Follow.",
  ]);
  assertEquals(describeFlags(spec, 30).split("\n"), [
    "  --batch=N",
    "      Events in a batch.",
    "      (default: 100)",
    "  -f",
    "      Follow.",
  ]);
});

const WITH_HELP = { ...SPEC, help: toggle("print this") };

for (
  const argv of [
    ["--help"],
    ["-h"],
    ["--batch", "-h"],
    ["--btach=1", "-h"],
    ["--help", "word"],
  ]
) {
  Deno.test(`readFlags() knows that help is asked for by ${argv.join(" ")}`, () => {
    const { flags, given, words } = readFlags(argv, WITH_HELP);

    assertEquals(flags as unknown, { ...DEFAULTS, help: true });
    assertEquals([...given], ["help"]);
    assertEquals(words, []);
  });
}

Deno.test("readFlags() takes --help behind -- for a word", () => {
  const { flags, words } = readFlags(["--", "--help"], WITH_HELP, {
    maxWords: 1,
  });

  assertEquals([flags.help, words], [false, ["--help"]]);
});

Deno.test("readFlags() knows no -h where there is no help", () => {
  assertThrows(() => readFlags(["-h"], SPEC), UsageError, "no such flag");
});

const DURATIONS: [string, number | undefined][] = [
  ["500ms", 500],
  ["1.5s", 1_500],
  ["1m30s", 90_000],
  ["2h", 7_200_000],
  ["0s", 0],
  ["", undefined],
  ["5", undefined],
  ["-5s", undefined],
  ["5 s", undefined],
  ["1d", undefined],
  [`${"9".repeat(400)}h`, undefined],
];

for (const [value, ms] of DURATIONS) {
  Deno.test(`parseDuration() reads "${value.slice(0, 12)}" as ${ms}`, () => {
    assertEquals(parseDuration(value), ms);
  });
}
