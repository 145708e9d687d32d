/**
 * A stand-in for `jsr:@std/cli/parse-args`.
 *
 * Written anew: no npm parser answers alike where it counts (`minimist` makes a
 * list of a flag given twice and negates any name; `node:util` takes a flag for
 * a value). Dotted names are `unknown` to the type checker here.
 *
 * @module
 */

type Names = string | undefined;
type Booleans = boolean | string | undefined;
type Aliases<Name extends string = string> = Partial<
  Record<string, Name | readonly Name[]>
>;
type Values = Record<string, unknown>;

/** Names as a union of literals; never for a list that is any string[]. */
type Known<Name> = Name extends string ? string extends Name ? never
  : Name extends `${string}.${string}` ? never
  : Name
  : never;

/** A flag's type, with the false that `--no-` adds. */
type Negated<Name, Type, Negatable> = Name extends Negatable ? Type | false
  : Type;

/** The flags that are always in the result. */
type Present<Bool, Text, Collect, Negatable> =
  & { [Name in Exclude<Known<Bool>, Collect>]: boolean }
  & { [Name in Extract<Known<Bool>, Collect>]: boolean[] }
  & {
    [Name in Extract<Known<Text>, Collect>]: Negated<Name, string[], Negatable>;
  }
  & {
    [Name in Exclude<Known<Collect>, Text | Bool>]: Negated<
      Name,
      unknown[],
      Negatable
    >;
  };

/** The flags that are in the result once they are given. */
type Given<Text, Collect, Negatable> = {
  [Name in Exclude<Known<Text>, Collect>]?: Negated<Name, string, Negatable>;
};

/** Adds what `default` holds, which makes its flags always present. */
type WithDefaults<Flags, Defaults> = Defaults extends Values ?
    & Omit<Flags, keyof Defaults>
    & {
      [Name in Extract<keyof Defaults, string>]: Name extends keyof Flags
        ? Defaults[Name] | NonNullable<Flags[Name]>
        : unknown;
    }
  : Flags;

/** Adds the other names, with the types of the first. */
type WithAliases<Flags, Other> = {
  [Name in keyof Flags as Name | OtherNames<Name, Other>]: Flags[Name];
};

type OtherNames<Name, Other> = Name extends keyof Other
  ? Other[Name] extends readonly string[] ? Literal<Other[Name][number]>
  : Literal<Other[Name]>
  : never;

type Literal<Name> = Name extends string ? string extends Name ? never : Name
  : never;

/** Nothing declared: anything goes, as in the real package. */
type Flags<Bool, Text, Collect, Negatable, Defaults, Other> = undefined extends
  (false extends Bool ? undefined : Bool) & Text & Collect
  // deno-lint-ignore no-explicit-any -- as the real package has it
  ? Record<string, any>
  :
    & Values
    & WithAliases<
      WithDefaults<
        & Present<Bool, Text, Collect, Negatable>
        & Given<Text, Collect, Negatable>,
        Defaults
      >,
      Other
    >;

interface AfterDoubleDash {
  /** What followed `--`. */
  "--"?: string[];
}

/** What {@linkcode parseArgs} returns. */
export type Args<
  // deno-lint-ignore no-explicit-any -- as the real package has it
  TArgs extends Values = Record<string, any>,
  TDoubleDash extends boolean | undefined = undefined,
> =
  & TArgs
  & {
    /** What belongs to no flag, in order. */
    _: (string | number)[];
  }
  & (boolean extends TDoubleDash ? AfterDoubleDash
    : true extends TDoubleDash ? Required<AfterDoubleDash>
    : unknown);

