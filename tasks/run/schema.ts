/**
 * The flags that say what the events of a run are.
 *
 * @module
 */

import type { Schema } from "../../proto/pipeline/batches.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import {
  duration,
  type Flags,
  integer,
  repeated,
  text,
  toggle,
} from "../../runtime/program/flags.ts";
import { shortPath, userPath } from "../../runtime/program/paths.ts";
import { withPathErrors } from "../../runtime/program/system_error.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";
import type { Workload } from "../generate/generator.ts";

/** The flags. */
export const SCHEMA_FLAGS = {
  schema: text(
    "FILE",
    "what the events are: time, key, values (default: the built-in shape)",
  ),
  time: text(
    "FIELD[:FORMAT]",
    "the field that says when an event was; rfc3339, epoch_s or epoch_ms",
  ),
  key: repeated(text(
    "FIELD,...",
    "count by these fields, such as route,response.status",
  )),
  value: repeated(text(
    "FIELD:FIGURE+...,...",
    "what to compute of which fields, such as ms:p95+avg,bytes:sum",
  )),
  window: duration(
    "count by windows of this length too, by the event's time",
    undefined,
  ),
  offset: duration("move the starts of the windows by this", undefined),
  "allowed-lateness": duration(
    "close a window once an event is so much after its end (default: windows stay open)",
    undefined,
  ),
  "max-groups": integer(
    "most groups at once; more end the run (default: 100000)",
    undefined,
    { min: 1, max: 100_000_000 },
  ),
  other: toggle("count the groups beyond --max-groups as one, and go on"),
};

type SchemaFlags = Flags<typeof SCHEMA_FLAGS> & {
  /** What is generated where there is no input. */
  workload: Workload;
};

/** What is counted of a generated access log. */
const ACCESS_LOG = {
  time: "time",
  key: "route,status",
  value: "ms:p50+p95,bytes:sum",
};

/**
 * Finds out what the events of a run are.
 *
 * @param types The event types of the built-in shape.
 * @throws {UsageError} If the file cannot be read, or the flags contradict each
 * other.
 */
export async function schemaOf(
  flags: SchemaFlags,
  types: readonly string[],
): Promise<Schema> {
  const schema = await fieldsOf(flags, types);
  const { "max-groups": maxGroups = schema.maxGroups, other } = flags;
  return {
    ...schema,
    maxGroups,
    other: other || schema.other,
    windows: windowsOf(flags, schema),
  };
}

/** What the code for other schemas needs is loaded only where there is one. */
async function fieldsOf(
  { schema: path, time, workload, ...flags }: SchemaFlags,
  types: readonly string[],
): Promise<Schema> {
  const [key, value] = [flags.key, flags.value]
    .map((texts) => texts.length > 0 ? texts.join() : undefined);
  const [flag] = Object.entries({ time, key, value })
    .filter(([, text]) => text !== undefined);
  if (path !== undefined) {
    if (flag) {
      throw new UsageError(
        `Cannot use --${
          flag[0]
        } with --schema: the file says what the events are; put it there`,
      );
    }
    const { parseSchema } = await import("../../stages/schema/schema_file.ts");
    const file = userPath(path);
    const shown = shortPath(file);
    const text = await withPathErrors(
      `Cannot read the schema "${shown}"`,
      () => Deno.readTextFile(file),
    );
    return parseSchema(text, shown);
  }
  if (!flag && workload !== "access-log") return builtInSchema(types);
  const { schemaOfFlags } = await import("../../stages/schema/schema_flags.ts");
  return schemaOfFlags(flag ? { time, key, value } : ACCESS_LOG);
}

function windowsOf(flags: SchemaFlags, { time }: Schema): Schema["windows"] {
  const {
    window: sizeMs,
    offset: offsetMs = 0,
    "allowed-lateness": allowedLatenessMs,
  } = flags;
  if (sizeMs === undefined) {
    const alone = (["offset", "allowed-lateness"] as const)
      .find((name) => flags[name] !== undefined);
    if (!alone) return null;
    throw new UsageError(
      `Cannot use --${alone} without windows: say how long they are, as in --window=1m`,
    );
  }
  if (!time) {
    throw new UsageError(
      "Cannot use --window: it is not known when an event was; name its field, as in --time=ts",
    );
  }
  if (sizeMs < 1) {
    throw new UsageError("Cannot use --window: expected at least 1ms");
  }
  return {
    sizeMs,
    offsetMs: offsetMs % sizeMs,
    ...(allowedLatenessMs === undefined ? {} : { allowedLatenessMs }),
  };
}
