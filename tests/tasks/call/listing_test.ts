import { assertEquals } from "@std/assert";
import { Fault } from "../../../runtime/program/errors.ts";
import {
  describeListed,
  exampleCommand,
  listed,
  listedAsJson,
} from "../../../tasks/call/listing.ts";
import type { Server } from "../../../tasks/call/server.ts";
import { typesOf } from "../../support/described_types.ts";

const registry = typesOf(`
  syntax = "proto3";
  package a.v1;
  service Greeter {
    // Greets somebody,
    // by name. Never fails.
    rpc Greet(Name) returns (Name);
    rpc Chat(stream Name) returns (stream Name);
  }
  message Name { string first_name = 1; repeated string more = 2; }
`);
const service = registry.getService("a.v1.Greeter")!;
const server = {
  address: "127.0.0.1:1",
  describe: () =>
    Promise.resolve({
      service,
      registry,
      learn: () => Promise.resolve(registry),
    }),
};
const silent = {
  address: "127.0.0.1:2",
  describe: () => Promise.reject(new Fault("unavailable", "no\none\u001b[2J")),
};

/** Where this is the only server. */
function of(server: Pick<Server, "address" | "describe">) {
  return { serversOf: () => [server as Server] };
}

Deno.test("describeListed() writes a command line for each method", async () => {
  const services = [
    await listed(of(server), "a.v1.Greeter"),
    await listed(of(silent), "b.B"),
  ];

  assertEquals(
    describeListed(services, ["--address=127.0.0.1:1"]),
    [
      "a.v1.Greeter at 127.0.0.1:1",
      "  Greet (unary)",
      "    Greets somebody, by name.",
      `    deno task call --address=127.0.0.1:1 a.v1.Greeter/Greet '{"firstName":"text","more":["text"]}'`,
      "  Chat (bidi streaming)",
      `    deno task call --address=127.0.0.1:1 a.v1.Greeter/Chat '{"firstName":"text","more":["text"]}'`,
      "",
      "b.B at 127.0.0.1:2",
      "  no\\none\\u001b[2J",
    ].join("\n"),
  );
});

Deno.test("listedAsJson() says the same to programs", async () => {
  const services = [
    await listed(of(server), "a.v1.Greeter"),
    await listed(of(silent), "b.B"),
  ];

  const [greeter, other] = listedAsJson(services);

  assertEquals(greeter, {
    service: "a.v1.Greeter",
    address: "127.0.0.1:1",
    methods: [
      {
        method: "Greet",
        kind: "unary",
        description: "Greets somebody, by name. Never fails.",
        request: { firstName: "text", more: ["text"] },
      },
      {
        method: "Chat",
        kind: "bidi_streaming",
        description: "",
        request: { firstName: "text", more: ["text"] },
      },
    ],
  });
  assertEquals(Object.keys(other!), ["service", "address", "problem"]);
});

Deno.test("exampleCommand() quotes what the shell would take apart", () => {
  assertEquals(
    exampleCommand(service.methods[0]!, ["--config=it's here/a.yaml"]),
    `deno task call '--config=it'\\''s here/a.yaml' a.v1.Greeter/Greet '{"firstName":"text","more":["text"]}'`,
  );
});
