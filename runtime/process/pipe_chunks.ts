/**
 * Reads a pipe: with a small buffer while little comes, with a large one in a
 * flood.
 *
 * A supervisor waits on two pipes for each service, and most of them are
 * silent.
 *
 * @module
 */

const SMALL_BYTES = 2 ** 11;
const LARGE_BYTES = 2 ** 16;

/** Yields what comes through a pipe. A chunk is good until the next is asked for. */
export async function* pipeChunks(
  pipe: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const reader = pipe.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(SMALL_BYTES);
  while (true) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || !value) return;
    yield value;
    const full = value.length === value.buffer.byteLength;
    if (full && value.length < LARGE_BYTES) {
      buffer = new ArrayBuffer(LARGE_BYTES);
    } else if (!full && value.buffer.byteLength > SMALL_BYTES) {
      // The flood may be over; the next small read returns to the small one.
      buffer = value.length < SMALL_BYTES
        ? new ArrayBuffer(SMALL_BYTES)
        : value.buffer;
    } else {
      buffer = value.buffer;
    }
  }
}
