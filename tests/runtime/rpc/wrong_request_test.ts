/** A request that cannot be encoded, in each kind of call that takes one. */

import { assertEquals, assertRejects } from "@std/assert";
import type { MethodDefinition } from "@grpc/proto-loader";
import { loadService } from "../../../proto/contract.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import {
  clientStream,
  implement,
  serverStream,
  unary,
} from "../../../runtime/rpc/handlers.ts";
import { serve } from "../../../runtime/rpc/serve.ts";

type Items = { items: string[] };
type Method = MethodDefinition<Items, Items, Items, Items>;

const NAME = "list.v1.List";
const List = loadService<{ One: Method; Many: Method; All: Method }>(
  NAME,
  `
  syntax = "proto3";
  package list.v1;
  service List {
    rpc One(Items) returns (Items);
    rpc Many(Items) returns (stream Items);
    rpc All(stream Items) returns (Items);
  }
  message Items { repeated string items = 1; }`,
);

Deno.test("a request that cannot be encoded is the caller's fault", async () => {
  const served = await serve({
    address: "127.0.0.1:0",
    services: {
      [NAME]: implement(List, {
        One: unary((items) => items),
        Many: serverStream(async function* (items) {
          yield await Promise.resolve(items);
        }),
        All: clientStream(async (all) => {
          for await (const items of all) return items;
          return { items: [] };
        }),
      }),
    },
  });
  const list = connect(served.address, { name: "list" });
  const wrong = { items: {} } as Items;

  for (
    const call of [
      () => list.unary(List.One, wrong),
      () => Array.fromAsync(list.serverStream(List.Many, wrong)),
      () => list.clientStream(List.All, [wrong]),
    ]
  ) {
    const fault = await assertRejects(call, Fault);
    assertEquals([fault.code, fault.message], [
      "invalid",
      `Cannot call list at ${served.address}: .list.v1.Items.items: array expected`,
    ]);
  }

  list.close();
  await served.stop();
});
