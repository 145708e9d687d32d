/**
 * Writes config.schema.json, which editors complete and check config.yaml by.
 *
 * `deno task schema` runs this after supervisor/config_schema.ts has changed; a
 * test compares.
 *
 * @module
 */

import { configJsonSchema } from "../supervisor/config_schema.ts";

if (import.meta.main) {
  await Deno.writeTextFile(
    new URL("../config.schema.json", import.meta.url),
    configJsonSchema(),
  );
}
