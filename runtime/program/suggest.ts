/**
 * Did you mean? Finds the known word that an unknown one is most likely to be.
 *
 * It says nothing rather than suggest something far off. A third of the letters
 * may be wrong, and always one. Two neighbours that changed places are one
 * mistake, so the distance is Damerau's. It is computed here: a package would
 * make each command load what CommonJS takes, for a word that is seldom wrong.
 *
 * @module
 */

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
    const steps = distance(letters, lettersOf(each));
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

/**
 * Returns how many letters must be put in, left out, replaced, or changed with
 * their neighbour, to make one word of the other.
 */
export function distance(one: string, other: string): number {
  /** The row of `one` without its last letter but one, and without its last. */
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const wrong = one[i - 1] === other[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + wrong);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] &&
        one[i - 2] === other[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + wrong);
    }
    [before, last] = [last, row];
  }
  return last[other.length]!;
}

function lettersOf(word: string): string {
  return word.replace(/^-+/, "").toLowerCase();
}
