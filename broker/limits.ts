/**
 * What one entry, one stream and one broker may hold.
 *
 * The contract (broker.proto) and docs/supervise.md say the same figures.
 *
 * @module
 */

import { HOST_BYTES } from "../runtime/program/dialable_host.ts";

const MIB = 1_024 * 1_024;

/** Bounds of one entry. Text counts in bytes of UTF-8. */
export const ENTRY_LIMITS = {
  serviceBytes: 255,
  instanceBytes: 255,
  versionBytes: 64,
  metadataPairs: 64,
  metadataKeyBytes: 63,
  metadataValueBytes: 1_024,
  /** The whole, as it is encoded. */
  encodedBytes: 16 * 1_024,
} as const;

/** Bounds of an address. */
export const ADDRESS_LIMITS = {
  hostBytes: HOST_BYTES,
  /** What a socket address of Linux holds, besides the zero at its end. */
  unixPathBytes: 107,
} as const;

/** How much a broker takes; more is refused as exhausted. */
export interface Quotas {
  /** Entries that one stream holds. */
  streamEntries: number;
  /** Entries in all. */
  entries: number;
  /** Bytes of all entries, as `entryWeight` counts them. */
  bytes: number;
  /** Bytes of all changes that watchers have not read; the same way. */
  backlogBytes: number;
  /** Watchers in all. */
  watchers: number;
}

/** What a broker takes unless something else is said. */
export const QUOTAS: Readonly<Quotas> = {
  streamEntries: 100_000,
  entries: 250_000,
  bytes: 256 * MIB,
  backlogBytes: 256 * MIB,
  watchers: 10_000,
};

/**
 * Most bytes of entries in one page, or one part of a snapshot: together with
 * what is around them, less than 1 MiB.
 */
export const PART_BYTES = MIB - 1_024;

/**
 * What a pair of metadata takes in memory besides its text, in bytes; measured,
 * and rounded up. An entry of many short pairs would count far too little.
 */
export const PAIR_BYTES = 512;
