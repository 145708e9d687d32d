/**
 * Batches and byte sources for tests of the stages.
 *
 * @module
 */

import {
  type Position,
  type RawBatch,
  START,
} from "../../proto/pipeline/batches.ts";
import { type IngestOptions, readBatches } from "../../stages/ingest/ingest.ts";
import type { ByteSource } from "../../stages/ingest/line_buffer.ts";

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text; bytes as they are. */
export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? encoder.encode(content) : content;
}

/** A source of bytes, given out in chunks of these sizes, in turn. */
export function byteSource(
  content: string | Uint8Array,
  chunkSizes: readonly number[] = [Infinity],
): ByteSource {
  const bytes = toBytes(content);
  let at = 0;
  let reads = 0;
  return {
    read(buffer) {
      if (at === bytes.length) return Promise.resolve(null);
      const size = chunkSizes[reads++ % chunkSizes.length]!;
      const end = Math.min(bytes.length, at + size, at + buffer.length);
      buffer.set(bytes.subarray(at, end));
      const count = end - at;
      at = end;
      return Promise.resolve(count);
    },
  };
}

/** The batches of a source, each as soon as it is there. */
export async function* batchesOf(
  source: ByteSource,
  options: IngestOptions,
): AsyncGenerator<RawBatch> {
  const batches = readBatches(source, options);
  do {
    for (let batch; (batch = batches.take());) yield batch;
  } while (await batches.more());
}

/**
 * Reads a content to its end; the batches keep their own bytes, and not when
 * they came, which is never the same.
 */
export async function readAll(
  content: string | Uint8Array,
  { chunkSizes = [Infinity], from = START, ...options }:
    & Partial<IngestOptions>
    & { chunkSizes?: readonly number[] } = {},
): Promise<RawBatch[]> {
  const source = byteSource(toBytes(content).subarray(from.offset), chunkSizes);
  return await readSource(source, { ...options, from });
}

/** The same of any source. */
export async function readSource(
  source: ByteSource,
  { from = START, ...options }: Partial<IngestOptions> = {},
): Promise<RawBatch[]> {
  const batches: RawBatch[] = [];
  for await (
    const { firstMs: _first, lastMs: _last, ...batch } of batchesOf(source, {
      batch: 100,
      maxLine: 1_048_576,
      ...options,
      from,
    })
  ) {
    batches.push({ ...batch, lines: Uint8Array.from(batch.lines) });
  }
  return batches;
}

/** Makes one batch of lines that stand at `begin` in their input. */
export function rawBatch(
  content: string | Uint8Array,
  begin: Position = START,
): RawBatch {
  const lines = toBytes(content);
  const text = new TextDecoder().decode(lines);
  const events = text.split("\n").filter((line) => !/^[ \t\v\f\r]*$/.test(line))
    .length;
  return {
    begin,
    end: {
      event: begin.event + events,
      offset: begin.offset + lines.length,
      line: begin.line + text.split("\n").length - 1,
    },
    linesOffset: begin.offset,
    lines,
  };
}
