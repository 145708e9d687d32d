/**
 * Throws broken connections at servers while another client goes on asking, and
 * finds out what that has done to them.
 *
 * @module
 */

import { openFilesOf } from "../../runtime/process/process_files.ts";
import { pause } from "../../runtime/program/abort.ts";
import { parseAddress } from "../../runtime/program/address.ts";
import type { Asked } from "./asking_worker.ts";
import type { BrokenConnection, Step } from "./broken_connection.ts";
import { BROKEN_CONNECTIONS } from "./broken_connections.ts";

/** A server that is to outlive it. */
export interface Target {
  name: string;
  address: string;
  /** Its process, where it is known: its descriptors are counted. */
  pid?: number;
}

/** What has come of a storm on one server. */
export interface Weathered {
  name: string;
  /** Broken connections that it has seen. */
  connections: number;
  /** How often the other client was answered meanwhile. */
  answers: number;
  /** The longest that the other client waited, in milliseconds. */
  slowestMs: number;
  /** What went wrong; empty where all is well. */
  problems: string[];
}

/** How long is waited for a word of the server's, in milliseconds. */
const HEAR_MS = 30;
/** Broken connections to one server at the same time. */
const AT_ONCE = 8;
/** How long a server may take to close what has been left, in milliseconds. */
const SETTLE_MS = 30_000;
/** How often they are counted meanwhile, in milliseconds. */
const POLL_MS = 50;

/**
 * Throws each kind of broken connection at each server, `rounds` times, at all
 * servers at once.
 *
 * @param targets The servers; processes of this machine.
 * @param rounds How often each kind.
 * @param signal Ends it early.
 */
export async function storm(
  targets: readonly Target[],
  rounds: number,
  signal?: AbortSignal,
): Promise<Weathered[]> {
  const asker = await startAsking(targets.map(({ address }) => address));
  const broken = await Promise.all(
    targets.map((target) => breakMany(target, rounds, signal)),
  );
  const asked = await asker.stop();
  return targets.map(({ name }, at) => {
    const { answers, slowestMs, problem } = asked[at]!;
    const { connections, problems } = broken[at]!;
    return {
      name,
      connections,
      answers,
      slowestMs,
      problems: [
        ...problem ? [`did not answer another client: ${problem}`] : [],
        ...problems,
      ],
    };
  });
}

/** Throws all that there is at one server, and waits for it to recover. */
async function breakMany(
  { address, pid }: Target,
  rounds: number,
  signal: AbortSignal | undefined,
): Promise<Pick<Weathered, "connections" | "problems">> {
  const problems: string[] = [];
  const before = await countDescriptors(pid);
  let connections = 0;
  const queue = queueOf(rounds);
  const work = async () => {
    for (const [kind, reads] of queue) {
      if (signal?.aborted || problems.length > 0) return;
      const refused = await breakOne(address, kind, reads);
      connections++;
      if (refused) problems.push(`refused a connection (${kind.name})`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (problems.length === 0) {
    const left = await leftDescriptors(pid, before);
    if (left > 0) problems.push(`keeps ${left} descriptors`);
  }
  return { connections, problems };
}

/**
 * Every kind, round after round; shared by all who work on it.
 *
 * Every second connection does not read what the server says.
 */
function* queueOf(rounds: number): Generator<[BrokenConnection, boolean]> {
  for (let round = 0; round < rounds; round++) {
    for (const [at, kind] of BROKEN_CONNECTIONS.entries()) {
      yield [kind, (round + at) % 2 === 0];
    }
  }
}

/** Starts the other client; resolves once it has asked each server. */
async function startAsking(
  addresses: readonly string[],
): Promise<{ stop(): Promise<Asked[]> }> {
  const worker = new Worker(new URL("./asking_worker.ts", import.meta.url), {
    type: "module",
  });
  const asking = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<Asked[]>();
  worker.onmessage = ({ data }: MessageEvent<"asking" | Asked[]>) => {
    if (data === "asking") asking.resolve();
    else asked.resolve(data);
  };
  worker.postMessage(addresses);
  await asking.promise;
  return {
    async stop() {
      worker.postMessage("stop");
      const result = await asked.promise;
      worker.terminate();
      return result;
    },
  };
}

/**
 * Goes through the steps of one connection.
 *
 * @param reads Takes what the server says; else the system answers the rest of
 * it with RST when the connection closes.
 * @returns True if there was no connection to be had.
 */
async function breakOne(
  address: string,
  { steps }: BrokenConnection,
  reads: boolean,
): Promise<boolean> {
  const parsed = parseAddress(address);
  let connection: Deno.Conn;
  try {
    connection = parsed.kind === "unix"
      ? await Deno.connect({ transport: "unix", path: parsed.path })
      : await Deno.connect({ hostname: parsed.host, port: parsed.port });
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return true;
    if (error instanceof Deno.errors.NotFound) return true; // no socket
    throw error;
  }
  const hearing = reads ? listenTo(connection) : undefined;
  try {
    for (const step of steps()) await take(step, connection, hearing);
  } catch (error) {
    // The server has had enough of it, which is its right.
    if (!isHungUp(error)) throw error;
  } finally {
    connection.close();
    await hearing?.over;
  }
  return false;
}

async function take(
  step: Step,
  connection: Deno.Conn,
  hearing: Hearing | undefined,
): Promise<void> {
  if ("send" in step) {
    for (let at = 0; at < step.send.length;) {
      at += await connection.write(step.send.subarray(at));
    }
  } else if ("halfClose" in step) await connection.closeWrite();
  else {
    let timer;
    const enough = new Promise((resolve) =>
      timer = setTimeout(resolve, HEAR_MS)
    );
    await Promise.race([hearing?.heard, enough]);
    clearTimeout(timer);
  }
}

/** What the server says on one connection. */
interface Hearing {
  /** Resolves with its first words, or its end. */
  heard: Promise<void>;
  /** Resolves when there is no more to hear. */
  over: Promise<void>;
}

function listenTo(connection: Deno.Conn): Hearing {
  const heard = Promise.withResolvers<void>();
  const over = (async () => {
    const buffer = new Uint8Array(16_384);
    try {
      while (await connection.read(buffer) !== null) heard.resolve();
    } catch (error) {
      if (!isHungUp(error)) throw error;
    } finally {
      heard.resolve();
    }
  })();
  return { heard: heard.promise, over };
}

function isHungUp(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BadResource || // closed by ourselves
    error instanceof Deno.errors.Interrupted;
}

/** How many descriptors more than before it still has after a while. */
async function leftDescriptors(
  pid: number | undefined,
  before: number,
): Promise<number> {
  const untilMs = performance.now() + SETTLE_MS;
  for (;;) {
    const left = await countDescriptors(pid) - before;
    if (left <= 0 || performance.now() > untilMs) return left;
    await pause(POLL_MS);
  }
}

/** The open descriptors of a process; 0 where that cannot be known. */
async function countDescriptors(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  return (await openFilesOf(pid)).length;
}
