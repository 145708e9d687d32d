/**
 * Describes .proto files as protoc would: what server reflection answers.
 *
 * protobufjs can describe its contents too, but not so that Go takes it: entries
 * of maps have names of their own, type names are relative, a package is one
 * file, names are in camelCase, and comments are lost.
 *
 * @module
 */

import protobuf from "protobufjs";
import descriptor from "protobufjs/ext/descriptor/index.js";
import { type ParsedFile, parseFiles, topLevel } from "./contract_files.ts";
import type { ContractFile } from "./described.ts";

/** A message of descriptor.proto, as fromObject() takes it. */
type Described = Record<string, unknown>;

/** google.protobuf.FieldDescriptorProto.Type. */
const TYPES = [
  ...["", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32"],
  ...["bool", "string", "group", "message", "bytes", "uint32", "enum"],
  ...["sfixed32", "sfixed64", "sint32", "sint64"],
];
const [MESSAGE, ENUM, GROUP] = ["message", "enum", "group"].map((name) =>
  TYPES.indexOf(name)
) as [number, number, number];
/** google.protobuf.FieldDescriptorProto.Label. */
const [OPTIONAL, REQUIRED, REPEATED] = [1, 2, 3];

/** Numbers of fields in descriptor.proto, of which paths to comments consist. */
const AT = {
  file: { message: 4, enum: 5, service: 6 },
  message: { field: 2, message: 3, enum: 4, oneof: 8 },
  enum: { value: 2 },
  service: { method: 2 },
};

/** What protobufjs knows, and does not declare. */
interface Undeclared {
  _edition?: string;
  comments?: Record<string, string | null>;
  reserved?: (number[] | string)[];
  extensions?: number[][];
  delimited?: boolean;
}

/** What is gathered on the way through one file. */
interface Gathered {
  /** How names are written. */
  written(name: string): string;
  locations: { path: number[]; span: number[]; leadingComments: string }[];
  /** Files of the types that are named. */
  uses: Set<string>;
}

/**
 * Describes each file, and those of Google's that they import.
 *
 * @returns google.protobuf.FileDescriptorProto, encoded.
 */
export function describeFiles(sources: readonly ContractFile[]): Uint8Array[] {
  const { root, files } = parseFiles(sources, { asWritten: true });
  const all = topLevel(root);
  return files.map((file) =>
    describeFile(file, all.filter(({ filename }) => filename === file.path))
  );
}

function describeFile(
  file: ParsedFile,
  contents: readonly protobuf.ReflectionObject[],
): Uint8Array {
  const gathered: Gathered = {
    written: file.common ? snakeCase : (name) => name,
    locations: [],
    uses: new Set(),
  };
  const messages = contents.filter((each) => each instanceof protobuf.Type);
  const enums = contents.filter((each) => each instanceof protobuf.Enum);
  const services = contents.filter((each) => each instanceof protobuf.Service);
  const extensions = contents.filter((each) => each instanceof protobuf.Field);
  const described = {
    name: file.path,
    package: file.package,
    messageType: messages.map((each, at) =>
      describeMessage(each, gathered, [AT.file.message, at])
    ),
    enumType: enums.map((each, at) =>
      describeEnum(each, gathered, [AT.file.enum, at])
    ),
    service: services.map((each, at) =>
      describeService(each, gathered, [AT.file.service, at])
    ),
    extension: extensions.map((each) => describeField(each, gathered)),
    ...(file.common ? { syntax: "proto3" } : syntaxOf(contents)),
    sourceCodeInfo: { location: gathered.locations },
  };
  gathered.uses.delete(file.path);
  const dependency = [...new Set([...file.imports, ...gathered.uses])];
  const { FileDescriptorProto } = descriptor;
  return FileDescriptorProto.encode(
    FileDescriptorProto.fromObject({ ...described, dependency }),
  ).finish();
}

function syntaxOf(contents: readonly protobuf.ReflectionObject[]) {
  const edition = (contents[0] as Undeclared | undefined)?._edition ?? "proto3";
  return /^proto[23]$/.test(edition)
    ? { syntax: edition }
    : { syntax: "editions", edition: `EDITION_${edition}` };
}

function describeMessage(
  message: protobuf.Type,
  gathered: Gathered,
  path: number[],
): Described {
  comment(gathered, path, message.comment);
  // protoc puts those that stand for `optional` last.
  const oneofs = message.oneofsArray.toSorted((a, b) =>
    Number(isSynthetic(a)) - Number(isSynthetic(b))
  );
  for (const [at, { comment: said }] of oneofs.entries()) {
    comment(gathered, [...path, AT.message.oneof, at], said);
  }
  const entries: Described[] = [];
  const field = message.fieldsArray.map((each, at) => {
    comment(gathered, [...path, AT.message.field, at], each.comment);
    const oneofIndex = each.partOf ? oneofs.indexOf(each.partOf) : -1;
    if (each instanceof protobuf.MapField) {
      entries.push(describeEntry(each, gathered));
    }
    return {
      ...describeField(each, gathered),
      ...(oneofIndex < 0 ? {} : { oneofIndex }),
    };
  });
  const nested = message.nestedArray;
  const messages = nested.filter((each) => each instanceof protobuf.Type);
  const enums = nested.filter((each) => each instanceof protobuf.Enum);
  const { extensions = [] } = message as unknown as Undeclared;
  return {
    name: message.name,
    field,
    oneofDecl: oneofs.map(({ name }) => ({ name: gathered.written(name) })),
    nestedType: [
      ...messages.map((each, at) =>
        describeMessage(each, gathered, [...path, AT.message.message, at])
      ),
      ...entries,
    ],
    enumType: enums.map((each, at) =>
      describeEnum(each, gathered, [...path, AT.message.enum, at])
    ),
    extensionRange: extensions.map(([start, end]) => ({
      start: start!,
      end: end! + 1,
    })),
    ...reservedOf(message, 1),
    ...deprecatedOf(message),
  };
}

function isSynthetic({ fieldsArray: [field] }: protobuf.OneOf): boolean {
  return field?.options?.["proto3_optional"] === true;
}

/** @param beyond What is added to the end of a range: enums include it. */
function reservedOf(from: protobuf.ReflectionObject, beyond: 0 | 1) {
  const { reserved = [] } = from as unknown as Undeclared;
  return {
    reservedName: reserved.filter((each) => typeof each === "string"),
    reservedRange: reserved.filter((each) => typeof each !== "string")
      .map(([start, end]) => ({ start: start!, end: end! + beyond })),
  };
}

function deprecatedOf({ options }: protobuf.ReflectionObject) {
  return options?.["deprecated"] ? { options: { deprecated: true } } : {};
}

/** The message that a map repeats. */
function describeEntry(
  field: protobuf.MapField,
  gathered: Gathered,
): Described {
  const common = { label: OPTIONAL };
  return {
    name: entryName(gathered.written(field.name)),
    field: [
      {
        ...common,
        name: "key",
        jsonName: "key",
        number: 1,
        type: TYPES.indexOf(field.keyType),
      },
      {
        ...common,
        name: "value",
        jsonName: "value",
        number: 2,
        ...typeOf(field, gathered),
      },
    ],
    options: { mapEntry: true },
  };
}

function describeField(
  field: protobuf.Field,
  gathered: Gathered,
): Described {
  const name = gathered.written(field.name);
  const { options = {}, parent } = field;
  const { packed, deprecated, proto3_optional: optional } = options;
  const fallback = options["default"];
  return {
    name,
    jsonName: camelCase(name),
    number: field.id,
    label: field.repeated || field.map
      ? REPEATED
      : field.required
      ? REQUIRED
      : OPTIONAL,
    ...(field instanceof protobuf.MapField
      ? { type: MESSAGE, typeName: `${parent!.fullName}.${entryName(name)}` }
      : typeOf(field, gathered)),
    ...(field.extend === undefined ? {} : { extendee: field.extend }),
    ...(fallback === undefined ? {} : { defaultValue: String(fallback) }),
    ...(optional === true ? { proto3Optional: true } : {}),
    options: {
      ...(typeof packed === "boolean" ? { packed } : {}),
      ...(deprecated ? { deprecated: true } : {}),
    },
  };
}

function typeOf(field: protobuf.FieldBase, { uses }: Gathered) {
  const { resolvedType, type } = field.resolve();
  if (!resolvedType) return { type: TYPES.indexOf(type) };
  note(resolvedType, uses);
  const isGroup = (field as unknown as Undeclared).delimited;
  return {
    type: resolvedType instanceof protobuf.Enum
      ? ENUM
      : isGroup
      ? GROUP
      : MESSAGE,
    typeName: resolvedType.fullName,
  };
}

/** Notes the file in which a type stands. */
function note(type: protobuf.ReflectionObject, uses: Set<string>): void {
  let at: protobuf.ReflectionObject = type;
  while (at.parent && at.parent instanceof protobuf.Type) at = at.parent;
  if (at.filename) uses.add(at.filename);
}

function describeEnum(
  found: protobuf.Enum,
  gathered: Gathered,
  path: number[],
): Described {
  comment(gathered, path, found.comment);
  const { comments = {} } = found as unknown as Undeclared;
  const alias = found.options?.["allow_alias"] === true;
  return {
    name: found.name,
    value: Object.entries(found.values).map(([name, number], at) => {
      comment(gathered, [...path, AT.enum.value, at], comments[name]);
      return { name, number };
    }),
    ...reservedOf(found, 0),
    ...(alias ? { options: { allowAlias: true } } : deprecatedOf(found)),
  };
}

function describeService(
  service: protobuf.Service,
  gathered: Gathered,
  path: number[],
): Described {
  comment(gathered, path, service.comment);
  return {
    name: service.name,
    method: service.methodsArray.map((method, at) => {
      comment(gathered, [...path, AT.service.method, at], method.comment);
      const { resolvedRequestType, resolvedResponseType } = method;
      note(resolvedRequestType!, gathered.uses);
      note(resolvedResponseType!, gathered.uses);
      return {
        name: method.name,
        inputType: resolvedRequestType!.fullName,
        outputType: resolvedResponseType!.fullName,
        clientStreaming: method.requestStream === true,
        serverStreaming: method.responseStream === true,
        ...deprecatedOf(method),
      };
    }),
  };
}

/** Keeps a comment as protoc does: each line begins with a space. */
function comment(
  { locations }: Gathered,
  path: number[],
  said: string | null | undefined,
): void {
  // Lines are not known; those who print keep the order.
  const span = [locations.length, 0, 1];
  const leadingComments = (said ?? "").split("\n")
    .map((line) => line === "" ? "\n" : ` ${line}\n`).join("");
  locations.push({ path, span, leadingComments: said ? leadingComments : "" });
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** As protoc makes the name in JSON. */
function camelCase(name: string): string {
  return name.replaceAll(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

/** As protoc names the entries of a map: per_tag has PerTagEntry. */
function entryName(field: string): string {
  const words = camelCase(field);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}Entry`;
}
