/**
 * What must be the same for a run to be resumed, by the flag that says it.
 *
 * @module
 */

import type { Schema } from "../proto/pipeline/batches.ts";
import type { RunPlan } from "./plan.ts";

/** What decides the result, and where it goes. */
export function settingsOf(plan: RunPlan): Record<string, string> {
  return {
    "--input": plan.replay === undefined
      ? `${plan.inputs.join(", ")}${plan.follow ? ", followed" : ""}`
      : "none",
    "--replay": plan.replay ?? "none",
    "--output": plan.output,
    "--rejects": plan.rejects,
    ...schemaSettings(plan.schema),
    "--rules": JSON.stringify(plan.rules),
    "--max-line": String(plan.maxLine),
  };
}

/**
 * The built-in shape differs by its types only, and windows are flags. A run that
 * had too many groups may go on with more of them.
 */
function schemaSettings(
  { windows, builtIn, other, ...fields }: Schema,
): Record<string, string> {
  const [types] = fields.keys;
  return {
    "--types": builtIn
      ? types!.oneOf.map((type) => JSON.parse(type)).join(",")
      : "none",
    ...fieldSettings(fields, builtIn),
    "--window": shownMs(windows?.sizeMs),
    "--offset": shownMs(windows?.offsetMs),
    "--allowed-lateness": shownMs(windows?.allowedLatenessMs),
    "--other": String(other),
  };
}

/** What is said of fields, in the words of a schema file; each tells all of it. */
function fieldSettings(
  { time, keys, values, required }: Pick<
    Schema,
    "time" | "keys" | "values" | "required"
  >,
  builtIn: boolean,
): Record<string, string> {
  const shown = (parts: string[]) =>
    builtIn ? "built in" : parts.join(", ") || "none";
  return {
    "the time": shown(time ? [shownField(time, time.format)] : []),
    "the key": shown(
      keys.map((key) =>
        shownField(key, key.oneOf.length > 0 && `one of ${key.oneOf.join(" ")}`)
      ),
    ),
    "the values": shown(
      values.map((value) =>
        shownField(value, value.of.join("+"), `as ${value.as}`)
      ),
    ),
    "what is required": shown(
      required.map((field) =>
        shownField(field, field.as !== "" && `as ${field.as}`)
      ),
    ),
  };
}

/** A name that needs no quotes to be read. */
const PLAIN_NAME = /^[\w-]+$/;

function shownField(
  { path, name = path.at(-1)!, required = false }: {
    path: readonly string[];
    name?: string;
    required?: boolean;
  },
  ...more: (string | false)[]
): string {
  return [
    path.every((each) => PLAIN_NAME.test(each))
      ? path.join(".")
      : JSON.stringify(path),
    name !== path.at(-1) && `called ${JSON.stringify(name)}`,
    ...more,
    required && "required",
  ].filter(Boolean).join(" ");
}

function shownMs(ms: number | undefined): string {
  return ms === undefined ? "none" : `${ms}ms`;
}
