/**
 * What is registered: one running instance of a service.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { BrokerService } from "../proto/broker/contract.ts";
import type { Entry__Output } from "../proto/types/broker/v1/Entry.ts";
import { Fault } from "../runtime/program/errors.ts";
import { addressProblem } from "./dialable.ts";
import { ENTRY_LIMITS, PAIR_BYTES } from "./limits.ts";
import { findUnseen, quote } from "./unseen.ts";

/**
 * One running instance of a service. Whoever registers one need not say since
 * when: the broker does.
 */
export type Entry = Readonly<
  & Omit<Entry__Output, "registeredMs">
  & Partial<Pick<Entry__Output, "registeredMs">>
>;

/** Names an entry: there is one at most. */
export type Place = Pick<Entry, "service" | "instance">;

const {
  serviceBytes,
  instanceBytes,
  versionBytes,
  metadataPairs,
  metadataKeyBytes,
  metadataValueBytes,
  encodedBytes,
} = ENTRY_LIMITS;

// All in ASCII, where a character is a byte.
const SERVICE = new RegExp(`^[A-Za-z][\\w.-]{0,${serviceBytes - 1}}$`);
const INSTANCE = new RegExp(`^[\\x21-\\x7e]{1,${instanceBytes}}$`);
const VERSION = new RegExp(`^[\\x20-\\x7e]{0,${versionBytes}}$`);
const METADATA_KEY = new RegExp(`^[A-Za-z][\\w.-]{0,${metadataKeyBytes - 1}}$`);

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
      `instance must be 1 to ${instanceBytes} bytes of printable ASCII without spaces: current value is ${
        quote(instance)
      }`,
    );
  }
  const problem = addressProblem(address);
  if (problem) {
    throw refusal(
      service,
      `address must ${problem}: current value is ${quote(address)}`,
    );
  }
  if (!VERSION.test(version)) {
    throw refusal(
      service,
      `version must be at most ${versionBytes} bytes of printable ASCII: current value is ${
        quote(version)
      }`,
    );
  }
  checkMetadata(service, metadata);
  const bytes = entryBytes(entry);
  if (bytes > encodedBytes) {
    throw refusal(
      service,
      `the entry must be at most ${encodedBytes} bytes as it is encoded: it is ${bytes}`,
    );
  }
  return entry;
}

function checkMetadata(service: string, metadata: Entry["metadata"]): void {
  const pairs = Object.entries(metadata);
  if (pairs.length > metadataPairs) {
    throw refusal(
      service,
      `metadata must have at most ${metadataPairs} pairs: there are ${pairs.length}`,
    );
  }
  for (const [key, value] of pairs) {
    if (!METADATA_KEY.test(key)) {
      throw refusal(
        service,
        `a metadata key must be a letter, then letters, digits, "_", "." or "-", at most ${metadataKeyBytes} bytes: current value is ${
          quote(key)
        }`,
      );
    }
    const bytes = Buffer.byteLength(value);
    if (bytes > metadataValueBytes) {
      throw refusal(
        service,
        `metadata "${key}" must have at most ${metadataValueBytes} bytes: it has ${bytes}`,
      );
    }
    const unseen = findUnseen(value);
    if (unseen) {
      throw refusal(
        service,
        `metadata "${key}" must have no character that cannot be seen: it has ${unseen}`,
      );
    }
  }
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
    }: a name must be a letter, then letters, digits, "_", "." or "-", at most ${serviceBytes} bytes`,
  );
}

/** How many bytes an entry takes in a message that holds many. */
export function entryBytes(entry: Entry): number {
  return BrokerService.Register.requestSerialize({ entry }).length;
}

/**
 * How many bytes an entry counts for, by what it takes in memory.
 *
 * @param bytes Of the entry as it is encoded.
 */
export function entryWeight({ metadata }: Entry, bytes: number): number {
  return bytes + PAIR_BYTES * Object.keys(metadata).length;
}

/** Orders entries by service, then by instance. */
export function byName(a: Place, b: Place): number {
  return compare(a.service, b.service) || compare(a.instance, b.instance);
}

/** Names an entry in a message. */
export function describeEntry({ service, instance, address }: Entry): string {
  return instance === address
    ? `"${service}" at ${address}`
    : `"${service}" instance "${instance}" at ${address}`;
}

function refusal(service: string, reason: string): Fault {
  return new Fault(
    "invalid",
    `Cannot register service ${quote(service)}: ${reason}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
