/**
 * How an entry is kept in etcd: in the form of gRPC's own naming, which Go's
 * `go.etcd.io/etcd/client/v3/naming` reads and writes.
 *
 * The key is `<prefix>/<service>/<instance>`; unless it is called otherwise, an
 * instance is called as its address. The value is a JSON object of which Go reads
 * `Addr`. What else there is to say stands below `Metadata`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { checkEntry, type Entry, type Place } from "../entry.ts";
import { Fault } from "../../runtime/program/errors.ts";

/** Who holds an entry. */
export interface Holder {
  /** Where its connection comes from. */
  who: string;
  /** Since when; undefined where nobody has said. */
  since: Date | undefined;
}

/** What one key stands for. */
export interface StoredEntry {
  entry: Entry;
  holder: Holder;
}

/** What the holder of an entry is called that no broker has put there. */
const ANOTHER_PROGRAM = "another program";

/** The key of a place. */
export function keyOf(prefix: string, { service, instance }: Place): Buffer {
  return Buffer.from(`${prefix}/${service}/${instance}`);
}

/** All keys below a prefix. */
export function rangeOf(prefix: string): { key: Buffer; rangeEnd: Buffer } {
  // What comes after every name that begins with "/".
  return {
    key: Buffer.from(`${prefix}/`),
    rangeEnd: Buffer.from(`${prefix}0`),
  };
}

/** The place that a key stands for; undefined where it is none. */
export function placeOf(prefix: string, key: Buffer): Place | undefined {
  const name = key.toString().slice(prefix.length + 1);
  const slash = name.indexOf("/");
  return slash < 1
    ? undefined
    : { service: name.slice(0, slash), instance: name.slice(slash + 1) };
}

/** Writes the value of a key. */
export function writeEntry({ entry, holder }: StoredEntry): Buffer {
  const { address, version, registeredMs, metadata } = entry;
  return Buffer.from(JSON.stringify({
    Op: 0,
    Addr: address,
    Metadata: {
      version,
      registeredMs,
      heldBy: holder.who,
      heldSinceMs: holder.since?.getTime(),
      metadata,
    },
  }));
}

/**
 * Reads the value of a key, whoever has put it there. Of what other programs say
 * below `Metadata` the texts are taken; they need not say anything.
 *
 * @throws {Fault} `invalid` if it is none that could be registered.
 */
export function readEntry(place: Place, value: Buffer): StoredEntry {
  const { Addr: address, Op: op, Metadata: said } = parse(value);
  if (typeof address !== "string" || (op !== undefined && op !== 0)) {
    throw new Fault("invalid", `it is not {"Op":0,"Addr":"host:port"}`);
  }
  const about = isObject(said) ? said : {};
  const { version, registeredMs, heldBy, heldSinceMs, metadata } = about;
  if (typeof version !== "string" || !isObject(metadata)) {
    const entry = { ...place, address, version: "", metadata: texts(about) };
    return {
      entry: checkEntry(entry),
      holder: { who: ANOTHER_PROGRAM, since: undefined },
    };
  }
  return {
    entry: checkEntry({
      ...place,
      address,
      version,
      ...(typeof registeredMs === "number" ? { registeredMs } : {}),
      metadata: texts(metadata),
    }),
    holder: {
      who: typeof heldBy === "string" ? heldBy : ANOTHER_PROGRAM,
      since: typeof heldSinceMs === "number" && isTime(heldSinceMs)
        ? new Date(heldSinceMs)
        : undefined,
    },
  };
}

type Json = Record<string, unknown>;

function parse(value: Buffer): Json {
  try {
    const parsed: unknown = JSON.parse(value.toString());
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function texts(pairs: Json): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).filter((pair): pair is [string, string] =>
      typeof pair[1] === "string"
    ),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTime(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
