/**
 * What `self` and the names of services stand for in config.yaml, so that a
 * port is written only once.
 *
 * In a text they are written as `${broker.address}` or `${broker.port}`. No
 * variable has such a name, since there is a dot in it. Where an address is
 * expected, the name alone is enough: `net: [self, broker]`.
 *
 * @module
 */

import type { Meaning } from "../../runtime/config/interpolation.ts";
import { HOST } from "../../runtime/program/address.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import type { AdvertisedPlaces } from "./advertised.ts";
import type { Ports } from "./port.ts";
import type { Sockets } from "./service_sockets.ts";

/** The services of a config, as one of them refers to them. */
export interface Names {
  /** All services, in the order of the file. */
  services: readonly string[];
  ports: Ports;
  /** Where those listen that have a socket and no port. */
  sockets: Sockets;
  /** Where those are called that advertise another address. */
  advertised: AdvertisedPlaces;
}

/** Who refers to an address: one replica, counted from 0, of a service. */
export interface Asker {
  service: string;
  replica: number;
}

/** The word for the service that uses it. */
export const SELF = "self";

/** What a service may be called; a host with a port, or a dot, is none. */
const NAME = /^[A-Za-z][\w-]*$/;
const FIELDS = ["address", "port", "advertise"] as const;

/**
 * Returns the addresses that a name stands for.
 *
 * @param otherwise What to do about a name that is like none.
 */
function addressesNamed(
  name: string,
  names: Names,
  asker: Asker | undefined,
  otherwise?: string,
): Meaning<readonly string[]> {
  const addresses = new Map([
    ...[...names.ports].map(([each, ports]) =>
      [each, addressesAt(ports)] as const
    ),
    ...[...names.sockets].map(([each, paths]) =>
      [each, paths.map((path) => `unix:${path}`)] as const
    ),
  ]);
  return placesNamed(name, "port", names.services, addresses, asker, otherwise);
}

/** Returns the ports that a name stands for. */
function portsNamed(
  name: string,
  { services, ports, sockets }: Names,
  asker: Asker | undefined,
): Meaning<readonly number[]> {
  const service = name === SELF ? asker?.service : name;
  return service !== undefined && sockets.has(service)
    ? {
      problem:
        `service "${service}" has a socket and no port; its address is \${${name}.address}`,
    }
    : placesNamed(name, "port", services, ports, asker);
}

/** @param key What a service has to have, to have such a place. */
function placesNamed<T>(
  name: string,
  key: "port" | "advertise",
  services: readonly string[],
  places: ReadonlyMap<string, readonly T[]>,
  asker: Asker | undefined,
  otherwise?: string,
): Meaning<readonly T[]> {
  if (name === SELF) {
    if (!asker) {
      return { problem: `"${SELF}" means something in a service only` };
    }
    const place = places.get(asker.service)?.[asker.replica];
    return place === undefined
      ? { problem: `the service has no ${key}; write ${key}: into it` }
      : { value: [place] };
  }
  if (!services.includes(name)) {
    const known = [SELF, ...services];
    return {
      problem: `there is no service "${name}"${
        suggestion(
          name,
          known,
          `; ${otherwise ?? `known are ${known.join(", ")}`}`,
        )
      }`,
    };
  }
  const found = places.get(name);
  return found
    ? { value: found }
    : { problem: `service "${name}" has no ${key}; write ${key}: into it` };
}

/** Returns the text for `${name.field}`: of several replicas all, with commas. */
export function textNamed(
  name: string,
  field: string,
  names: Names,
  asker: Asker | undefined,
): Meaning<string> {
  const found = field === "port"
    ? portsNamed(name, names, asker)
    : field === "advertise"
    ? placesNamed(name, "advertise", names.services, names.advertised, asker)
    : addressesNamed(name, names, asker);
  if ("problem" in found) return found;
  switch (FIELDS.find((each) => each === field)) {
    case "address":
    case "port":
    case "advertise":
      return { value: found.value.join(",") };
    case undefined:
      return {
        problem: `"${name}" has no "${field}"; it has ${
          FIELDS.slice(0, -1).join(", ")
        } and ${FIELDS.at(-1)}`,
      };
  }
}

/**
 * Returns what an entry of `permissions.net` grants: the addresses of a
 * service, or the entry itself.
 */
export function grantsNamed(
  entry: string,
  names: Names,
  asker: Asker,
): Meaning<readonly string[]> {
  // A host may have each of its ports granted; only localhost has no dot.
  const isName = NAME.test(entry) &&
    (entry !== "localhost" || names.services.includes(entry));
  if (!isName) return { value: [entry] };
  const advice = "a host needs its port, as in db:5432";
  return addressesNamed(entry, names, asker, advice);
}

/** Returns the address that a healthcheck asks. */
export function probeNamed(
  address: string,
  names: Names,
  asker: Asker,
): Meaning<string> {
  if (!NAME.test(address)) return { value: address };
  const advice = "write an address such as 127.0.0.1:50051";
  const found = addressesNamed(address, names, asker, advice);
  if ("problem" in found) return found;
  const [only, ...others] = found.value;
  return only !== undefined && others.length === 0
    ? { value: only }
    : { problem: `"${address}" has several replicas, and one has to be asked` };
}

/** Writes ports of this machine as addresses. */
export function addressesAt(ports: readonly number[]): string[] {
  return ports.map((port) => `${HOST}:${port}`);
}
