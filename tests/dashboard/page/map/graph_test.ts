import { assertEquals } from "@std/assert";
import {
  mapGraph,
  pairsOf,
  relationWords,
  UNNAMED,
} from "../../../../dashboard/page/map/graph.ts";
import {
  description,
  registry,
  state,
} from "../../../support/page_fixtures.ts";

const DESCRIPTIONS = [
  description("broker"),
  description("server", ["broker"], { replicas: 2 }),
  description("client", ["server"], {
    rights: [{
      kind: "net",
      values: [
        "127.0.0.1:50051 (broker)",
        "unix:/run/server.sock (server)",
        "1.2.3.4:80",
      ],
    }],
  }),
];
const SERVICES = [
  state("broker", { address: "127.0.0.1:50051" }),
  state("server", { name: "server-1" }),
  state("server", { name: "server-2", status: "backing_off" }),
  state("client"),
];

Deno.test("mapGraph() puts replicas into one node, as well as the worst", () => {
  const { nodes } = mapGraph({
    descriptions: DESCRIPTIONS,
    services: SERVICES,
    registry: undefined,
  });

  assertEquals(
    nodes.map(({ name, status, replicas }) => [name, status, replicas.length]),
    [["broker", "healthy", 1], ["server", "backing_off", 2], [
      "client",
      "healthy",
      1,
    ]],
  );
});

Deno.test("mapGraph() relates services by the config and by the broker", () => {
  const entry = {
    service: "calculator",
    address: "127.0.0.1:5555",
    version: "1",
    metadata: {},
  };
  const { nodes, edges } = mapGraph({
    descriptions: DESCRIPTIONS,
    services: SERVICES,
    registry: registry({
      entries: [
        { ...entry, instance: "a", owner: "server-1" },
        { ...entry, instance: "b", owner: "server-2" },
        { ...entry, instance: "c", service: "stray" },
      ],
      watchers: [
        { service: "calculator", name: "client", address: "x:1", sinceMs: 0 },
        { service: "", name: "", address: "x:2", sinceMs: 0 },
      ],
    }),
  });

  assertEquals(nodes.map(({ name, ours }) => [name, ours]), [
    ["broker", true],
    ["server", true],
    ["client", true],
    ["stray", false],
    [UNNAMED, false],
  ]);
  assertEquals(
    edges.map(({ from, to, relations }) =>
      `${from} -> ${to}: ${relations.map(relationWords).join(", ")}`
    ),
    [
      "server -> broker: needs it to be healthy, registers calculator (2 instances)",
      "client -> server: needs it to be healthy",
      "client -> broker: follows calculator",
      "stray -> broker: registers stray",
      "others -> broker: follows all that is registered",
    ],
  );
});

Deno.test("mapGraph() keeps one node for the many that are elsewhere", () => {
  const { nodes } = mapGraph({
    descriptions: [description("broker")],
    services: [state("broker")],
    registry: registry({
      entries: Array.from({ length: 200 }, (_, i) => ({
        service: `far-${i}`,
        instance: "1",
        address: "10.0.0.1:1",
        version: "",
        metadata: {},
      })),
    }),
  });

  assertEquals(nodes.length, 1 + 24 + 1);
  assertEquals(nodes.at(-1)!.name, UNNAMED);
  assertEquals(nodes.at(-1)!.offers.length, 176);
});

Deno.test("mapGraph() has a node for a broker that is not ours", () => {
  const { nodes } = mapGraph({
    descriptions: [],
    services: [state("client")],
    registry: registry(),
  });

  assertEquals(
    nodes.map(({ name, ours, broker }) => [name, ours, broker]),
    [["client", true, false], ["broker", false, true]],
  );
});

Deno.test("pairsOf() tells who may turn to whom, whatever runs", () => {
  assertEquals(pairsOf(DESCRIPTIONS), [
    ["server", "broker"],
    ["client", "server"],
    ["client", "broker"],
  ]);
});
