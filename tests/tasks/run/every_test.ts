import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import type { Writing } from "../../../stages/sink/sink.ts";
import { checkEvery } from "../../../tasks/run/every.ts";

const STDOUT = { name: "-", to: "stdout" } as const;
const KIND = { keys: ["route"], fields: { route: "", count: 0 } };
const TO_STDOUT = "with --every and --output=-";
const FILE_REPLACED = "or name a file, which is replaced each time";

const REFUSED: [
  what: string,
  given: { every?: number; writing?: Writing; fields?: object },
  message: string,
][] = [
  ["a shorter time", { every: 99 }, "--every=99ms: the least is 100ms"],
  [
    "a format that cannot be appended",
    { writing: { format: "csv" } },
    `--format=csv ${TO_STDOUT}: lines are appended there, which only NDJSON allows; leave it out, ${FILE_REPLACED}`,
  ],
  [
    "an order",
    { writing: { format: "ndjson", sort: "count" } },
    `--sort=count ${TO_STDOUT}: a line is appended there once its result is final, in that order; leave it out, ${FILE_REPLACED}`,
  ],
  [
    "the first rows of a database",
    { writing: { format: "sqlite", top: 3, sort: "count" } },
    "--top=3 with --every and a database: rows that are among the first only for a while would stay; leave it out, and ask the database for the first",
  ],
  [
    "a field of the same name",
    { fields: { final: "", count: 0 } },
    `a field "final" ${TO_STDOUT}: each line gets one of that name; give it another name in a schema file, as in { field: final, name: other }, or name a file for the results`,
  ],
];

for (const [what, { every = 100, writing, fields }, message] of REFUSED) {
  Deno.test(`--every is refused with ${what}`, () => {
    const error = assertThrows(
      () =>
        checkEvery({ every }, {
          writing: writing ?? { format: "ndjson" },
          outlet: STDOUT,
          kind: { ...KIND, ...(fields ? { fields } : {}) },
        }),
      UsageError,
    );

    assertEquals(error.message, `Cannot use ${message}`);
  });
}

Deno.test("--every takes any format and order of a file, and a database as it is", () => {
  const WRITINGS: Writing[] = [
    { format: "csv", top: 3, sort: "count" },
    { format: "sqlite" },
  ];
  for (const writing of WRITINGS) {
    checkEvery({ every: 100 }, { writing, outlet: undefined, kind: KIND });
  }
  // Without it nothing is asked.
  const writing: Writing = { format: "csv", sort: "count" };
  checkEvery({ every: undefined }, { writing, outlet: STDOUT, kind: KIND });
});
