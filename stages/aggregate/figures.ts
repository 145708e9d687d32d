/**
 * What is computed of one value, for each group by its slot.
 *
 * @module
 */

import { percentilesOf, type ValueField } from "../schema/schema.ts";
import { integerFigures } from "./integer_figures.ts";
import { numberFigures } from "./number_figures.ts";
import { createSketches } from "./sketches.ts";
import type { ValueFigures } from "./value_figures.ts";

/** Starts the figures of a value; with a sketch where percentiles are wanted. */
export function createFigures(field: ValueField): ValueFigures {
  const percentiles = percentilesOf(field);
  const sketches = percentiles.length > 0 ? createSketches() : undefined;
  return field.as === "integer"
    ? integerFigures(sketches, percentiles)
    : numberFigures(sketches, percentiles);
}
