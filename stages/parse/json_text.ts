/**
 * Finds its way in a text of JSON that is known to be valid.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Returns where the string has its closing quote.
 *
 * @param at Within the string, and at no second half of an escape.
 */
export function closingQuote(json: string, at: number): number {
  while (json.charCodeAt(at) !== QUOTE) {
    at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** Returns where the next token begins. */
export function skipSpace(json: string, from: number): number {
  let at = from;
  while (/\s/.test(json.charAt(at))) at++;
  return at;
}
