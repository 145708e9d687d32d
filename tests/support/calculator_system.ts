/**
 * Starts brokers, calculator servers and clients for tests, each as a process
 * under the permissions that config.yaml gives it.
 *
 * @module
 */

import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import { freeAddress } from "./free_ports.ts";
import { type Spawned, spawnScript } from "./spawned.ts";

/** A server that listens. */
export interface Server extends Spawned {
  /** Where it listens. */
  address: string;
}

/** What a program that speaks gRPC needs: its addresses, and no more. */
export function sandbox(...addresses: string[]): string[] {
  return [`--allow-net=${addresses.join(",")}`, "--ignore-env"];
}

/** Where the programs are: in this checkout, or in another folder. */
interface Where {
  /** An absolute path that ends with a slash. @default {this checkout} */
  root?: string;
  /** The files of its certificate. @default {none} */
  tls?: TlsFiles;
}

/** What names the files of a program's certificate, and lets it read them. */
function certified(tls: TlsFiles | undefined) {
  return {
    flags: Object.entries(tls ?? {}).map(([part, file]) =>
      `--tls-${part}=${file}`
    ),
    rights: tls ? [`--allow-read=${Object.values(tls).join(",")}`] : [],
  };
}

/**
 * Starts a broker and waits until it listens.
 *
 * Where no address is given, its address is one that no connection is given once it has
 * ended: another may be started there.
 *
 * @param options The etcd that it shares with others. @default {none}
 */
export async function startBroker(
  address = freeAddress(),
  { root = "", tls, etcd }: Where & { etcd?: string } = {},
): Promise<Server> {
  const { flags, rights } = certified(tls);
  if (etcd) flags.push(`--registry=etcd://${etcd}`);
  const broker = await listening(spawnScript(`${root}broker/main.ts`, {
    args: [`--address=${address}`, ...flags],
    permissions: [...sandbox(address, ...(etcd ? [etcd] : [])), ...rights],
  }));
  if (etcd) await broker.stderr.find(/ registered$/);
  return broker;
}

/** Starts a calculator server and waits until it listens; as startBroker(). */
export function startCalculator(
  broker: string,
  { address = freeAddress(), args = [], root = "", tls }:
    & { address?: string; args?: string[] }
    & Where = {},
): Promise<Server> {
  const { flags, rights } = certified(tls);
  return listening(spawnScript(`${root}calculator/server.ts`, {
    args: [`--address=${address}`, `--broker=${broker}`, ...args, ...flags],
    permissions: [...sandbox(address, broker), ...rights],
  }));
}

/** Starts a calculator server and waits until the broker knows it. */
export async function startRegistered(
  broker: string,
  options: { address?: string; args?: string[] } & Where = {},
): Promise<Server> {
  const server = await startCalculator(broker, options);
  await server.stderr.find(/^Registered/);
  return server;
}

/** Starts a calculator client that may call these servers only. */
export function startClient(
  broker: string,
  servers: string[],
  args: string[],
  { root = "", tls }: Where = {},
): Spawned {
  const { flags, rights } = certified(tls);
  return spawnScript(`${root}calculator/client.ts`, {
    args: [`--broker=${broker}`, ...args, ...flags],
    permissions: [...sandbox(broker, ...servers), ...rights],
  });
}

/** Runs a command of tasks/ as main.ts does. */
export function startTask(...args: string[]): Spawned {
  return spawnScript("tests/fixtures/runs_task.ts", { args });
}

/** Waits until a server says where it serves. */
export async function listening(spawned: Spawned): Promise<Server> {
  const line = await spawned.stderr.find(/^Serving on /);
  return Object.assign(spawned, { address: line.slice("Serving on ".length) });
}
