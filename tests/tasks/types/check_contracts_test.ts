import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { UsageError } from "../../../runtime/program/errors.ts";
import { checkContracts } from "../../../tasks/types/check_contracts.ts";

const MONEY = `syntax = "proto3";
package shop.v1;
message Money { int64 units = 1; }
`;

const order = (...lines: string[]) =>
  ['syntax = "proto3";', "package shop.v1;", ...lines].join("\n");

/** What is wrong with shop/v1/order.proto, and what is said of it. */
const WRONG: [string, string, string][] = [
  [
    "a token",
    order("message Order {", "  string item == 1;", "}"),
    'order.proto:4: "=" is no id',
  ],
  [
    "an end that is missing",
    order("message Order {"),
    "order.proto:3: the file ends too early",
  ],
  [
    "a type that is not there",
    order("", "// Of Monei.", "message Order { Monei price = 1; }"),
    'order.proto:5: there is no type "Monei", which shop.v1.Order.price names',
  ],
  [
    "imports that are not there",
    order('import "shop/v1/monei.proto";', "", 'import "google/x.proto";'),
    `order.proto:3: there is no "FOLDER/shop/v1/monei.proto", which it imports
  FOLDER/shop/v1/order.proto:5: there is no "FOLDER/google/x.proto", which it imports`,
  ],
  [
    "a number that is taken",
    order("message Order { string a = 1; string b = 1; }"),
    "order.proto:3: shop.v1.Order.b has the number 1, which a has: line 3",
  ],
  [
    "a reserved number that is used again",
    order("message Order {", "  reserved 2, 5 to 7;", "  string a = 7;", "}"),
    "order.proto:5: shop.v1.Order.a has the number 7, which is reserved",
  ],
  [
    "one reserved number that is used again",
    order("message Order {", "  reserved 2;", "  int64 an_item = 2;", "}"),
    "order.proto:5: shop.v1.Order.an_item has the number 2, which is reserved",
  ],
  [
    "a reserved name that is used again",
    order(
      "message Order {",
      '  reserved "old_item";',
      "",
      "  Money old_item = 2;",
      "}",
    ),
    "order.proto:6: shop.v1.Order.old_item has a name that is reserved",
  ],
  [
    "a reserved word that is used again",
    order("message Order {", '  reserved "gone";', "  Money gone = 2;", "}"),
    "order.proto:5: shop.v1.Order.gone has a name that is reserved",
  ],
  ...[0, 536870912].map((number): [string, string, string] => [
    `the number ${number}`,
    order("message Order {", `  string a = ${number};`, "}"),
    `order.proto:4: shop.v1.Order.a has the number ${number}, and fields have 1 to 536870911`,
  ]),
  [
    "a number of protobuf's own",
    order("message Order { oneof some {", "  string a = 19500;", "} }"),
    "order.proto:4: shop.v1.Order.a has the number 19500, and 19000 to 19999 are protobuf's own",
  ],
  [
    "an enum that does not begin with 0",
    order("message Order { enum State {", "  OPEN = 1;", "} }"),
    "order.proto:4: shop.v1.Order.State.OPEN has the number 1, and in proto3 the first value of an enum has 0",
  ],
  [
    "an enum value with a reserved number",
    order("enum State { reserved 2 to max;", "  NONE = 0;", "OPEN = 3; }"),
    "order.proto:5: shop.v1.State.OPEN has the number 3, which is reserved",
  ],
  [
    "a name that two enums share",
    order("enum State { NONE = 0; }", "enum OrderKind {", "  NONE = 0;", "}"),
    "order.proto:5: shop.v1.OrderKind.NONE has the name of shop.v1.State.NONE, and values of an enum share the names around it: ORDER_KIND_NONE is usual",
  ],
  [
    "a default in proto3",
    order("message Order {", "  int32 a = 1 [default = 3];", "}"),
    "order.proto:4: shop.v1.Order.a has a default, and proto3 has none",
  ],
  [
    "a range that is twice reserved",
    order("message Order {", "  reserved 1 to 5, 4;", "}"),
    "order.proto:3: shop.v1.Order reserves 4 twice",
  ],
  [
    "a oneof without a field",
    order("message Order {", "  oneof some { }", "}"),
    "order.proto:4: shop.v1.Order.some has no field",
  ],
  [
    "a method with a type that is not there",
    order("service Orders {", "  rpc Get(Money)", "    returns (Nope);", "}"),
    'order.proto:4: there is no type "Nope", which shop.v1.Orders.Get names',
  ],
  [
    "a message that another file has",
    order("", "message Money { string a = 1; }"),
    "order.proto:4: shop.v1.Money has a name that is there already: shop/v1/money.proto:3",
  ],
  ...["constructor", "to_string"].map((name): [string, string, string] => [
    `a field ${name}`,
    order("message Order {", `  string ${name} = 1;`, "}"),
    `order.proto:4: "${name}" is a name that each object has in JavaScript, so no message would fit the type of this one; use another`,
  ]),
  [
    "an import that is missing",
    order("message Order { Money money = 1; }"),
    'order.proto:3: shop.v1.Order.money names shop.v1.Money of "shop/v1/money.proto", which is not imported',
  ],
];

for (const [what, text, said] of WRONG) {
  Deno.test(`checkContracts() says where there is ${what}`, () => {
    const root = "/contracts";
    const texts = new Map([
      ["shop/v1/money.proto", MONEY],
      ["shop/v1/order.proto", text],
    ]);

    const { message } = assertThrows(
      () => checkContracts({ root, texts }),
      UsageError,
    );
    const expected = `Cannot read the contracts:\n  ${join(root, "shop/v1/")}${
      said.replaceAll("FOLDER", root)
    }`;
    assertEquals(message.slice(0, expected.length), expected);
  });
}

Deno.test("checkContracts() takes contracts that import each other and Google's", () => {
  const text = order(
    'import "shop/v1/money.proto";',
    'import public "google/protobuf/timestamp.proto";',
    "message Order { Money price = 1; google.protobuf.Timestamp at = 2; }",
  );
  checkContracts({
    root: "/contracts",
    texts: new Map([
      ["shop/v1/money.proto", MONEY],
      ["shop/v1/order.proto", text],
    ]),
  });
});