/** Options for {@linkcode parseArgs}. */
export interface ParseOptions<
  TBooleans extends Booleans = Booleans,
  TStrings extends Names = Names,
  TCollectable extends Names = Names,
  TNegatable extends Names = Names,
  TDefault extends Values | undefined = Values | undefined,
  TAliases extends Aliases | undefined = Aliases | undefined,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /** Put what follows `--` into `"--"`, not into `_`. @default {false} */
  "--"?: TDoubleDash;
  /** Other names of a flag. @default {{}} */
  alias?: TAliases;
  /** Flags without a value; true makes each `--name` one. @default {false} */
  boolean?: TBooleans | ReadonlyArray<Extract<TBooleans, string>>;
  /** Values of the flags that are not given. @default {{}} */
  default?: TDefault;
  /** End the flags at the first word that is none. @default {false} */
  stopEarly?: boolean;
  /** Flags whose value stays text; "_" for the other words. @default {[]} */
  string?: TStrings | ReadonlyArray<Extract<TStrings, string>>;
  /** Flags that gather a value each time they are given. @default {[]} */
  collect?: TCollectable | ReadonlyArray<Extract<TCollectable, string>>;
  /** Flags that `--no-` before the name makes false. @default {[]} */
  negatable?: TNegatable | ReadonlyArray<Extract<TNegatable, string>>;
  /** Called for what is not declared; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/**
 * Reads a command line.
 *
 * @param args The arguments, without the program.
 */
export function parseArgs<
  TDoubleDash extends boolean | undefined = undefined,
  TBooleans extends Booleans = undefined,
  TStrings extends Names = undefined,
  TCollectable extends Names = undefined,
  TNegatable extends Names = undefined,
  TDefaults extends Values | undefined = undefined,
  TAliases extends Aliases<TAliasNames> | undefined = undefined,
  TAliasNames extends string = string,
>(
  args: string[],
  options: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefaults,
    TAliases,
    TDoubleDash
  > = {},
): Args<
  Flags<TBooleans, TStrings, TCollectable, TNegatable, TDefaults, TAliases>,
  TDoubleDash
> {
  return read(args, options) as ReturnType<
    typeof parseArgs<
      TDoubleDash,
      TBooleans,
      TStrings,
      TCollectable,
      TNegatable,
      TDefaults,
      TAliases,
      TAliasNames
    >
  >;
}

