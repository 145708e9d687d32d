import { assertEquals } from "@std/assert";
import type { Schema } from "../../../proto/pipeline/batches.ts";
import {
  type Field,
  findField,
  isField,
} from "../../../stages/rules/fields.ts";
import { builtInSchema, keyField } from "../../../stages/schema/schema.ts";

const BUILT_IN = builtInSchema(["click"]);

const FIELDS: Record<string, boolean> = {
  "type": true,
  "value": true,
  "metadata.a": true,
  "metadata.a-b.c_d.0": true,
  "metadata.__proto__": true,
  "metadata": false,
  "metadata.": false,
  "metadata.a..b": false,
  "metadata.a b": true,
  "metadata.ä.größe": true,
  "type ": false,
  "type\n": false,
  "types": false,
  "key": false,
  "__proto__": false,
};

for (const [field, allowed] of Object.entries(FIELDS)) {
  Deno.test(`isField() ${allowed ? "takes" : "refuses"} ${JSON.stringify(field)} of the events built in`, () => {
    assertEquals(isField(field, BUILT_IN), allowed);
  });
}

const CUSTOM: Schema = {
  time: { path: ["at"], format: "epoch_s", required: false },
  keys: [
    { ...keyField(["status"], "code"), required: true },
    { ...keyField(["kind"]), oneOf: ['"a"', '"b"', "null"] },
    { ...keyField(["mixed"]), oneOf: ['"a"', "1"] },
    keyField(["http..host"], "host"),
    keyField(["user"]),
    keyField(["at"], "when"),
    keyField(["ms"], "how long"),
  ],
  values: [
    { name: "ms", path: ["ms"], as: "number", of: ["sum"], required: true },
    {
      name: "x",
      path: ["a", "b"],
      as: "integer",
      of: ["sum"],
      required: false,
    },
  ],
  required: [
    { path: ["user"], as: "text" },
    { path: ["ok"], as: "boolean" },
    { path: ["thing"], as: "" },
  ],
  maxGroups: 10,
  other: false,
  builtIn: false,
  windows: null,
};

const FOUND: Record<string, Omit<Field, "path">> = {
  status: { kind: "any", isRequired: true, from: "key", number: 0 },
  code: { kind: "any", isRequired: false, from: "column", number: -1 },
  kind: { kind: "text", isRequired: false, from: "key", number: 1 },
  mixed: { kind: "any", isRequired: false, from: "key", number: 2 },
  "http..host": { kind: "any", isRequired: false, from: "key", number: 3 },
  user: { kind: "text", isRequired: true, from: "key", number: 4 },
  at: { kind: "time", isRequired: false, from: "column", number: -1 },
  ms: { kind: "number", isRequired: true, from: "key", number: 6 },
  "a.b": { kind: "number", isRequired: false, from: "value", number: 1 },
  a: { kind: "any", isRequired: false, from: "column", number: -1 },
  ok: { kind: "boolean", isRequired: true, from: "column", number: -1 },
  thing: { kind: "any", isRequired: false, from: "column", number: -1 },
};

for (const [name, expected] of Object.entries(FOUND)) {
  Deno.test(`findField() knows what "${name}" is`, () => {
    const { path, ...found } = findField(name, CUSTOM);

    assertEquals(found, expected);
    assertEquals(path.join("."), name);
    assertEquals(isField(name, CUSTOM), true);
  });
}

Deno.test("findField() knows that each event in a window has a time", () => {
  const windows = { sizeMs: 1_000, offsetMs: 0 };

  assertEquals(findField("at", { ...CUSTOM, windows }).isRequired, true);
});

Deno.test("isField() refuses what is no path", () => {
  for (const field of ["", ".", "a.", ".a", "a..b"]) {
    assertEquals(isField(field, CUSTOM), false, field);
  }
});
