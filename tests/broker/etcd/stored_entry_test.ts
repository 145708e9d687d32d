import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import {
  placeOf,
  readEntry,
  writeEntry,
} from "../../../broker/etcd/stored_entry.ts";
import { Fault } from "../../../runtime/program/errors.ts";

const PLACE = { service: "a.B", instance: "10.0.0.1:80" };

Deno.test("an entry is read as it was written, in the form that Go reads", () => {
  const entry = {
    ...PLACE,
    address: "10.0.0.1:80",
    version: "1.0.0",
    metadata: { language: "typescript" },
    registeredMs: 7,
  };
  const holder = { who: "10.0.0.1:4711", since: new Date(9) };

  const value = writeEntry({ entry, holder });

  assertEquals(
    value.toString(),
    '{"Op":0,"Addr":"10.0.0.1:80","Metadata":{"version":"1.0.0","registeredMs":7,"heldBy":"10.0.0.1:4711","heldSinceMs":9,"metadata":{"language":"typescript"}}}',
  );
  assertEquals(readEntry(PLACE, value), { entry, holder });
});

for (
  const [metadata, read] of [
    ["null", {}],
    ["7", {}],
    ['["a"]', {}],
    ['{"zone":"eu","weight":3,"inner":{"a":"b"}}', { zone: "eu" }],
    // What ours say in part only is not one of ours.
    ['{"version":7,"metadata":{"a":"b"}}', {}],
  ] as const
) {
  Deno.test(`an entry of another program is read, with the texts of its metadata: ${metadata}`, () => {
    const value = Buffer.from(`{"Addr":"h:1","Metadata":${metadata}}`);

    const { entry, holder } = readEntry(PLACE, value);

    assertEquals(entry, {
      ...PLACE,
      address: "h:1",
      version: "",
      metadata: read,
    });
    assertEquals(holder, { who: "another program", since: undefined });
  });
}

for (
  const value of [
    "",
    "h:1",
    "null",
    "[]",
    '{"Addr":1}',
    '{"Op":1,"Addr":"h:1"}',
    '{"Op":0,"Addr":":80"}',
    `{"Op":0,"Addr":"h:1","Metadata":{"a":"\u202e"}}`,
  ]
) {
  Deno.test(`what cannot be registered is no entry: ${value}`, () => {
    const fault = assertThrows(
      () => readEntry(PLACE, Buffer.from(value)),
      Fault,
    );

    assertEquals(fault.code, "invalid");
  });
}

Deno.test("placeOf() finds service and instance in a key, whatever it holds", () => {
  const places = ["s/a.B/h:1", "s/a.B/unix:/x/y", "s/a.B", "s//x", "s/a/"]
    .map((key) => placeOf("s", Buffer.from(key)));

  assertEquals(places, [
    { service: "a.B", instance: "h:1" },
    { service: "a.B", instance: "unix:/x/y" },
    undefined,
    undefined,
    { service: "a", instance: "" },
  ]);
});
