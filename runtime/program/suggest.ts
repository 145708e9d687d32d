/**
 * Did you mean? Finds the known word that an unknown one is most likely to be.
 *
 * It says nothing rather than suggest something far off. A third of the letters
 * may be wrong, and always one. Two neighbours that changed places are one
 * mistake, so the distance is Damerau's.
 *
 * @module
 */

import distance from "damerau-levenshtein";

/**
 * Returns `did you mean "parse"?`; empty if no known word is near.
 *
 * @param word What was written. Leading dashes do not count as letters.
 * @param known What may be written.
 */
export function suggest(word: string, known: readonly string[]): string {
  const letters = lettersOf(word);
  let best: string | undefined;
  const wrong = Math.max(1, Math.floor(letters.length / 3));
  // Of a word that is all wrong nothing is left that could be meant.
  let bestSteps = Math.min(wrong, letters.length - 1) + 1;
  for (const each of known) {
    // At least so many are wrong; and the table for a word of any length that
    // somebody may write would not fit into memory.
    if (Math.abs(lettersOf(each).length - letters.length) >= bestSteps) {
      continue;
    }
    const { steps } = distance(letters, lettersOf(each));
    if (steps < bestSteps) [best, bestSteps] = [each, steps];
  }
  // What was begun rightly was not finished.
  best ??= letters.length >= 3
    ? known.find((each) => lettersOf(each).startsWith(letters))
    : undefined;
  return best === undefined ? "" : `did you mean "${best}"?`;
}

/**
 * The same as the end of a sentence: `; did you mean "parse"?`.
 *
 * @param otherwise What ends the sentence where no known word is near.
 */
export function suggestion(
  word: string,
  known: readonly string[],
  otherwise = "",
): string {
  const hint = suggest(word, known);
  return hint ? `; ${hint}` : otherwise;
}

/** The same; where no known word is near, it names them all. */
export function suggestionOrAll(
  word: string,
  known: readonly string[],
): string {
  return suggestion(word, known, `; expected one of ${known.join(", ")}`);
}

function lettersOf(word: string): string {
  return word.replace(/^-+/, "").toLowerCase();
}
