/**
 * Text that compose takes as it is.
 *
 * @module
 */

/** Compose fills in what begins with a dollar sign. */
export function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
