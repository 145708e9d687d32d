/**
 * Text in a picture, which does not end by itself where its box does.
 *
 * @module
 */

/** Says how wide a text is, in pixels. */
export type Measure = (text: string) => number;

/** Shortens a text until it fits, with an ellipsis at its end. */
export function fitText(text: string, width: number, measure: Measure): string {
  if (measure(text) <= width) return text;
  const characters = [...text];
  let fits = 0;
  let tooMany = characters.length;
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    const cut = `${characters.slice(0, middle).join("").trimEnd()}…`;
    if (measure(cut) <= width) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join("").trimEnd()}…`;
}

/**
 * Puts steps into lines, as many as fit into each; where there are too many, the
 * first are left out.
 *
 * @param most How many lines there may be.
 */
export function fitSteps(
  steps: readonly string[],
  width: number,
  most: number,
  measure: Measure,
): string[] {
  const lines: string[] = [];
  for (const step of steps) {
    const last = lines.at(-1);
    const joined = last === undefined ? step : `${last} · ${step}`;
    if (last !== undefined && measure(joined) <= width) {
      lines[lines.length - 1] = joined;
    } else lines.push(fitText(step, width, measure));
  }
  return lines.slice(-most);
}
