/**
 * Where services are once each has a network of its own: what is 127.0.0.1 on
 * one machine has the name of a service in a container.
 *
 * The specs of a config have exact addresses, so they are found in any text: an
 * argument, a variable, the URL of a healthcheck.
 *
 * @module
 */

import { HOST } from "../../../runtime/program/address.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Project } from "../project.ts";
import { saidOf } from "./said.ts";

/** What stands for the service itself. */
const SELF = "self";
/** What a config says of a port that it leaves open. */
const AUTO = "auto";
/** Listens for everybody who can reach the container. */
const ANY = "0.0.0.0";

/** An address of this machine, also in a URL or a list, and where it begins. */
const LOCAL =
  /(?<scheme>[A-Za-z][\w+.-]*:\/\/)?(?<![\w.-])(?:127\.0\.0\.1|localhost|\[::1\]):(?<port>\d{1,5})(?!\d)/g;

/**
 * What services listen on whose address is that of this machine alone: a socket,
 * or a port that was free here. One after the other.
 */
const FIRST_PORT = 9000;

/**
 * The private networks in which containers are. Deno asks for the address that a
 * name leads to, too, and nobody knows that before.
 */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** A service, and the port where all of its replicas listen. */
export interface Place {
  service: string;
  port: number;
}

/** What places are found in. */
export type PlaceSource = Pick<Project, "services" | "written">;

/** A config's addresses, as containers have them. */
export interface Places {
  /** The port of a service in its containers; undefined where it has none. */
  portOf(service: string): number | undefined;
  /** Whether the config leaves it open which port that is. */
  isAnyPort(service: string): boolean;
  /** Whose an address of this machine is. */
  at(address: string): Place | undefined;
  /** Puts what is true in the containers of a process into a text. */
  inText(text: string, asker: ServiceSpec): string;
  /** Does so for what runs in the container, and asks the process itself. */
  fromWithin(text: string, asker: ServiceSpec): string;
  /** Returns what `${service.field}` stands for in containers of a service. */
  named(name: string, field: string, asker: string): string | undefined;
  /** True for the path of a service's socket. */
  isSocket(path: string): boolean;
  /**
   * Returns what `net` grants there.
   *
   * @param net What it grants here.
   */
  grants(
    net: readonly string[] | boolean | undefined,
    asker: ServiceSpec,
  ): string[] | boolean;
  /** Returns the services that a `net` names. */
  servicesIn(net: readonly string[] | boolean | undefined): string[];
  /** Returns the services whose addresses stand in a text. */
  servicesInText(text: string): string[];
}

/**
 * Finds where the services of a config are.
 *
 * @param hosts The name by which each is called.
 * @param names By such a name, those of the service's containers, by which a
 * broker calls them.
 * @default {none: each is called by that of its service alone}
 */
export function placesOf(
  { services, written }: PlaceSource,
  hosts: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, readonly string[]> = new Map(),
): Places {
  const isAnyPort = (service: string) =>
    saidOf(written, service, "port") === AUTO;
  /** A port alone, which is nobody else's here, with what it is there. */
  const chosen = new Map<string, number>();
  const owners = new Map<string, Place>();
  const ports = new Map<string, number>();
  const sockets: [string, string][] = [];
  let next = FIRST_PORT;
  for (const [service, specs] of services) {
    const [first] = specs;
    const isOpen = first?.socket !== undefined ||
      first?.port !== undefined && isAnyPort(service);
    const port = isOpen ? next++ : first?.port;
    if (port === undefined) continue;
    ports.set(service, port);
    for (const spec of specs) {
      if (spec.port !== undefined) {
        if (isOpen) chosen.set(`${spec.port}`, port);
        owners.set(`${HOST}:${spec.port}`, { service, port });
      }
      if (spec.socket !== undefined) {
        owners.set(`unix:${spec.socket}`, { service, port });
        sockets.push([`unix:${spec.socket}`, service]);
      }
    }
  }
  // The longest first: one may begin as another does.
  sockets.sort(([a], [b]) => b.length - a.length);

  const namesAt = (host: string) => new Set([host, ...names.get(host) ?? []]);
  const at = (address: string) =>
    owners.get(address.replace(/^(?:localhost|\[::1\])(?=:)/, HOST));
  /** @param own The host of the asker itself; of its URLs, its name. */
  const fill = (
    text: string,
    asker: ServiceSpec,
    own: string,
    ofUrl: string,
  ) => {
    const named = ({ service, port }: Place, self: string) =>
      `${service === asker.service ? self : hosts.get(service)}:${port}`;
    let filled = text.replace(LOCAL, (written, ...rest) => {
      const { scheme, port } = rest.at(-1) as Record<
        string,
        string | undefined
      >;
      const place = owners.get(`${HOST}:${port}`);
      if (!place) return written;
      return scheme === undefined
        ? named(place, own)
        : `${scheme}${named(place, ofUrl)}`;
    });
    for (const [socket] of sockets) {
      filled = filled.replaceAll(socket, named(owners.get(socket)!, own));
    }
    for (const [number, port] of chosen) {
      filled = filled.replaceAll(
        new RegExp(`(?<![\\w.])${number}(?![\\w.])`, "g"),
        `${port}`,
      );
    }
    // Several replicas have one name.
    return filled.replace(/([\w.-]+:\d+)(?:,\1)+(?![\w.-])/g, "$1");
  };
  return {
    portOf: (service) => ports.get(service),
    isAnyPort,
    at,
    inText: (text, asker) => fill(text, asker, ANY, hosts.get(asker.service)!),
    fromWithin: (text, asker) => fill(text, asker, HOST, HOST),
    named(name, field, asker) {
      const service = name === SELF ? asker : name;
      const port = ports.get(service);
      if (port === undefined) return undefined;
      if (field === "port") return `${port}`;
      const isListening = service === asker && field === "address";
      return `${isListening ? ANY : hosts.get(service)}:${port}`;
    },
    isSocket: (path) => owners.has(`unix:${path}`),
    grants(net = [], asker) {
      if (typeof net === "boolean") return net;
      return [
        ...new Set(net.flatMap((entry) => {
          const place = at(entry);
          if (!place) return [entry];
          const { service, port } = place;
          return service === asker.service
            ? [`${ANY}:${port}`, `${HOST}:${port}`]
            : [
              ...namesAt(hosts.get(service)!),
              ...PRIVATE.map((network) => `${network}:${port}`),
            ];
        })),
      ];
    },
    servicesIn: (net = []) =>
      typeof net === "boolean"
        ? []
        : [...new Set(net.flatMap((entry) => at(entry)?.service ?? []))],
    servicesInText(text) {
      const local = [...text.matchAll(LOCAL)].flatMap(({ groups }) =>
        owners.get(`${HOST}:${groups!.port}`)?.service ?? []
      );
      const unix = sockets.filter(([socket]) => text.includes(socket))
        .map(([, service]) => service);
      return [...new Set([...local, ...unix])];
    },
  };
}
