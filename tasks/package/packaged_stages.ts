/**
 * The stages of a copy of the program: without those in other languages, which
 * are built where their sources are, in a clone.
 *
 * @module
 */

/** What stages/stages.yaml says, and what was read from it. */
interface ShippedStages {
  text: string;
  stages: Record<string, { variants: Record<string, unknown> }>;
}

/** Takes the variants out of the text of stages/stages.yaml. */
export function withoutVariants(text: string): string {
  return text.replaceAll(/^ {4}variants:\n(?: {6}.*\n)+/gm, "");
}

/** Takes them out of orchestrator/shipped_stages.json, which has that text. */
export function shippedWithoutVariants(
  { text, stages }: ShippedStages,
): ShippedStages {
  return {
    text: withoutVariants(text),
    stages: Object.fromEntries(
      Object.entries(stages)
        .map(([name, stage]) => [name, { ...stage, variants: {} }]),
    ),
  };
}
