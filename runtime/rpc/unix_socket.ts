/**
 * A connection over a unix socket, as node's libraries want it.
 *
 * Not by `node:net`: up to Deno 2.9.5 that closes the descriptor of each such
 * connection twice, on both sides. Between the two, another thread may be given
 * the same number, for a module that a Worker loads, a log file or the pipe of a
 * child, and loses it: "Bad file descriptor". Deno's own connections close once.
 * unix_listener.ts and unix_client.ts use this.
 *
 * What a connection is writing cannot be taken back: while a peer is frozen and
 * reads nothing, its descriptor lives on after `destroy`, until the peer reads,
 * or is gone.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";

/** Space for one read, in bytes: at first, and once a read has filled that. */
const FIRST_BYTES = 4 * 1024;
const MOST_BYTES = 64 * 1024;

/** What HTTP/2 uses of a socket beyond a stream. */
export interface UnixSocket extends Duplex {
  /** Lets it keep the process alive, as it does at first. */
  ref(): void;
  /** Has it not keep the process alive by waiting for its peer. */
  unref(): void;
  /** Does nothing: a unix socket waits for nothing. */
  setNoDelay(): void;
}

/** Makes a stream of a connection, which closes when the stream does. */
export function unixSocketOf(connection: Deno.UnixConn): UnixSocket {
  let room = Buffer.allocUnsafe(FIRST_BYTES);

  const read = async () => {
    const length = await connection.read(room);
    if (length === null) return null;
    const came = room.subarray(0, length);
    // The reader may keep what it gets: small reads are copied.
    if (length < room.length / 2) return Buffer.from(came);
    room = Buffer.allocUnsafe(length < room.length ? room.length : MOST_BYTES);
    return came;
  };
  const write = async (chunk: Uint8Array, done: Done) => {
    try {
      for (let at = 0; at < chunk.length;) {
        at += await connection.write(chunk.subarray(at));
      }
      done();
    } catch (error) {
      done(withoutStack(error as Error));
    }
  };
  const socket = new Duplex({
    // What a peer that has ended is still to be told is written, then it ends.
    allowHalfOpen: false,
    read() {
      read().then(
        (chunk) => socket.push(chunk),
        (error) => socket.destroy(withoutStack(error)),
      );
    },
    write(chunk, _encoding, done) {
      write(chunk, done);
    },
    writev(chunks, done) {
      write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
    },
    final(done) {
      connection.closeWrite().then(() => done(), (error) => {
        // The peer is gone: nobody is there to be told of the end.
        if (error instanceof Deno.errors.NotConnected) done();
        else done(withoutStack(error));
      });
    },
    destroy(error, done) {
      connection.close();
      done(error);
    },
  });
  return Object.assign(socket, {
    ref: () => connection.ref(),
    unref: () => connection.unref(),
    setNoDelay() {},
  });
}

type Done = (error?: Error) => void;

/**
 * Takes an error's stack away, of which no more is known than its connection.
 *
 * Node's streams look at the stack of every error. Deno then reads the source
 * map of each module in it, and panics where no descriptor is left for that.
 */
function withoutStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/**
 * Returns an error of Deno's about a socket in the words of node's.
 *
 * @param action What was tried.
 */
export function inNodesWords(
  error: unknown,
  action: "connect" | "listen",
  path: string,
): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const reason = error.message.replace(/ \(os error \d+\)$/, "");
  const what = action === "listen"
    ? `${error.code}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`
    : error.code;
  return withoutStack(new Error(`${action} ${what} ${path}`));
}
