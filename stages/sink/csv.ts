/**
 * Rows as CSV, by RFC 4180: commas, lines that end with CR and LF, quotes where
 * a cell needs them.
 *
 * A text that a spreadsheet would take for a formula gets a `'` before it, as
 * https://owasp.org/www-community/attacks/CSV_Injection advises: whoever wrote
 * the input wrote the keys. A figure is never a text here, so -5 stays -5.
 *
 * csv-stringify writes: it knows what begins a formula, full-width forms too.
 *
 * @module
 */

import { stringify } from "csv-stringify/sync";
import type { Cell } from "./flat_records.ts";

/** Begins what no spreadsheet takes for a formula. */
const HARMLESS = /^[a-z0-9/_]/i;

/** Writes rows; a cell that is not there is empty. */
export function csvLines(
  rows: readonly (readonly (Cell | undefined)[])[],
): string {
  return stringify(rows as Cell[][], {
    record_delimiter: "windows",
    // With CR and LF at the ends of lines it would let each alone stand bare.
    quoted_match: /[\r\n]/,
    cast: {
      // To ask it costs as much as all else: most texts need not.
      string: (value) =>
        HARMLESS.test(value) ? value : { value, escape_formulas: true },
      number: String,
      bigint: String,
      boolean: String,
    },
  });
}
