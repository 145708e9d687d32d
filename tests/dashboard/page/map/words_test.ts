import { assertEquals } from "@std/assert";
import { fitSteps, fitText } from "../../../../dashboard/page/map/fit_text.ts";
import type { MapNode } from "../../../../dashboard/page/map/graph.ts";
import { nodeWords } from "../../../../dashboard/page/map/words.ts";
import { NOW, state } from "../../../support/page_fixtures.ts";

function node(more: Partial<MapNode> = {}): MapNode {
  return {
    name: "server",
    ours: true,
    broker: false,
    replicas: [state("server", { address: "127.0.0.1:5555" })],
    status: "healthy",
    offers: [],
    follows: [],
    ...more,
  };
}

const TRAIL = {
  name: "server",
  fromMs: NOW - 3_000,
  toMs: NOW - 1_000,
  steps: [
    "killed (SIGKILL)",
    "again in 1 s",
    "starting",
    "healthy after 417 ms",
  ],
  brokeAt: 0,
};

Deno.test("nodeWords() says how a service is, and where", () => {
  const words = [
    node(),
    node({
      replicas: [
        state("server", { status: "failed", detail: "why", restarts: 1 }),
      ],
    }),
    node({
      replicas: [state("a"), state("b", { status: "backing_off" }), state("c")],
    }),
    node({ replicas: [] }),
    node({ ours: false, replicas: [] }),
  ].map((each) => nodeWords(each, [], NOW).state);

  assertEquals(words, [
    "healthy · port 5555",
    "failed · why · 1 restart",
    "1 backing off · 2 healthy",
    "not chosen",
    "registered from elsewhere",
  ]);
});

Deno.test("nodeWords() tells how a service healed, for a while", () => {
  assertEquals(nodeWords(node(), [TRAIL], NOW).steps, [
    "killed (SIGKILL)",
    "again in 1 s",
    "healthy",
  ]);
  assertEquals(nodeWords(node(), [TRAIL], NOW + 60_000).steps, []);
  const begun = {
    name: "server",
    fromMs: 0,
    toMs: NOW,
    steps: ["pending", "healthy"],
  };
  assertEquals(nodeWords(node(), [begun], NOW).steps, []);
});

Deno.test("nodeWords() names the replica that healed", () => {
  const replicas = [
    state("server", { name: "server-1" }),
    state("server", { name: "server-2" }),
  ];
  const trail = { ...TRAIL, name: "server-2" };

  assertEquals(nodeWords(node({ replicas }), [trail], NOW).steps[0], "no. 2");
});

Deno.test("nodeWords() gives the reason of one that is given up, not the way there", () => {
  const replicas = [state("server", { status: "failed", detail: "why" })];

  assertEquals(nodeWords(node({ replicas }), [TRAIL], NOW).steps, []);
});

Deno.test("nodeWords() says what is registered and followed", () => {
  const roles = [
    node({ offers: [{ service: "a", instances: 3 }], follows: [""] }),
    node({
      offers: ["a", "b", "c"].map((service) => ({ service, instances: 1 })),
    }),
    node({ broker: true, follows: ["a", "b", "c"] }),
    node(),
  ].map((each) => nodeWords(each, [], NOW).role);

  assertEquals(roles, [
    "registers a ×3 · follows all",
    "registers a and 2 others",
    "the broker · follows 3 services",
    "",
  ]);
});

const measure = (text: string) => text.length;

Deno.test("fitText() shortens by what does not fit", () => {
  assertEquals(fitText("short", 5, measure), "short");
  assertEquals(fitText("much too long", 9, measure), "much too…");
  assertEquals(fitText("😀😀😀", 3, (text) => [...text].length), "😀😀😀");
});

Deno.test("fitSteps() leaves out the first steps where there are too many", () => {
  const steps = ["one", "two", "three", "four"];

  assertEquals(fitSteps(steps, 9, 2, measure), ["three", "four"]);
  assertEquals(fitSteps(steps, 40, 2, measure), ["one · two · three · four"]);
  assertEquals(fitSteps([], 40, 2, measure), []);
});
