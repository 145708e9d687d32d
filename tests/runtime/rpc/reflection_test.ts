import { assertEquals } from "@std/assert";
import {
  askReflection,
  decodeFiles,
  REFLECTION_PROTOS,
} from "../../fixtures/asks_reflection.ts";
import { connectEcho } from "../../fixtures/echo_service.ts";
import { spawnFixture } from "../../support/spawned.ts";

const VERSIONS = Object.keys(
  REFLECTION_PROTOS,
) as (keyof typeof REFLECTION_PROTOS)[];

for (const version of VERSIONS) {
  Deno.test(`${version} lists the services`, async () => {
    await using server = await spawnFixture("serves_pipeline_contract.ts");
    using client = connectEcho(server.firstLine);

    const answer = await askReflection(client, { listServices: "" }, version);

    const names = answer.listServicesResponse?.service.map(({ name }) => name);
    assertEquals(names?.toSorted(), [
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
      "pipeline.v1.ParseService",
    ]);
  });

  Deno.test(`${version} describes a service by its name`, async () => {
    await using server = await spawnFixture("serves_pipeline_contract.ts");
    using client = connectEcho(server.firstLine);

    const answer = await askReflection(client, {
      fileContainingSymbol: "pipeline.v1.ParseService",
    }, version);

    const [file] = decodeFiles(answer);
    const parse = file?.service.find(({ name }) => name === "ParseService");
    const [method] = parse?.method ?? [];
    const batch = file?.messageType.find(({ name }) => name === "RawBatch");
    assertEquals([file?.package, file?.syntax], ["pipeline.v1", "proto3"]);
    assertEquals(
      [
        method?.name,
        method?.inputType.replace(/^\./, ""),
        method?.outputType.replace(/^\./, ""),
        method?.clientStreaming,
        method?.serverStreaming,
      ],
      ["Parse", "pipeline.v1.RawBatch", "pipeline.v1.Receipt", true, true],
    );
    assertEquals(batch?.field.map(({ name, number }) => [name, number]), [
      ["opening", 1],
      ["begin", 2],
      ["end", 3],
      ["lines_offset", 4],
      ["lines", 5],
      ["oversized", 6],
      ["sync", 7],
      ["first_ms", 8],
      ["last_ms", 9],
    ]);
  });

  Deno.test(`${version} says that it does not know a symbol`, async () => {
    await using server = await spawnFixture("serves_pipeline_contract.ts");
    using client = connectEcho(server.firstLine);

    const answer = await askReflection(client, {
      fileContainingSymbol: "pipeline.v1.Nothing",
    }, version);

    assertEquals(answer.errorResponse, {
      errorCode: 5,
      errorMessage: "Symbol not found: pipeline.v1.Nothing",
    });
  });
}
