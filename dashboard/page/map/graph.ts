/**
 * Who needs whom, registers where and follows what, as a graph.
 *
 * The nodes are the services of the config, with their replicas in one, and
 * then whoever else the broker knows.
 *
 * @module
 */

import type {
  RegistryMessage,
  ServiceDescription,
  ServiceState,
  ServiceStatus,
} from "../../wire.ts";

/** What is drawn as one box. */
export interface MapNode {
  /** Unique: the name in the config, or what the broker knows it by. */
  name: string;
  /** False for what the supervisor has not started. */
  ours: boolean;
  /** True for the service that is the broker. */
  broker: boolean;
  /** In the order of the supervisor; empty for what is not ours. */
  replicas: ServiceState[];
  /** That of the replica that is worst off; undefined where nobody knows. */
  status: ServiceStatus | undefined;
  /** What it has registered with the broker. */
  offers: Offer[];
  /** The services that it follows at the broker; an empty name is all. */
  follows: string[];
}

/** A service in the broker's sense, and how many instances of it. */
export interface Offer {
  service: string;
  instances: number;
}

/** How one service is related to another. */
export type Relation =
  /** `condition`: as the config has it, service_healthy say. */
  | { kind: "needs"; condition: string }
  | { kind: "registers"; what: string; instances: number }
  /** `what` is empty where it follows all. */
  | { kind: "follows"; what: string };

/** All that `from` has to do with `to`. */
export interface MapEdge {
  from: string;
  to: string;
  relations: Relation[];
}

/** What is to be drawn. */
export interface MapGraph {
  nodes: MapNode[];
  edges: MapEdge[];
}

/** What a graph is made from. */
export interface MapInput {
  descriptions: readonly ServiceDescription[];
  services: readonly ServiceState[];
  /** Undefined where no broker is asked. */
  registry: RegistryMessage | undefined;
}

/** Best first: a node is as well as the worst of its replicas. */
const BY_HARM: ServiceStatus[] = [
  "exited",
  "scheduled",
  "healthy",
  "running",
  "stopping",
  "pending",
  "starting",
  "backing_off",
  "unhealthy",
  "failed",
];

/** The node of those who follow without saying who they are. */
export const UNNAMED = "others";

/** The node of a broker that the supervisor has not started. */
const BROKER = "broker";

/** How many nodes there may be of what is not ours. */
const MOST_FOREIGN = 24;

