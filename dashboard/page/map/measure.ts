/**
 * How wide text is in the fonts of the page.
 *
 * @module
 */

import type { Measure } from "./fit_text.ts";

const fonts = new Map<string, Measure>();

/**
 * Measures with a font of the page.
 *
 * @param font As CSS has it, without the family: "600 13px".
 */
export function measureFor(font: string): Measure {
  const known = fonts.get(font);
  if (known) return known;
  const context = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const measure: Measure = (text) => {
    // Without a canvas, as wide as most text is.
    if (!context) return text.length * 7;
    context.font = `${font} ${family}`;
    return context.measureText(text).width;
  };
  fonts.set(font, measure);
  return measure;
}