function read(args: readonly string[], options: ParseOptions): Args {
  const others = readAliases(options.alias ?? {});
  const declared = (names: string | readonly string[] = []) =>
    new Set(
      [names].flat().filter(Boolean)
        .flatMap((name) => [name, ...others.get(name) ?? []]),
    );
  const strings = declared(options.string);
  const booleans = declared(
    typeof options.boolean === "boolean" ? [] : options.boolean,
  );
  const collected = declared(options.collect);
  const negatable = declared(options.negatable);
  const everyLongIsBoolean = options.boolean === true;
  const result: Args = { _: [] };

  const isIgnored = (word: string, name: string, value: unknown) =>
    !strings.has(name) && !booleans.has(name) && !others.has(name) &&
    !(everyLongIsBoolean && /^--[^=]+$/.test(word)) &&
    options.unknown?.(word, name, value) === false;
  const put = (word: string, name: string, value: string | boolean) => {
    if (isIgnored(word, name, value)) return;
    const typed = strings.has(name) ? value : toNumber(value);
    for (const each of [name, ...others.get(name) ?? []]) {
      const { holder, key } = place(result, each);
      // The negation of a collected flag drops what was collected.
      if (!collected.has(name) || isNegation(word, value)) holder[key] = typed;
      else if (Array.isArray(holder[key])) holder[key].push(typed);
      else holder[key] = holder[key] ? [holder[key], typed] : [typed];
    }
  };
  const isNegation = (word: string, value: unknown) =>
    value === false && word.startsWith("--no-") && !word.includes("=");
  const alone = (name: string) => strings.has(name) ? "" : true;

  /** Reads `--name`. @returns Whether the next word was its value. */
  const readLong = (word: string, next: string): boolean => {
    const no = /^--no-./s.test(word);
    const whole = word.slice(no ? 5 : 2);
    const equals = whole.indexOf("=", 1);
    if (equals > 0 && equals < whole.length - 1) {
      const name = whole.slice(0, equals);
      const value = whole.slice(equals + 1);
      put(word, name, booleans.has(name) ? value !== "false" : value);
      return false;
    }
    if (no && negatable.has(whole)) {
      put(word, whole, false);
      return false;
    }
    const name = word.slice(2);
    const isBoolean = booleans.has(name) || everyLongIsBoolean;
    return readValue(word, name, next, isBoolean || next.startsWith("-"));
  };

  /** Reads `-abc`. @returns Whether the next word was the last one's value. */
  const readShort = (word: string, next: string): boolean => {
    const last = word.length - 1;
    for (let at = 1; at < last; at++) {
      const name = word.charAt(at);
      const rest = word.slice(at + 1);
      if (rest === "-") {
        put(word, name, rest);
        return false;
      }
      const value = joinedValue(name, rest);
      if (value !== undefined) {
        put(word, name, value);
        return false;
      }
      put(word, name, alone(name));
    }
    const name = word.charAt(last);
    const isFlag = /^--?[^-]/.test(next);
    return readValue(word, name, next, booleans.has(name) || isFlag);
  };

  const readValue = (
    word: string,
    name: string,
    next: string,
    standsAlone: boolean,
  ): boolean => {
    if (next === "true" || next === "false") {
      put(word, name, standsAlone ? next === "true" : next);
      return true;
    }
    if (standsAlone || next === "") {
      put(word, name, alone(name));
      return false;
    }
    put(word, name, next);
    return true;
  };

  const end = args.indexOf("--");
  const before = end < 0 ? args : args.slice(0, end);
  const after = end < 0 ? [] : args.slice(end + 1);
  for (let at = 0; at < before.length; at++) {
    const word = before[at]!;
    const next = before[at + 1] ?? "";
    if (word.startsWith("-") && word !== "-") {
      const readFlag = word.startsWith("--") ? readLong : readShort;
      if (readFlag(word, next)) at++;
      continue;
    }
    if (options.unknown?.(word) !== false) {
      result._.push(strings.has("_") ? word : toNumber(word));
    }
    if (options.stopEarly) {
      result._.push(...before.slice(at + 1));
      break;
    }
  }

  const fill = (name: string, value: unknown) => {
    if (isPlaced(result, name)) return;
    const { holder, key } = place(result, name);
    holder[key] = value;
  };
  for (const [name, value] of Object.entries(options.default ?? {})) {
    if (isPlaced(result, name)) continue;
    for (const each of [name, ...others.get(name) ?? []]) fill(each, value);
  }
  for (const name of booleans) fill(name, collected.has(name) ? [] : false);
  for (const name of strings) if (collected.has(name)) fill(name, []);
  if (options["--"]) result["--"] = after;
  else result._.push(...after);
  return result;
}

/** Returns, for each name that has any, its other names. */
function readAliases(aliases: Aliases): Map<string, string[]> {
  const others = new Map<string, string[]>();
  for (const [name, alias] of Object.entries(aliases)) {
    if (alias === undefined) throw new TypeError("Alias value must be defined");
    const group = [name, ...[alias].flat()];
    for (const each of group) {
      others.set(each, group.filter((other) => other !== each));
    }
  }
  return others;
}

/** Returns the value in `-n5`, `-f=text` or `-f/path`, if there is one. */
function joinedValue(name: string, rest: string): string | undefined {
  if (/[A-Za-z]/.test(name)) {
    const equals = rest.indexOf("=");
    if (equals >= 0 && equals < rest.length - 1) return rest.slice(equals + 1);
    if (/\d\.?$/.test(rest)) return rest;
  }
  return rest.length > 1 && /^\W/.test(rest) ? rest : undefined;
}

function toNumber<T>(value: T): T | number {
  if (typeof value !== "string" || value.trim() === "") return value;
  return Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Finds where a dotted name stands, making the objects on the way. */
function place(root: Values, name: string): { holder: Values; key: string } {
  const path = name.split(".");
  const key = path.pop()!;
  let holder = root;
  for (const step of path) holder = (holder[step] ??= {}) as Values;
  return { holder, key };
}

function isPlaced(root: Values, name: string): boolean {
  let holder: unknown = root;
  for (const step of name.split(".")) {
    if (holder === null || typeof holder !== "object") return false;
    if (!Object.hasOwn(holder, step)) return false;
    holder = (holder as Values)[step];
  }
  return true;
}
