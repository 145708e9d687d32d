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
    'order.proto:5: there is no type "Monei", which shop.v1.Order names',
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
    "order.proto:3: duplicate id 1 in Type Order",
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
