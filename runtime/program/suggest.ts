/**
 * Did you mean? The known word that is nearest to an unknown one.
 *
 * @module
 */

import { closest } from "fastest-levenshtein";

/** Says that a word is not known, and which known one it may have meant. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = closest(word, [...known]);
  return nearest ? `did you mean "${nearest}"?` : "";
}
