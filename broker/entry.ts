/**
 * What is registered: one running instance of a service.
 *
 * @module
 */

import type { Entry__Output } from "../proto/types/broker/v1/Entry.ts";
import { parseAddress } from "../runtime/program/address.ts";
import { Fault } from "../runtime/program/errors.ts";

/** One running instance of a service. */
export type Entry = Readonly<Entry__Output>;

const SERVICE = /^[A-Za-z][\w.-]{0,254}$/;
const INSTANCE = /^[\x21-\x7e]{1,255}$/;
const VERSION = /^[\x20-\x7e]{0,64}$/;
const METADATA_KEY = /^[A-Za-z][\w.-]{0,62}$/;
/** Hosts that stand for every address of a machine: to bind, not to dial. */
const ANY_HOST = new Set(["0.0.0.0", "::"]);
const MAX_METADATA = 64;
const MAX_METADATA_VALUE = 1_024;

/**
 * Checks every field of an entry.
 *
 * @param entry As a caller sent it.
 * @returns The entry.
 * @throws {Fault} `invalid`, naming the first field that is wrong.
 */
export function checkEntry(entry: Entry | null | undefined): Entry {
  if (!entry) throw refusal("", "the registration holds no entry");
  const { service, instance, address, version, metadata } = entry;
  checkServiceName(service, "register");
  if (!INSTANCE.test(instance)) {
    throw refusal(
      service,
      `instance must be 1 to 255 printable ASCII characters without spaces: current value is ${
        quote(instance)
      }`,
    );
  }
  checkDialable(service, address);
  if (!VERSION.test(version)) {
    throw refusal(
      service,
      `version must be at most 64 printable ASCII characters: current value is ${
        quote(version)
      }`,
    );
  }
  const pairs = Object.entries(metadata);
  if (pairs.length > MAX_METADATA) {
    throw refusal(
      service,
      `metadata must have at most ${MAX_METADATA} pairs: there are ${pairs.length}`,
    );
  }
  for (const [key, value] of pairs) {
    if (!METADATA_KEY.test(key)) {
      throw refusal(
        service,
        `a metadata key must be a letter, then at most 62 letters, digits, "_", "." or "-": current value is ${
          quote(key)
        }`,
      );
    }
    if (value.length > MAX_METADATA_VALUE) {
      throw refusal(
        service,
        `metadata "${key}" must have at most ${MAX_METADATA_VALUE} characters: it has ${value.length}`,
      );
    }
  }
  return entry;
}

/**
 * Checks the name of a service.
 *
 * @param doing What was asked for, for the message, for example "resolve".
 * @throws {Fault} `invalid`
 */
export function checkServiceName(service: string, doing: string): void {
  if (SERVICE.test(service)) return;
  throw new Fault(
    "invalid",
    `Cannot ${doing} service ${
      quote(service)
    }: a name must be a letter, then at most 254 letters, digits, "_", "." or "-"`,
  );
}

/** Orders entries by service, then by instance. */
export function byName(a: Entry, b: Entry): number {
  return compare(a.service, b.service) || compare(a.instance, b.instance);
}

/** Names an entry in a message. */
export function describeEntry({ service, instance, address }: Entry): string {
  return instance === address
    ? `"${service}" at ${address}`
    : `"${service}" instance "${instance}" at ${address}`;
}

/** An address that another process can dial: a port, and not "any host". */
function checkDialable(service: string, address: string): void {
  let parsed;
  try {
    parsed = parseAddress(address);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw refusal(
      service,
      `address must be host:port or unix:/path: current value is ${
        quote(address)
      }`,
    );
  }
  if (parsed.kind === "unix") return;
  if (parsed.port === 0) {
    throw refusal(
      service,
      `address must have a port from 1 to 65535: current value is "${address}"`,
    );
  }
  if (ANY_HOST.has(parsed.host)) {
    throw refusal(
      service,
      `address must be one that callers can dial: current value is "${address}"`,
    );
  }
}

function refusal(service: string, reason: string): Fault {
  return new Fault(
    "invalid",
    `Cannot register service "${service}": ${reason}`,
  );
}

/** A value in a message, cut where it is long. */
function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
