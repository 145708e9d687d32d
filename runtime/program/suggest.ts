/**
 * Did you mean? The known word that is nearest to an unknown one.
 *
 * @module
 */

import { closest, distance } from "fastest-levenshtein";

/** Says that a word is not known, and which known one it may have meant. */
export function suggest(word: string, known: readonly string[]): string {
  const nearest = closest(word, [...known]);
  return nearest ? `did you mean "${nearest}"?` : "";
}

/** Says "; did you mean ...?" if one of the known words is close. */
export function nearest(word: string, known: readonly string[]): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1;
  for (const each of known) {
    const here = distance(word.toLowerCase(), each.toLowerCase());
    if (here < bestDistance) [best, bestDistance] = [each, here];
  }
  return best === undefined ? "" : `; did you mean "${best}"?`;
}
