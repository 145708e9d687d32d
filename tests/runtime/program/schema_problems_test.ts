import { assertEquals } from "@std/assert";
import * as z from "zod";
import {
  formatPath,
  messageOf,
  relevantIssues,
} from "../../../runtime/program/schema_problems.ts";

const TEXT = z.string({ error: "expected text" });
const SCHEMA = z.strictObject({
  list: z.union([TEXT, z.array(TEXT)], { error: "expected text or a list" })
    .optional(),
  word: z.union([z.literal("all"), z.strictObject({ only: TEXT })], {
    error: "expected all, or a map",
  }).optional(),
  deep: z.union([z.boolean(), z.array(z.union([TEXT, z.array(TEXT)]))])
    .optional(),
  named: z.record(z.string().regex(/^a/, "expected an a"), TEXT).optional(),
}).refine((map) => Object.keys(map).length > 0, "expected something");

/** A value, and what is said of it. */
const VALUES: [string, unknown, string[]][] = [
  ["what fits no form", { list: 5 }, ["list: expected text or a list"]],
  ["the form that was meant", { list: ["a", 5] }, ["list[1]: expected text"]],
  ["a word that is none", { word: "non" }, ["word: expected all, or a map"]],
  ["a map among words", { word: { only: 5 } }, ["word.only: expected text"]],
  ["a form in a form", { deep: ["a", ["b", 5]] }, [
    "deep[1][1]: expected text",
  ]],
  ["the reason of a key", { named: { b: "x" } }, ["named.b: expected an a"]],
  ["a misspelt key, and not what it leaves missing", { lst: ["a"] }, [
    'x: Unrecognized key: "lst"',
  ]],
  ["what is missing where no key is misspelt", {}, ["x: expected something"]],
  ["all that is wrong", { list: [1, 2], named: { a: 3 } }, [
    "list[0]: expected text",
    "list[1]: expected text",
    "named.a: expected text",
  ]],
];

for (const [what, value, expected] of VALUES) {
  Deno.test(`relevantIssues() gives ${what}`, () => {
    const { error } = SCHEMA.safeParse(value);

    const told = relevantIssues(error?.issues ?? []).map((issue) =>
      `${formatPath(issue.path) || "x"}: ${messageOf(issue)}`
    );

    assertEquals(told, expected);
  });
}

Deno.test("formatPath() goes on from where it is told", () => {
  assertEquals(formatPath([]), "");
  assertEquals(formatPath(["a", 0, "b"]), "a[0].b");
  assertEquals(formatPath(["a", 0], "rule 1"), "rule 1.a[0]");
  assertEquals(formatPath([], "rule 1"), "rule 1");
});
