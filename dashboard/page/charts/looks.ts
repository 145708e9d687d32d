/**
 * The colours of the page for what is drawn on a canvas, which no style sheet
 * reaches.
 *
 * @module
 */

/**
 * Gives the value of a variable of the style sheet as it is now.
 *
 * @param name With its two dashes.
 */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
    .trim() || "#888";
}

/** The font of the page, for small text in a chart. */
export function chartFont(pixels: number): string {
  return `${pixels}px ${getComputedStyle(document.body).fontFamily}`;
}

/**
 * Calls `changed` whenever colours may differ: another theme, or paper.
 *
 * @returns Ends that.
 */
export function onLooks(changed: () => void): () => void {
  const queries = ["(prefers-color-scheme: dark)", "print"].map((query) =>
    matchMedia(query)
  );
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
