import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Metadata, status } from "@grpc/grpc-js";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { contractFiles } from "../../../proto/contract_files.ts";
import { describeFiles } from "../../../proto/file_descriptors.ts";
import { Failure, Fault } from "../../../runtime/program/errors.ts";
import type { ClientMethod, Connection } from "../../../runtime/rpc/connect.ts";
import { type Files, withReflection } from "../../../tasks/call/reflection.ts";
import { buildTypes } from "../../../tasks/call/types.ts";
import { ORDER_SERVICE, RICH_TEXTS } from "../../fixtures/rich_contract.ts";

type Question = Record<string, string>;

const described = new Map(
  describeFiles(contractFiles([RICH_TEXTS])).map((bytes) => [
    fromBinary(FileDescriptorProtoSchema, bytes).name,
    bytes,
  ]),
);
const NOT_FOUND = { errorResponse: { errorCode: 5, errorMessage: "no" } };

/** A server that has some versions of reflection, and answers so. */
function serverWith(
  answer: (question: Question) => unknown,
  versions: readonly string[] = ["v1"],
): Pick<Connection, "peer" | "duplex"> {
  return {
    peer: "the server",
    duplex<Req, Res>({ path }: ClientMethod<Req, Res>) {
      const answers: unknown[] = [];
      const isThere = versions.includes(path.split(".")[2]!);
      return {
        send: (question: Req) =>
          void answers.push(answer(question as Question)),
        end() {},
        incoming: {
          [Symbol.asyncIterator]() {
            return this;
          },
          next() {
            if (isThere) {
              return Promise.resolve({
                done: false,
                value: answers.shift() as Res,
              });
            }
            const cause = { code: status.UNIMPLEMENTED };
            return Promise.reject(new Fault("internal", "no", { cause }));
          },
        },
      };
    },
  };
}

/** Sends one file for one question, and no import. */
function oneByOne({ fileContainingSymbol, fileByFilename }: Question) {
  const name = fileContainingSymbol ? "shop/v1/order.proto" : fileByFilename!;
  const isKnown = name !== undefined && described.has(name) &&
    !name.startsWith("google/");
  return isKnown
    ? { fileDescriptorResponse: { fileDescriptorProto: [described.get(name)] } }
    : NOT_FOUND;
}

function ask<T>(
  server: Pick<Connection, "peer" | "duplex">,
  run: Parameters<typeof withReflection<T>>[2],
): Promise<T> {
  return withReflection(server as Connection, new Metadata(), run);
}

Deno.test("describe() asks for the imports that a server did not send", async () => {
  const asked: Question[] = [];
  const server = serverWith((question) => {
    asked.push(question);
    return oneByOne(question);
  });

  const files: Files = new Map();
  const isKnown = await ask(server, ({ describe }) => describe("a", files));

  assertEquals(isKnown, true);
  assertEquals(
    asked.map(({ fileByFilename = "" }) => fileByFilename).filter((name) =>
      !name.startsWith("google/")
    ),
    ["", "shop/v1/types/money.proto"],
  );
  // Of google/protobuf this server has nothing.
  assertEquals(
    buildTypes(files, "it").getService(ORDER_SERVICE)?.methods.length,
    2,
  );
});

Deno.test("describe() takes the files in whatever order they come", async () => {
  const all = [...described.values()];
  for (const fileDescriptorProto of [all, all.toReversed()]) {
    const server = serverWith(() => ({
      fileDescriptorResponse: { fileDescriptorProto },
    }));

    const files: Files = new Map();
    await ask(server, ({ describe }) => describe(ORDER_SERVICE, files));

    assertEquals(
      buildTypes(files, "it").getService(ORDER_SERVICE)?.typeName,
      ORDER_SERVICE,
    );
  }
});

Deno.test("describe() says which import a server does not have", async () => {
  const server = serverWith((question) =>
    question["fileByFilename"] ? NOT_FOUND : oneByOne(question)
  );

  const error = await assertRejects(
    () => ask(server, ({ describe }) => describe("a", new Map())),
    Failure,
  );

  assertEquals(
    error.message,
    'Cannot read the types of the server: its reflection does not have "shop/v1/types/money.proto", which "shop/v1/order.proto" imports',
  );
});

Deno.test("describe() tells a symbol that is not there", async () => {
  const files: Files = new Map();

  const isKnown = await ask(
    serverWith(() => NOT_FOUND),
    ({ describe }) => describe("no.Such", files),
  );

  assertEquals([isKnown, files.size], [false, 0]);
});

const SERVICES = {
  listServicesResponse: { service: [{ name: "b.B" }, { name: "a.A" }] },
};

for (const version of ["v1", "v1alpha"]) {
  Deno.test(`services() asks a server that has ${version} alone`, async () => {
    const server = serverWith(() => SERVICES, [version]);

    const services = await ask(server, (reflection) => reflection.services());

    assertEquals(services, ["a.A", "b.B"]);
  });
}

Deno.test("withReflection() names the remedy for a server without it", async () => {
  const server = serverWith(() => SERVICES, []);

  const error = await assertRejects(
    () => ask(server, (reflection) => reflection.services()),
    Failure,
  );

  assertEquals(
    error.message,
    "Cannot read the types of the server: it has no server reflection (grpc.reflection.v1 or v1alpha); add it to the server, as grpcio-reflection does in Python, tonic-reflection in Rust and google.golang.org/grpc/reflection in Go",
  );
});

function moneyFile() {
  return fromBinary(
    FileDescriptorProtoSchema,
    described.get("shop/v1/types/money.proto")!,
  );
}

Deno.test("buildTypes() names fields in JSON where protoc has left that out", () => {
  const file = moneyFile();
  const [field] = file.messageType[0]!.field;
  Object.assign(field!, { name: "whole_cents", jsonName: "" });

  const types = buildTypes(new Map([[file.name, file]]), "the server");

  assertEquals(
    types.getMessage("shop.v1.types.Money")?.fields.map((each) =>
      each.jsonName
    ),
    ["wholeCents"],
  );
});

Deno.test("buildTypes() refuses files that no compiler has written", () => {
  const file = moneyFile();
  file.messageType[0]!.name = "a b\u001b[2J";

  assertThrows(
    () => buildTypes(new Map([[file.name, file]]), "the server"),
    Failure,
    "Cannot read the types of the server: ",
  );
});
