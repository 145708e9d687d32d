/**
 * Asks a server what it serves, by server reflection.
 *
 * Version v1 is asked first and v1alpha where that is not there: many servers in
 * Python, Go and Rust have only the older one. A file that the server did not
 * send is asked for by name, since some send the imports and some do not.
 *
 * @module
 */

import { fromBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Metadata } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import { REFLECTION_VERSIONS } from "../../runtime/rpc/reflection_contract.ts";
import { isUnimplemented } from "../../runtime/rpc/status.ts";
import { COMMON_FILES } from "./common_types.ts";

/** How long a server may take to describe itself, in milliseconds. */
const DEADLINE_MS = 10_000;

/** What is known of a server's files, by name. */
export type Files = Map<string, FileDescriptorProto>;

/** What a server says of itself. */
export interface Reflection {
  /** Full names of its services, in order. */
  services(): Promise<string[]>;
  /**
   * Adds the file that describes a symbol, and all that it imports.
   *
   * @param symbol Full name of a service or a message.
   * @returns False if the server does not know it.
   */
  describe(symbol: string, files: Files): Promise<boolean>;
}

/** The questions that are asked here. */
type Question =
  | { listServices: string }
  | { fileContainingSymbol: string }
  | { fileByFilename: string };

interface Answer {
  listServicesResponse?: { service: { name: string }[] };
  fileDescriptorResponse?: { fileDescriptorProto: Uint8Array[] };
  errorResponse?: { errorCode: number; errorMessage: string };
}

type Ask = (question: Question) => Promise<Answer>;

type AskingMethod = MethodDefinition<Question, never, never, Answer>;

/**
 * Asks a server all that `run` wants to know.
 *
 * @param metadata What the server is told with the questions.
 * @throws {Failure} If the server has no reflection.
 * @throws {Fault} If it cannot be asked.
 */
export async function withReflection<T>(
  connection: Connection,
  metadata: Metadata,
  run: (reflection: Reflection) => Promise<T>,
): Promise<T> {
  for (const { definition } of REFLECTION_VERSIONS) {
    const method = definition["ServerReflectionInfo"];
    const { send, end, incoming } = connection.duplex(
      method as unknown as AskingMethod,
      { metadata, deadlineMs: DEADLINE_MS },
    );
    const ask: Ask = async (question) => {
      send(question);
      const { done, value } = await incoming.next();
      if (!done) return value;
      throw new Fault(
        "unavailable",
        `Cannot read the types of ${connection.peer}: its reflection ended without an answer`,
      );
    };
    try {
      const result = await run(answering(ask, connection.peer));
      end();
      return result;
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
    }
  }
  throw new Failure(
    `Cannot read the types of ${connection.peer}: it has no server reflection (grpc.reflection.v1 or v1alpha); add it to the server, as grpcio-reflection does in Python, tonic-reflection in Rust and google.golang.org/grpc/reflection in Go`,
  );
}

function answering(ask: Ask, peer: string): Reflection {
  return {
    async services() {
      const { listServicesResponse } = await ask({ listServices: "*" });
      const names = listServicesResponse?.service.map(({ name }) => name) ?? [];
      return names.toSorted();
    },
    async describe(symbol, files) {
      const found = await readFiles(ask, { fileContainingSymbol: symbol });
      for (const file of found) files.set(file.name, file);
      await addImports(ask, peer, files);
      return found.length > 0;
    },
  };
}

/** Asks for what the files import, until nothing is missing. */
async function addImports(ask: Ask, peer: string, files: Files): Promise<void> {
  // The loop sees those that are added on the way, too.
  for (const file of files.values()) {
    for (const name of file.dependency) {
      if (files.has(name)) continue;
      const found = await readFiles(ask, { fileByFilename: name });
      const common = COMMON_FILES.get(name);
      if (found.length === 0 && common) found.push(common);
      if (!found.some((each) => each.name === name)) {
        throw new Failure(
          `Cannot read the types of ${peer}: its reflection does not have "${name}", which "${file.name}" imports`,
        );
      }
      for (const each of found) {
        if (!files.has(each.name)) files.set(each.name, each);
      }
    }
  }
}

/** The files of an answer; none if the server does not know what was asked. */
async function readFiles(
  ask: Ask,
  question: Question,
): Promise<FileDescriptorProto[]> {
  const { fileDescriptorResponse } = await ask(question);
  return (fileDescriptorResponse?.fileDescriptorProto ?? [])
    .map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}
