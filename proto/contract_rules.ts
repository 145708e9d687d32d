/**
 * What protoc refuses and protobufjs takes: without these rules a contract
 * would work here, and not with what Rust, C++ or Go make of the same file.
 *
 * contract_files.ts applies them to each contract that is loaded.
 *
 * @module
 */

import protobuf from "protobufjs";
import { isSameName } from "./contract_places.ts";

/** Something that is wrong in a contract. */
export interface BrokenRule {
  /** The full name of what is wrong, without a dot before it. */
  name: string;
  /** Goes on after the name. */
  what: string;
}

/** What protobufjs knows, and does not declare. */
interface Undeclared {
  _edition?: string;
}

const MAX_NUMBER = 536_870_911;
const [FIRST_KEPT, LAST_KEPT] = [19_000, 19_999];

/**
 * Yields what is wrong with what stands in packages.
 *
 * @param contents All of it, with the types of fields resolved.
 */
export function* brokenRules(
  contents: readonly protobuf.ReflectionObject[],
): Generator<BrokenRule> {
  for (const each of contents) {
    const isProto3 = (each as Undeclared)._edition === "proto3";
    yield* brokenBelow(each, isProto3);
  }
  yield* sharedNames(contents);
}

function* brokenBelow(
  each: protobuf.ReflectionObject,
  isProto3: boolean,
): Generator<BrokenRule> {
  if (each instanceof protobuf.Enum) yield* brokenEnum(each, isProto3);
  else if (each instanceof protobuf.Field) yield* brokenNumber(each);
  else if (each instanceof protobuf.Type) {
    yield* brokenRanges(each);
    yield* brokenFields(each, isProto3);
    for (const nested of each.nestedArray) yield* brokenBelow(nested, isProto3);
    yield* sharedNames(each.nestedArray, each.fieldsArray);
  }
}

function* brokenFields(
  type: protobuf.Type,
  isProto3: boolean,
): Generator<BrokenRule> {
  for (const oneof of type.oneofsArray) {
    if (oneof.fieldsArray.length === 0) {
      yield { name: nameOf(oneof), what: "has no field" };
    }
  }
  for (const field of type.fieldsArray) {
    if (field.declaringField) continue; // an extension from elsewhere
    yield* brokenNumber(field);
    const name = nameOf(field);
    if (isReserved(type.reserved, field.id)) {
      yield { name, what: `has the number ${field.id}, which is reserved` };
    }
    if (isReserved(type.extensions, field.id)) {
      yield { name, what: `has the number ${field.id}, an extension's` };
    }
    if (isReserved(type.reserved, field.name)) {
      yield { name, what: "has a name that is reserved" };
    }
    if (isProto3 && field.options?.["default"] !== undefined) {
      yield { name, what: "has a default, and proto3 has none" };
    }
  }
}

function* brokenNumber(field: protobuf.Field): Generator<BrokenRule> {
  const { id } = field;
  const name = nameOf(field);
  if (id < 1 || id > MAX_NUMBER) {
    const what = `has the number ${id}, and fields have 1 to ${MAX_NUMBER}`;
    yield { name, what };
  }
  if (id >= FIRST_KEPT && id <= LAST_KEPT) {
    const what =
      `has the number ${id}, and ${FIRST_KEPT} to ${LAST_KEPT} are protobuf's own`;
    yield { name, what };
  }
}

function* brokenEnum(
  each: protobuf.Enum,
  isProto3: boolean,
): Generator<BrokenRule> {
  const values = Object.entries(each.values);
  const [first] = values;
  if (!first) yield { name: nameOf(each), what: "has no value" };
  else if (isProto3 && first[1] !== 0) {
    yield {
      name: `${nameOf(each)}.${first[0]}`,
      what: `has the number ${
        first[1]
      }, and in proto3 the first value of an enum has 0`,
    };
  }
  for (const [value, number] of values) {
    const name = `${nameOf(each)}.${value}`;
    if (isReserved(each.reserved, number)) {
      yield { name, what: `has the number ${number}, which is reserved` };
    }
    if (number !== (number | 0)) {
      yield { name, what: `has the number ${number}, which is no int32` };
    }
  }
  yield* brokenRanges(each);
}

function* brokenRanges(
  each: protobuf.Type | protobuf.Enum,
): Generator<BrokenRule> {
  const name = nameOf(each);
  const ranges: number[][] = [];
  const all = each instanceof protobuf.Type
    ? [...each.reserved ?? [], ...each.extensions ?? []]
    : each.reserved ?? [];
  for (const range of all) {
    if (typeof range === "string") continue;
    const [start, end] = range as [number, number];
    if (end < start) {
      yield { name, what: `reserves ${start} to ${end}, which is no range` };
    }
    const other = ranges.find((other) =>
      start <= other[1]! && other[0]! <= end
    );
    if (other) {
      yield { name, what: `reserves ${Math.max(start, other[0]!)} twice` };
    }
    ranges.push([start, end]);
  }
}

/** Values of an enum are names in the scope that the enum is in, as in C++. */
function* sharedNames(
  ...scopes: (readonly protobuf.ReflectionObject[])[]
): Generator<BrokenRule> {
  const taken = new Map<string, string>();
  for (const each of scopes.flat()) taken.set(nameOf(each), nameOf(each));
  for (const each of scopes.flat()) {
    if (!(each instanceof protobuf.Enum)) continue;
    const around = nameOf(each).slice(0, -each.name.length);
    for (const value of Object.keys(each.values)) {
      const other = taken.get(`${around}${value}`);
      const name = `${nameOf(each)}.${value}`;
      if (other !== undefined) {
        yield {
          name,
          what:
            `has the name of ${other}, and values of an enum share the names around it: ${
              upperCase(each.name)
            }_${value} is usual`,
        };
      }
      taken.set(`${around}${value}`, name);
    }
  }
}

function upperCase(name: string): string {
  return name.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, "_").toUpperCase();
}

/** Both ends of a range belong to it; protobufjs leaves out the last. */
function isReserved(
  reserved: readonly (readonly number[] | string)[] | undefined,
  what: number | string,
): boolean {
  return reserved?.some((each) =>
    typeof each === "string"
      ? typeof what === "string" && isSameName(each, what)
      : typeof what === "number" && each[0]! <= what && what <= each[1]!
  ) ?? false;
}

function nameOf(each: protobuf.ReflectionObject): string {
  return each.fullName.slice(1);
}
