/**
 * The types of a server, built from the files that describe it.
 *
 * The library is @bufbuild/protobuf: it makes messages from descriptors that are
 * known at run time only, and has the whole JSON mapping of proto3 (64-bit
 * integers, enums by name, bytes, Timestamp, Duration, Struct, Any, wrappers,
 * FieldMask), of which protobufjs has a part.
 *
 * @module
 */

import {
  create,
  createFileRegistry,
  createRegistry,
  type DescService,
  type Registry,
} from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Failure } from "../../runtime/program/errors.ts";
import { COMMON_TYPES } from "./common_types.ts";
import type { Files } from "./reflection.ts";

/** A server's own description comes before it. */
const COMMON = createRegistry(...COMMON_TYPES);

/**
 * Builds the types that some files describe.
 *
 * @param peer Who sent them, for messages.
 * @throws {Failure} If they are not what a compiler of .proto files writes.
 */
export function buildTypes(files: Files, peer: string): Registry {
  const file = inOrder(files);
  for (const { messageType, extension } of file) {
    nameInJson(messageType, extension);
  }
  try {
    const own = createFileRegistry(create(FileDescriptorSetSchema, { file }));
    return createRegistry(COMMON, own);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure(
      `Cannot read the types of ${peer}: ${error.message}`,
      1,
      { cause: error },
    );
  }
}

/**
 * Gives each field its name in JSON. protoc leaves that out of what it puts into
 * programs, and the library takes it as it is.
 */
function nameInJson(
  messages: readonly DescriptorProto[],
  fields: readonly FieldDescriptorProto[],
): void {
  for (const field of fields) field.jsonName ||= protoCamelCase(field.name);
  for (const { nestedType, field, extension } of messages) {
    nameInJson(nestedType, [...field, ...extension]);
  }
}

/** What is imported stands before what imports it. */
function inOrder(files: Files): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const entered = new Set<string>();
  const enter = (file: FileDescriptorProto | undefined) => {
    if (!file || entered.has(file.name)) return;
    entered.add(file.name);
    for (const name of file.dependency) enter(files.get(name));
    ordered.add(file);
  };
  for (const file of files.values()) enter(file);
  return [...ordered];
}

/** Numbers of fields in descriptor.proto, of which paths to comments consist. */
const AT = { service: 6, method: 2 };

/** What the .proto says of a method, in one line; empty where it says nothing. */
export function commentOf(service: DescService, method: string): string {
  const { proto } = service.file;
  const path = [
    AT.service,
    proto.service.findIndex(({ name }) => name === service.name),
    AT.method,
    service.methods.findIndex(({ name }) => name === method),
  ].join();
  const location = proto.sourceCodeInfo?.location.find((each) =>
    each.path.join() === path
  );
  return (location?.leadingComments ?? "").trim().replaceAll(/\s+/g, " ");
}