/** Makes the graph of all that is known; the same input gives the same graph. */
export function mapGraph(input: MapInput): MapGraph {
  const nodes = new Map(
    namesOf(input).map((name) => [name, ownNode(name, input)]),
  );
  const edges = new Map<string, MapEdge>();
  const relate = (from: string, to: string, relation: Relation) => {
    if (from === to || !nodes.has(from) || !nodes.has(to)) return;
    const key = JSON.stringify([from, to]);
    const edge = edges.get(key) ?? { from, to, relations: [] };
    edge.relations.push(relation);
    edges.set(key, edge);
  };
  for (const { service, dependsOn } of input.descriptions) {
    for (const { service: needed, condition } of dependsOn) {
      relate(service, needed, { kind: "needs", condition });
    }
  }
  if (input.registry) addRegistry(input, input.registry, nodes, relate);
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/**
 * Gives who may speak to whom by the config alone: what is needed, and the
 * services that a service has the right to call.
 *
 * The places of the nodes are made from this, and not from what runs at the
 * moment: nothing moves when a process dies, and all it had registered with it.
 *
 * @returns Pairs of service and what it turns to, each once.
 */
export function pairsOf(
  descriptions: readonly ServiceDescription[],
): [from: string, to: string][] {
  const known = new Set(descriptions.map(({ service }) => service));
  return descriptions.flatMap(({ service, dependsOn, rights }) => {
    const called = rights
      .filter(({ kind }) => kind === "net")
      .flatMap(({ values }) => values.map(serviceIn));
    const all = new Set([
      ...dependsOn.map((needed) => needed.service),
      ...called,
    ]);
    return [...all].flatMap((to): [string, string][] =>
      to !== undefined && to !== service && known.has(to) ? [[service, to]] : []
    );
  });
}

/** Returns the service of an address, which stands behind it in brackets. */
function serviceIn(right: string): string | undefined {
  return / \((?<service>[^()]+)\)$/.exec(right)?.groups?.service;
}

/** Says a relation in words, for a reader who does not see the line. */
export function relationWords(relation: Relation): string {
  switch (relation.kind) {
    case "needs":
      return `needs it${CONDITIONS[relation.condition] ?? ""}`;
    case "registers":
      return relation.instances === 1
        ? `registers ${relation.what}`
        : `registers ${relation.what} (${relation.instances} instances)`;
    case "follows":
      return `follows ${relation.what || "all that is registered"}`;
  }
}

const CONDITIONS: Record<string, string> = {
  "service_healthy": " to be healthy",
  "service_started": " to be started",
  "service_completed_successfully": " to have done its work",
};

/** Our services: those of the config, and those that run though it is gone. */
function namesOf({ descriptions, services }: MapInput): string[] {
  return [
    ...new Set([
      ...descriptions.map(({ service }) => service),
      ...services.map(({ service }) => service),
    ]),
  ];
}

function ownNode(name: string, { services }: MapInput): MapNode {
  const replicas = services.filter(({ service }) => service === name);
  return {
    name,
    ours: true,
    broker: false,
    replicas,
    status: worst(replicas),
    offers: [],
    follows: [],
  };
}

function foreignNode(name: string): MapNode {
  return {
    name,
    ours: false,
    broker: false,
    replicas: [],
    status: undefined,
    offers: [],
    follows: [],
  };
}

function worst(replicas: ServiceState[]): ServiceStatus | undefined {
  return replicas.map(({ status }) => status).reduce<ServiceStatus | undefined>(
    (bad, status) =>
      bad === undefined || BY_HARM.indexOf(status) > BY_HARM.indexOf(bad)
        ? status
        : bad,
    undefined,
  );
}

/** Adds what the broker knows: who has registered what, and who follows whom. */
function addRegistry(
  { services }: MapInput,
  { broker, entries, watchers }: RegistryMessage,
  nodes: Map<string, MapNode>,
  relate: (from: string, to: string, relation: Relation) => void,
): void {
  const serviceOf = (name: string | undefined) =>
    services.find((each) => each.name === name)?.service ??
      (name !== undefined && nodes.get(name)?.ours ? name : undefined);
  const put = (own: string | undefined, foreign: string): MapNode => {
    const name = own ?? foreignName(foreign, nodes);
    const node = nodes.get(name) ?? foreignNode(name);
    nodes.set(name, node);
    return node;
  };
  const place = services.find(({ address }) => address === broker.address) ??
    services.find(({ service }) => service === BROKER);
  const hub = put(place?.service, BROKER);
  hub.broker = true;

  for (const { service, owner } of entries) {
    const node = put(serviceOf(owner), service);
    const offer = node.offers.find((each) => each.service === service);
    if (offer) offer.instances++;
    else node.offers.push({ service, instances: 1 });
  }
  for (const { service, name } of watchers) {
    const node = put(serviceOf(name), name || UNNAMED);
    if (!node.follows.includes(service)) node.follows.push(service);
  }
  for (const { name, offers, follows } of nodes.values()) {
    for (const { service, instances } of offers) {
      relate(name, hub.name, { kind: "registers", what: service, instances });
    }
    for (const what of follows) {
      relate(name, hub.name, { kind: "follows", what });
    }
  }
}

/** A name of its own for what is not ours; all beyond a number share one. */
function foreignName(name: string, nodes: Map<string, MapNode>): string {
  const foreign = nodes.get(name)?.ours ? `${name} (elsewhere)` : name;
  if (nodes.has(foreign)) return foreign;
  const many = [...nodes.values()].filter(({ ours }) => !ours).length;
  return many < MOST_FOREIGN ? foreign : UNNAMED;
}
