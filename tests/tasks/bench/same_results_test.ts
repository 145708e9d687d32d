import { assertEquals } from "@std/assert";
import { firstDifference } from "../../../tasks/bench/same_results.ts";

const CLICK = {
  key: "click",
  count: 2,
  sum: 30,
  avg: 15,
  min: 10,
  max: 20,
  tags: { tier: { gold: 1 } },
};
const OUTCOME = { events: 3, rejected: 0, filtered: 1, results: [CLICK] };

Deno.test("firstDifference() finds none between runs that agree", () => {
  assertEquals(firstDifference(OUTCOME, structuredClone(OUTCOME)), undefined);
});

Deno.test("firstDifference() names what differs, and both values", () => {
  const cases = [
    { ...OUTCOME, filtered: 2 },
    { ...OUTCOME, results: [{ ...CLICK, sum: "30" }] },
    { ...OUTCOME, results: [{ ...CLICK, tags: { tier: { gold: 2 } } }] },
    { ...OUTCOME, results: [] },
    { ...OUTCOME, results: [CLICK, { ...CLICK, key: "view" }] },
  ];

  assertEquals(cases.map((each) => firstDifference(OUTCOME, each)), [
    "filtered is 2 and not 1",
    'results.click.sum is "30" and not 30',
    "results.click.tags.tier.gold is 2 and not 1",
    `results.click is undefined and not ${JSON.stringify(CLICK)}`,
    `results.view is ${
      JSON.stringify({ ...CLICK, key: "view" })
    } and not undefined`,
  ]);
});
