import { assertEquals } from "@std/assert";
import {
  contractNames,
  currentInterfaces,
  documentedNames,
  recordedInterfaces,
  schemaNames,
  whatIsGone,
  withNew,
} from "../../../tasks/generated/interfaces.ts";

Deno.test("nothing that others rely on by name is gone", async () => {
  const recorded = await recordedInterfaces();
  const now = await currentInterfaces();

  assertEquals(
    whatIsGone(recorded, now),
    [],
    "Others rely on these: keep them, or take them out of docs/interfaces.json by hand and say so in docs/changelog.md",
  );
  assertEquals(
    recorded,
    withNew(recorded, now),
    "Something is new: `deno task types` records it in docs/interfaces.json",
  );
});

Deno.test("contractNames() knows a field by its number, and what it can be", () => {
  const before = contractNames({
    "shop/v1/shop.proto": `syntax = "proto3"; package shop.v1;
      import "google/protobuf/timestamp.proto";
      service Shop { rpc Sell(stream Order) returns (Bill); }
      message Order { string item = 1; repeated Size size = 2; Bill bill = 3; }
      message Bill { map<string, uint64> cents = 1; google.protobuf.Timestamp at = 2; }
      enum Size { SIZE_UNSPECIFIED = 0; SIZE_SMALL = 1; }`,
  });
  const after = contractNames({
    "shop/v1/shop.proto": `syntax = "proto3"; package shop.v1;
      service Shop { rpc Sell(Order) returns (Bill); }
      message Order { bytes item = 1; repeated Size size = 4; Bill bill = 3; }
      message Bill { map<string, uint32> cents = 1; }
      enum Size { SIZE_UNSPECIFIED = 0; SIZE_TINY = 1; SIZE_LARGE = 2; }`,
  });

  assertEquals(whatIsGone({ contracts: before }, { contracts: after }), [
    "contracts: shop.v1.Shop.Sell could be stream of Order → Bill, and can only be Order → Bill",
    "contracts: shop.v1.Order 1 could be string item, and can only be bytes item",
    "contracts: shop.v1.Order 2 has disappeared",
    "contracts: shop.v1.Bill 1 could be map of string to uint64 cents, and can only be map of string to uint32 cents",
    "contracts: shop.v1.Bill 2 has disappeared",
    "contracts: shop.v1.Size 1 could be SIZE_SMALL, and can only be SIZE_TINY",
  ]);
});

Deno.test("schemaNames() finds keys at any depth, and all that they can be", () => {
  const names = schemaNames({
    type: "object",
    properties: {
      auth: { type: "string", enum: ["token", "none"] },
      services: {
        type: "object",
        additionalProperties: {
          type: "object",
          properties: {
            port: { anyOf: [{ type: "integer" }, { type: "string" }] },
            hosts: {
              oneOf: [{ type: "boolean" }, {
                type: "array",
                items: { type: "object", properties: { name: { const: 1 } } },
              }],
            },
          },
        },
      },
    },
  });

  assertEquals(names, {
    auth: ['"none"', '"token"'],
    services: ["object"],
    "services.<name>": ["object"],
    "services.<name>.hosts": ["array", "boolean"],
    "services.<name>.hosts[]": ["object"],
    "services.<name>.hosts[].name": ["1"],
    "services.<name>.port": ["integer", "string"],
  });
});

Deno.test("documentedNames() reads tables of fields and lists in words", () => {
  const page = `# A page

| field       | meaning |
| ----------- | ------- |
| \`a\`, \`b.c\` | two     |

| field of \`d\` | meaning |
| ------------ | ------- |
| \`e\`          | like \`f\` |

| flag      | meaning |
| --------- | ------- |
| \`--json\` | prints  |

\`--json\` prints \`[{g, h: [{i}], j?}]\`, and not \`k\`.

A pattern is \`{l,m}\`.
`;

  assertEquals(Object.keys(documentedNames(page)), [
    "a",
    "b.c",
    "d: e",
    "g",
    "h",
    "i",
    "j",
  ]);
});

Deno.test("withNew() adds, and takes nothing away", () => {
  const recorded = { place: { old: ["text"], both: ["text"] } };
  const now = { place: { both: ["number"], "new": [] }, other: { a: [] } };

  assertEquals(withNew(recorded, now), {
    other: { a: [] },
    place: { both: ["number", "text"], "new": [], old: ["text"] },
  });
});
