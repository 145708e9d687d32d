/**
 * What a server is told besides the messages: the headers of a command line.
 *
 * @module
 */

import { Metadata } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";
import { UsageError } from "../../runtime/program/errors.ts";
import { type Flag, repeated } from "../../runtime/program/flags.ts";

/** One header: a name, and a text or, where the name ends in -bin, bytes. */
export type Header = readonly [name: string, value: string | Buffer];

const FORM = /^\s*(?<name>[^:\s]+)\s*:\s*(?<value>.*?)\s*$/s;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** A flag with headers, as in `--header='x-user: me'`. */
export function headers(help: string): Flag<Header[]> {
  return repeated({
    placeholder: "'NAME: VALUE'",
    help,
    fallback: ["", ""] as Header,
    read(text) {
      const { name, value } = FORM.exec(text)?.groups ?? {};
      if (name === undefined || value === undefined) {
        throw new UsageError("expected a name, a colon and a value");
      }
      const isBinary = name.toLowerCase().endsWith("-bin");
      if (isBinary && !BASE64.test(value)) {
        throw new UsageError("a name that ends in -bin has a value in base64");
      }
      const header: Header = [
        name,
        isBinary ? Buffer.from(value, "base64") : value,
      ];
      metadataOf([header]);
      return header;
    },
  });
}

/**
 * Makes the metadata of a call.
 *
 * @throws {UsageError} If HTTP/2 does not take a name or a value.
 */
export function metadataOf(headers: readonly Header[]): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) {
    try {
      metadata.add(name, value);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new UsageError(`${error.message}`, { cause: error });
    }
  }
  return metadata;
}
