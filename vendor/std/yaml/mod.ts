/**
 * Stands in for `jsr:@std/yaml` where JSR cannot be reached (`links` in
 * deno.json), over npm's js-yaml.
 *
 * It stays on js-yaml 3, the line that `@std/yaml` grew from: version 4 reads
 * `012` and `1_000` otherwise and writes other quotes. The `schema` and `styles`
 * options and `parseAll` are left out.
 *
 * @module
 */

// @ts-types="@types/js-yaml"
import yaml from "js-yaml";

/** Options for {@linkcode parse}. */
export interface ParseOptions {
  /**
   * Let a repeated key replace the earlier one, instead of being an error.
   *
   * @default {false}
   */
  allowDuplicateKeys?: boolean;
  /** Called with each warning. */
  onWarning?(error: Error): void;
}

/** Options for {@linkcode stringify}. */
export type StringifyOptions = {
  /**
   * Spaces a level.
   *
   * @default {2}
   */
  indent?: number;
  /**
   * Indent the items of a list below its key.
   *
   * @default {true}
   */
  arrayIndent?: boolean;
  /**
   * Leave out what YAML cannot hold (functions, `undefined`), instead of
   * throwing.
   *
   * @default {false}
   */
  skipInvalid?: boolean;
  /**
   * The depth from which collections are written on one line; -1 for never.
   *
   * @default {-1}
   */
  flowLevel?: number;
  /**
   * Sort keys, by their text or by a comparison.
   *
   * @default {false}
   */
  sortKeys?: boolean | ((a: string, b: string) => number);
  /**
   * Characters a line.
   *
   * @default {80}
   */
  lineWidth?: number;
  /**
   * Write an object that occurs again as a reference to the first.
   *
   * @default {true}
   */
  useAnchors?: boolean;
  /**
   * Quote words such as `yes` that YAML 1.1 reads as booleans.
   *
   * @default {true}
   */
  compatMode?: boolean;
  /**
   * Leave out the spaces inside one-line collections.
   *
   * @default {false}
   */
  condenseFlow?: boolean;
};

const SCHEMA = new yaml.Schema({
  include: [yaml.DEFAULT_SAFE_SCHEMA],
  implicit: [
    withoutBase60("tag:yaml.org,2002:int"),
    withoutBase60("tag:yaml.org,2002:float"),
  ],
  explicit: [bytes()],
});

/**
 * Reads the one document in `content`; an empty text is `null`.
 *
 * @param content The YAML text.
 * @param options How to read it.
 * @returns The value it describes.
 * @throws {SyntaxError} If the text is not YAML, repeats a key, or holds more
 * than one document.
 */
export function parse(content: string, options: ParseOptions = {}): unknown {
  const { allowDuplicateKeys = false, onWarning } = options;
  try {
    const value = yaml.safeLoad(content, {
      schema: SCHEMA,
      json: allowDuplicateKeys,
      onWarning: (warning) => onWarning?.(new SyntaxError(warning.message)),
    });
    return value ?? null;
  } catch (error) {
    throw isYamlError(error) ? new SyntaxError(error.message) : error;
  }
}

/**
 * Writes `data` as a YAML document.
 *
 * @param data The value to write.
 * @param options How to write it.
 * @returns The YAML text, with a line break at its end.
 * @throws {TypeError} If `data` holds what YAML cannot, such as a function.
 */
export function stringify(
  data: unknown,
  options: StringifyOptions = {},
): string {
  const { arrayIndent = true, useAnchors = true, compatMode = true, ...rest } =
    options;
  try {
    return yaml.safeDump(data, {
      ...rest,
      schema: SCHEMA,
      noArrayIndent: !arrayIndent,
      noRefs: !useAnchors,
      noCompatMode: !compatMode,
    });
  } catch (error) {
    if (!isYamlError(error)) throw error;
    // js-yaml says "... to dump [object Undefined]".
    const kind = /\[object (\w+)\]/.exec(error.message)?.[1]?.toLowerCase();
    throw new TypeError(`Cannot stringify ${kind ?? error.message}`);
  }
}

/** The number type `tag`, for which `1:30` is text and not 90. */
function withoutBase60(tag: string): yaml.Type {
  const type = scalarType(tag);
  return changed(type, {
    resolve: (text: string | null) =>
      !text?.includes(":") && type.resolve(text),
  });
}

/** The binary type, giving and taking a Uint8Array where js-yaml has Buffer. */
function bytes(): yaml.Type {
  const type = scalarType("tag:yaml.org,2002:binary");
  return changed(type, {
    construct: (text: string) => new Uint8Array(type.construct(text)),
    predicate: (value: object) => value instanceof Uint8Array,
  });
}

function scalarType(tag: string): yaml.Type {
  // js-yaml 3 exports no types one by one; its compiled schema has them all.
  const { compiledTypeMap } = yaml.DEFAULT_SAFE_SCHEMA as yaml.Schema & {
    compiledTypeMap: { scalar: Record<string, yaml.Type> };
  };
  return compiledTypeMap.scalar[tag]!;
}

function changed(type: yaml.Type, change: Partial<yaml.Type>): yaml.Type {
  return Object.assign(Object.create(type), change);
}

function isYamlError(error: unknown): error is Error {
  return error instanceof yaml.YAMLException;
}
