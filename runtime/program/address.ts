/**
 * Addresses as the command line and config.yaml write them: `host:port` or
 * `unix:/path`.
 *
 * Opens nothing. serve.ts binds them, connect.ts dials them.
 *
 * @module
 */

import { Fault } from "./errors.ts";

/** A port of this machine or another. */
export interface TcpAddress {
  kind: "tcp";
  host: string;
  port: number;
}

/** Where a service listens. */
export type Address = TcpAddress | { kind: "unix"; path: string };

/** This machine, as services name it when they name no other. */
export const HOST = "127.0.0.1";

const TCP = /^(?<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+):(?<port>\d{1,5})$/;

/**
 * Reads an address.
 *
 * @param text `host:port`, `[ipv6]:port` or `unix:/path`.
 * @throws {Fault} `invalid` if it is none of these.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("unix:") && text.length > "unix:".length) {
    return { kind: "unix", path: text.slice("unix:".length) };
  }
  const groups = TCP.exec(text)?.groups;
  const port = Number(groups?.port);
  if (!groups?.host || port > 65_535) {
    throw new Fault(
      "invalid",
      `Cannot read address "${text}": expected host:port with a port up to 65535, or unix:/path`,
    );
  }
  return { kind: "tcp", host: groups.host.replace(/^\[|\]$/g, ""), port };
}

/** Writes an address as {@linkcode parseAddress} reads it. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}

/** True when only this machine can reach the address. */
export function isLoopback(address: Address): boolean {
  return address.kind === "unix" || address.host === "localhost" ||
    address.host === "::1" || /^127(\.\d{1,3}){3}$/.test(address.host);
}
