import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  checkChoice,
  type Choice,
  chooseRecords,
} from "../../../stages/sink/choose_records.ts";

/** In the order of their keys, as aggregate gives them. */
const RECORDS = [
  { key: "a", sum: 5, ms: { p95: 1.5 } },
  { key: "b", sum: "9007199254740993", ms: { p95: 20 } },
  { key: "c", sum: "9007199254740992", ms: {} },
  { key: "d", sum: -3, ms: { p95: 1.5 } },
  { key: "e", sum: 5, ms: { p95: 1.25 } },
  { key: "f", sum: "-9007199254740993", ms: { p95: -1 } },
  { key: "g", sum: 0, ms: { p95: null } },
];
const KIND = {
  keys: ["key"],
  fields: { key: "", sum: 0, ms: { p95: 0 } },
};

const CHOICES: [choice: Choice, keys: string][] = [
  [{}, "abcdefg"],
  [{ sort: "sum" }, "bcaegdf"],
  [{ sort: "sum", top: 3 }, "bca"],
  [{ sort: "ms.p95" }, "badefcg"],
  [{ sort: "ms.p95", top: 100 }, "badefcg"],
  [{ sort: "key", top: 2 }, "ab"],
];

for (const [choice, keys] of CHOICES) {
  Deno.test(`chooseRecords() by ${JSON.stringify(choice)} gives ${keys}`, () => {
    const before = structuredClone(RECORDS);

    const chosen = chooseRecords(RECORDS, choice, KIND);

    assertEquals(chosen.map(({ key }) => key).join(""), keys);
    assertEquals(RECORDS, before);
  });
}

Deno.test("chooseRecords() orders a field of a key, and keeps the key's order for the others", () => {
  const records = [
    { route: "/a", status: 404 },
    { route: "/a", status: "x" },
    { route: "/b", status: 200 },
    { route: "/b", status: 404 },
    { route: "/c", status: true },
    { route: "/d", status: null },
  ];
  const keys = ["route", "status"];

  const by = (sort: string) =>
    chooseRecords(records, { sort }, { keys, fields: { route: "", status: 0 } })
      .map(({ route, status }) => `${route} ${status}`);

  assertEquals(by("status"), [
    "/c true",
    "/b 200",
    "/a 404",
    "/b 404",
    "/a x",
    "/d null",
  ]);
  assertEquals(by("key"), by("route"));
});

const REFUSED: [choice: Choice, message: string][] = [
  [
    { top: 3 },
    "Cannot use --top=3 alone: say which come first, as in --sort=count",
  ],
  [
    { sort: "ms.p59" },
    'Cannot use --sort=ms.p59: results have no such field; did you mean "ms.p95"?',
  ],
  [
    { sort: "latency" },
    "Cannot use --sort=latency: results have no such field; expected one of key, sum, ms.p95",
  ],
];

for (const [choice, message] of REFUSED) {
  Deno.test(`checkChoice() refuses ${JSON.stringify(choice)}`, () => {
    assertThrows(() => checkChoice(choice, KIND), UsageError, message);
  });
}

Deno.test("checkChoice() takes each field, and the key by that word", () => {
  checkChoice({}, KIND);
  for (const sort of ["key", "sum", "ms.p95"]) {
    checkChoice({ top: 1, sort }, KIND);
  }
  checkChoice({ sort: "key" }, { keys: ["route"], fields: { route: "" } });
});
