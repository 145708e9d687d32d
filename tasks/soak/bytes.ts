/**
 * Makes bytes from text and from chance, and puts them together.
 *
 * @module
 */

const encoder = new TextEncoder();

/** The bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Bytes by chance; at most 64 KiB. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Puts pieces together. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The same piece many times; `make` is told how often before. */
export function repeat(
  times: number,
  make: (before: number) => Uint8Array,
): Uint8Array {
  return concat(Array.from({ length: times }, (_, before) => make(before)));
}
