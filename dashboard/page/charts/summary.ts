/**
 * A chart in a sentence, for who does not see it.
 *
 * @module
 */

/**
 * Says of each curve how it stands, and between which values it was.
 *
 * @param rest How it stands, in words. @default {its last value}
 */
export function summaryOf(
  title: string,
  curves: readonly { label: string }[],
  values: readonly (readonly (number | null)[])[],
  words: (value: number) => string,
  rest?: readonly string[],
): string {
  const parts = curves.map(({ label }, i) => {
    const known = (values[i] ?? []).filter((each) => each !== null);
    if (known.length === 0) return `${label}: nothing yet`;
    const least = known.reduce((a, b) => Math.min(a, b));
    const most = known.reduce((a, b) => Math.max(a, b));
    const now = rest?.[i] ?? `${words(known.at(-1)!)} at last`;
    return `${label}: ${now}, ${words(least)} to ${
      words(most)
    } over the whole time`;
  });
  return `${title}. ${parts.join(". ")}.`;
}
