/**
 * grpcurl against every server that there is.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { serve } from "../../../runtime/rpc/serve.ts";
import { bearer } from "../../../runtime/rpc/token.ts";
import { startServers } from "../../../tasks/soak/servers.ts";
import { ORDER_SERVICE, orderService } from "../../fixtures/rich_contract.ts";
import { grpcurl, testGrpcurl } from "../../support/grpcurl.ts";

/** What each server has besides its own service. */
const COMMON = [
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

/** What each of our stages has besides. */
const MONITOR = "pipeline.v1.StageMonitorService";

/** Each server's service, and one call of it: how it ends. */
const CALLS: Record<string, [service: string, args: string[], end: RegExp]> = {
  broker: ["broker.v1.BrokerService", ["List"], /"epoch": "[-0-9a-f]+"/],
  calculator: [
    "calculator.v1.CalculatorService",
    [
      "Calculate",
      '{"operand1": 6, "operand2": 7, "operation": "OPERATION_MULTIPLY"}',
    ],
    /"result": 42/,
  ],
  ingest: ["pipeline.v1.IngestService", ["Run"], /Code: InvalidArgument/],
  parse: ["pipeline.v1.ParseService", ["Parse"], /Code: InvalidArgument/],
  rules: ["pipeline.v1.RulesService", ["Apply"], /Code: InvalidArgument/],
  aggregate: [
    "pipeline.v1.AggregateService",
    ["Aggregate"],
    /Code: InvalidArgument/,
  ],
  sink: ["pipeline.v1.SinkService", ["Write"], /Code: InvalidArgument/],
  supervisor: [
    "supervisor.v1.SupervisorService",
    ["List"],
    /"name": "idle"/,
  ],
};

testGrpcurl("grpcurl lists, describes and calls every service", async () => {
  await using servers = await startServers();

  const ends = await Promise.all(
    servers.targets.map(async ({ name, address, token }) => {
      const [service, [method, data = "{}"], end] = CALLS[name]!;
      const listed = await grpcurl(address, ["list"]);
      const described = await grpcurl(address, ["describe"]);
      const health = await grpcurl(address, ["grpc.health.v1.Health/Check"]);
      const called = await grpcurl(address, [`${service}/${method}`], [
        ...["-d", data],
        ...(token === undefined
          ? []
          : ["-H", `authorization: ${bearer(token)}`]),
      ]);

      const isStage = service.startsWith("pipeline.v1.");
      assertEquals(
        listed.stdout.split("\n"),
        [service, ...COMMON, ...(isStage ? [MONITOR] : [])].sort(),
      );
      assertEquals(described.stderr, "");
      assertMatch(
        described.stdout,
        new RegExp(`^${service} is a service:$`, "m"),
      );
      assertEquals(JSON.parse(health.stdout), { status: "SERVING" });
      assertMatch(called.stdout + called.stderr, end);
      return name;
    }),
  );

  assertEquals(ends.length, 8);
});

testGrpcurl("grpcurl describes a contract as it is written", async () => {
  await using server = await serveOrders();

  const { stdout, stderr } = await grpcurl(server.address, [
    "describe",
    "shop.v1.Order",
  ]);

  assertEquals(stderr, "");
  assertEquals(stdout, DESCRIBED);
});

testGrpcurl(
  "grpcurl calls a method with what Google offers, and with imports",
  async () => {
    await using server = await serveOrders();
    const order = {
      placedAt: "2026-01-02T03:04:05Z",
      priceByItem: { pear: { cents: "120" } },
      packingOf: { "3": "PACKING_BOX" },
      note: "",
      guest: "Ada",
      items: [{ name: "pear", packing: "PACKING_BOX" }],
      patience: "1.500s",
      remark: "soon",
      mask: { paths: ["note", "guest"] },
      count: 0,
    };

    const placed = await grpcurl(server.address, [`${ORDER_SERVICE}/Place`], [
      "-d",
      JSON.stringify(order),
    ]);
    const nothing = await grpcurl(server.address, [`${ORDER_SERVICE}/Nothing`]);

    assertEquals(placed.stderr, "");
    assertEquals(JSON.parse(placed.stdout), order);
    assertEquals([nothing.code, nothing.stdout], [0, "{}"]);
  },
);

testGrpcurl("grpcurl is told the path of each file", async () => {
  await using server = await serveOrders();
  const folder = await Deno.makeTempDir({ prefix: "denizen-" });

  const { code, stderr } = await grpcurl(server.address, [
    "describe",
    ORDER_SERVICE,
  ], [`-proto-out-dir=${folder}`]);

  assertEquals([code, stderr], [0, ""]);
  const money = await Deno.readTextFile(`${folder}/shop/v1/types/money.proto`);
  const orders = await Deno.readTextFile(`${folder}/shop/v1/order.proto`);
  await Deno.remove(folder, { recursive: true });
  assert(money.includes("// An amount."));
  assert(orders.includes('import "shop/v1/types/money.proto";'));
  assert(orders.includes('import "google/protobuf/timestamp.proto";'));
});

async function serveOrders() {
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [ORDER_SERVICE]: orderService() },
  });
  return {
    address: served.address,
    [Symbol.asyncDispose]: () => served.stop(0),
  };
}

const DESCRIBED = `shop.v1.Order is a message:
// One order.
message Order {
  // When it was placed.
  .google.protobuf.Timestamp placed_at = 1;
  // Prices by name of the item.
  map<string, .shop.v1.types.Money> price_by_item = 2;
  map<int32, .shop.v1.Order.Packing> packing_of = 3;
  optional string note = 4;
  oneof who {
    // A number.
    uint64 customer_id = 5;
    string guest = 6;
  }
  repeated .shop.v1.Order.Item items = 7;
  repeated int32 loose = 8 [packed = false];
  string oldName = 9 [deprecated = true];
  .google.protobuf.Duration patience = 10;
  .google.protobuf.Struct more = 11;
  .google.protobuf.StringValue remark = 12;
  .google.protobuf.FieldMask mask = 13;
  .google.protobuf.Any extra = 14;
  optional int32 count = 15;
  // One item.
  message Item {
    string name = 1;
    .shop.v1.Order.Packing packing = 2;
  }
  // How each item is packed.
  enum Packing {
    PACKING_UNSPECIFIED = 0;
    // In a box.
    PACKING_BOX = 1;
    reserved 2 to 4;
    reserved "PACKING_BAG";
  }
  reserved 20 to 30, 40;
  reserved "gone";
}`;
