/**
 * Cuts what is sent into parts that fit into a message.
 *
 * @module
 */

/** What one part may hold. */
export interface PartLimits {
  /** Most items. @default {any number} */
  items?: number | undefined;
  /** Most bytes; an item that is larger has a part of its own. */
  bytes: number;
}

/** A part of a sequence. */
export interface Cut<Item> {
  items: Item[];
  /** True when another part follows. */
  more: boolean;
}

/**
 * Cuts a sequence as it is read, one item ahead. An empty one is one empty part.
 *
 * @param sequence Items with their sizes in bytes.
 */
export function* cut<Item extends { bytes: number }>(
  sequence: Iterable<Item>,
  limits: PartLimits,
): Generator<Cut<Item>> {
  const mostItems = limits.items ?? Infinity;
  let items: Item[] = [];
  let bytes = 0;
  for (const item of sequence) {
    const isFull = items.length >= mostItems ||
      bytes + item.bytes > limits.bytes;
    if (items.length > 0 && isFull) {
      yield { items, more: true };
      items = [];
      bytes = 0;
    }
    items.push(item);
    bytes += item.bytes;
  }
  yield { items, more: false };
}
