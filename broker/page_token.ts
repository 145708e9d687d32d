/**
 * Page tokens: where the next page of a list begins.
 *
 * A token names the last entry of the page before, so it holds however the
 * entries change in between.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Fault } from "../runtime/program/errors.ts";
import type { Place } from "./entry.ts";

/** Which list a token continues. */
export interface PagedList {
  /** The method, for messages and so that no other takes the token. */
  method: string;
  /** The service that was asked for; empty for all. */
  service: string;
}

/** Where a page begins. */
export interface PageStart {
  /** The life of the registry that the page before was of. */
  epoch: string;
  /** The last entry of the page before. */
  after: Place;
}

/** Writes a token. */
export function writePageToken(
  { method, service }: PagedList,
  { epoch, after }: PageStart,
): string {
  return Buffer.from(
    JSON.stringify([method, service, epoch, after.service, after.instance]),
  ).toString("base64url");
}

/**
 * Reads a token.
 *
 * @returns Where the page begins; undefined for the first page.
 * @throws {Fault} `invalid` if it is none of this list.
 */
export function readPageToken(
  list: PagedList,
  token: string,
): PageStart | undefined {
  if (token === "") return undefined;
  const [method, asked, epoch, service, instance] = parse(token);
  if (
    method !== list.method || asked !== list.service || epoch === undefined ||
    service === undefined || instance === undefined
  ) {
    throw new Fault(
      "invalid",
      `Cannot ${list.method}: page_token is not one of this list; give the next_page_token of the page before, or none for the first page`,
    );
  }
  return { epoch, after: { service, instance } };
}

/** The five texts of a token; none where it is broken. */
function parse(token: string): string[] {
  try {
    const parts: unknown = JSON.parse(
      Buffer.from(token, "base64url").toString(),
    );
    return Array.isArray(parts) && parts.length === 5 &&
        parts.every((part) => typeof part === "string")
      ? parts
      : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
