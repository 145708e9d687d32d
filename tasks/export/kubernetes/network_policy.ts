/**
 * Who may call a pod, and whom it may call: what `permissions.net` says, in the
 * words of a network.
 *
 * @module
 */

import { isIP } from "node:net";
import type { Container, Containers } from "../container/container.ts";
import { isLocal } from "../container/this_machine.ts";
import { labelsOf, podsAt, podsOf } from "./labels.ts";

/** Pods ask here where a name is; the address is that of a cache on the node. */
const DNS = {
  to: [
    {
      namespaceSelector: {},
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    { ipBlock: { cidr: "169.254.20.10/32" } },
  ],
  ports: [{ protocol: "UDP", port: 53 }, { protocol: "TCP", port: 53 }],
};

/** Returns the policy of one container. */
export function networkPolicy(
  container: Container,
  { containers, places, hosts }: Containers,
  project: string,
): Record<string, unknown> {
  const { spec, port } = container;
  const callers = containers.filter((each) =>
    neededBy(each).includes(spec.service)
  );
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: container.name, labels: labelsOf(container, project) },
    spec: {
      podSelector: { matchLabels: podsOf(container, project) },
      policyTypes: ["Ingress", "Egress"],
      ingress: port === undefined || callers.length === 0 ? [] : [{
        from: callers.map((each) => ({
          podSelector: { matchLabels: podsOf(each, project) },
        })),
        ports: [{ protocol: "TCP", port }],
      }],
      egress: egressOf(
        container,
        (service) => ({
          host: hosts.get(service)!,
          port: places.portOf(service),
        }),
        project,
        places,
      ),
    },
  };
}

/** The services that a container calls, and those that it waits for. */
export function neededBy({ calls, spec: { dependsOn } }: Container): string[] {
  return [...new Set([...calls, ...dependsOn.map(({ service }) => service)])];
}

/** Hosts besides services that a `net` names; a policy cannot name them. */
export function namedHosts(
  { spec: { runs } }: Container,
  { places }: Pick<Containers, "places">,
): string[] {
  const net = runs.kind === "script" ? runs.permissions.net ?? [] : [];
  return typeof net === "boolean"
    ? []
    : outside(net, places).filter((entry) => isIP(hostOf(entry)) === 0);
}

/** What it names that is neither a service nor in the container itself. */
function outside(
  net: readonly string[],
  places: Containers["places"],
): readonly string[] {
  return net.filter((entry) =>
    !places.at(entry) && !entry.startsWith("unix:") && !isLocal(entry)
  );
}

function egressOf(
  container: Container,
  placeOf: (service: string) => { host: string; port: number | undefined },
  project: string,
  places: Containers["places"],
): unknown[] {
  const { runs } = container.spec;
  const net = runs.kind === "script" ? runs.permissions.net ?? [] : true;
  // Nobody knows whom a program without a sandbox calls.
  if (net === true) return [{}];
  const services = neededBy(container).map(placeOf)
    .filter(({ port }) => port !== undefined)
    .map(({ host, port }) => ({
      to: [{ podSelector: { matchLabels: podsAt(host, project) } }],
      ports: [{ protocol: "TCP", port }],
    }));
  const others = outside(net === false ? [] : net, places)
    .map((entry) => {
      const host = hostOf(entry);
      const port = portOf(entry);
      const family = isIP(host);
      return {
        ...(family === 0 ? {} : {
          to: [{ ipBlock: { cidr: `${host}/${family === 4 ? 32 : 128}` } }],
        }),
        ...(port === undefined ? {} : { ports: [{ protocol: "TCP", port }] }),
      };
    });
  const all = [...services, ...others];
  return all.length === 0 ? [] : [DNS, ...all];
}

function hostOf(entry: string): string {
  return entry.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

function portOf(entry: string): number | undefined {
  const port = /^(?:\[.*\]|[^:]*):(\d+)$/.exec(entry)?.[1];
  return port === undefined ? undefined : Number(port);
}
