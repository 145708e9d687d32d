/**
 * Where an etcd is, as the command line says it.
 *
 * @module
 */

import { parseAddress } from "../../runtime/program/address.ts";
import { Fault, UsageError } from "../../runtime/program/errors.ts";
import { suggestion } from "../../runtime/program/suggest.ts";

/** The members of one etcd, and where in it the entries are. */
export interface EtcdAddress {
  /** `host:port` each; there is one at least. */
  members: readonly string[];
  /** What stands before the name of a service in a key, without a slash. */
  prefix: string;
}

/** Where entries are unless something else is said. */
const PREFIX = "services";

/** What stands for a registry that is not in an etcd. */
const MEMORY = "memory";

const SCHEME = "etcd://";
const FORM = `expected ${SCHEME}host:2379[,host:2379…][/prefix]`;

/** One part of a prefix between slashes. */
const PREFIX_PART = /^[\w.-]{1,63}$/;

/** Most parts of a prefix. */
const MAX_PREFIX_PARTS = 8;

/**
 * Reads `etcd://host:2379[,host:2379…][/prefix]`.
 *
 * @throws {UsageError} If it is anything else, saying what was expected.
 */
export function readEtcdAddress(text: string): EtcdAddress {
  if (text.startsWith("etcds://")) {
    throw new UsageError(
      `TLS to etcd is not supported; take ${SCHEME} to a port of this machine that leads there, such as that of \`etcd grpc-proxy\``,
    );
  }
  if (!text.startsWith(SCHEME)) {
    const other = /^https?:\/\/(.*)$/.exec(text)?.[1];
    throw new UsageError(
      other
        ? `${FORM}; did you mean ${SCHEME}${other}?`
        : `expected ${MEMORY} or ${SCHEME}host:2379[,host:2379…][/prefix]${
          suggestion(text, [MEMORY])
        }`,
    );
  }
  const rest = text.slice(SCHEME.length);
  const slash = rest.indexOf("/");
  const hosts = slash < 0 ? rest : rest.slice(0, slash);
  if (hosts.includes("@")) {
    throw new UsageError(
      "a user and a password for etcd are not supported; leave them out",
    );
  }
  const members = hosts.split(",").map(readMember);
  const twice = members.find((each, at) => members.indexOf(each) !== at);
  if (twice) throw new UsageError(`${twice} is named twice`);
  return {
    members,
    prefix: readPrefix(slash < 0 ? "" : rest.slice(slash + 1)),
  };
}

function readMember(text: string): string {
  try {
    const address = parseAddress(text);
    if (address.kind === "tcp" && address.port > 0) return text;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  throw new UsageError(
    `"${text}" is not host:port with a port from 1 to 65535; ${FORM}`,
  );
}

function readPrefix(text: string): string {
  // A slash at the end says nothing.
  if (text === "") return PREFIX;
  const parts = text.replace(/\/$/, "").split("/");
  if (
    parts.length <= MAX_PREFIX_PARTS &&
    parts.every((part) => PREFIX_PART.test(part))
  ) return parts.join("/");
  throw new UsageError(
    `the prefix must be letters, digits, "_", "." and "-", and may have up to ${MAX_PREFIX_PARTS} such parts with "/" between them: current value is "${text}"`,
  );
}
