/**
 * Keeps ports for one pipeline, from the first look at them to the end of the
 * run. So two pipelines that start at the same moment do not take the same
 * ports.
 *
 * A claim is an abstract socket of Linux that is named after the port. It
 * reaches as far as the port itself (one network namespace, every user), and it
 * is gone with the process that holds it. Whoever connects to it is told the
 * pid of the holder: another user cannot look it up. On other systems nothing is
 * claimed, and the bind decides.
 *
 * @module
 */

import { Failure } from "../runtime/program/errors.ts";
import { findHolders, socketsAt } from "../runtime/rpc/port_holder.ts";

/** How long a holder may take to say who it is, in milliseconds. */
const ANSWER_MS = 1_000;

/**
 * Claims ports until it is disposed of.
 *
 * In the order of their numbers: of two that want some of the same, one would
 * else have what the other lacks, and both give up.
 *
 * @param ports What claims them, for messages, and the ports.
 * @throws {Failure} If another pipeline has one of them; none is claimed then.
 */
export async function claimPorts(
  ports: readonly { name: string; port: number }[],
): Promise<Disposable> {
  using claims = new DisposableStack();
  if (Deno.build.os === "linux") {
    for (const { name, port } of ports.toSorted(byNumber)) {
      const listener = listen(port);
      if (!listener) throw await taken(name, port);
      claims.defer(() => listener.close());
      void introduce(listener);
    }
  }
  return claims.move();
}

function byNumber(one: { port: number }, other: { port: number }): number {
  return one.port - other.port;
}

/** The name of its socket, without the zero that makes it an abstract one. */
function nameOf(port: number): string {
  return `denizen-pipeline-${port}`;
}

function pathOf(port: number): string {
  return `\0${nameOf(port)}`;
}

/** Claims a port; undefined where another process has. */
function listen(port: number): Deno.UnixListener | undefined {
  try {
    return Deno.listen({ transport: "unix", path: pathOf(port) });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    throw error;
  }
}

/** Tells whoever asks who we are. */
async function introduce(listener: Deno.UnixListener): Promise<void> {
  for await (const asked of listener) {
    try {
      await asked.write(new TextEncoder().encode(String(Deno.pid)));
    } catch (error) {
      // Who has asked is gone.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    } finally {
      asked.close();
    }
  }
}

async function taken(name: string, port: number): Promise<Failure> {
  // A holder that is busy, as at its start, would not answer for a while.
  const sockets = await socketsAt({ kind: "unix", path: `@${nameOf(port)}` });
  const [holder] = await findHolders(sockets);
  const pid = holder?.pid ?? await askHolder(port);
  return new Failure(
    `Cannot start stage "${name}": port ${port} is kept by another pipeline${
      pid ? ` (pid ${pid})` : ""
    }; choose other ports with --port`,
  );
}

/** The pid of a holder; undefined where it is frozen, or gone by now. */
async function askHolder(port: number): Promise<number | undefined> {
  let asked: Deno.UnixConn | undefined;
  const timer = setTimeout(() => asked?.close(), ANSWER_MS);
  try {
    asked = await Deno.connect({ transport: "unix", path: pathOf(port) });
    const buffer = new Uint8Array(16);
    const count = await asked.read(buffer) ?? 0;
    asked.close();
    return Number(new TextDecoder().decode(buffer.subarray(0, count))) ||
      undefined;
  } catch {
    return undefined; // it only makes the message better
  } finally {
    clearTimeout(timer);
  }
}
