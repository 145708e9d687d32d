import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { schemaOfFlags } from "../../../stages/schema/schema_flags.ts";

Deno.test("three flags say what the events are", () => {
  assertEquals(
    schemaOfFlags({
      time: "at:epoch_s",
      key: "route,response.status",
      value: "ms:p95+avg,bytes:sum",
    }),
    {
      time: { path: ["at"], format: "epoch_s", required: true },
      keys: [
        { name: "route", path: ["route"], oneOf: [], required: false },
        {
          name: "status",
          path: ["response", "status"],
          oneOf: [],
          required: false,
        },
      ],
      values: [
        {
          name: "ms",
          path: ["ms"],
          as: "number",
          of: ["p95", "avg"],
          required: false,
        },
        {
          name: "bytes",
          path: ["bytes"],
          as: "number",
          of: ["sum"],
          required: false,
        },
      ],
      required: [],
      maxGroups: 100_000,
      other: false,
      builtIn: false,
      windows: null,
    },
  );
});

for (
  const [flags, message] of [
    [{}, "Cannot use these events: expected a key, values, or a time"],
    [{ time: "t:iso" }, '"iso" is no format of a time; these are: rfc3339'],
    [{ time: "t:epoch_mss" }, 'did you mean "epoch_ms"?'],
    [{ key: "a,,b" }, "Cannot read --key=a,,b: expected fields with commas"],
    [{ key: "a..b" }, "Cannot read --key=a..b: expected a field"],
    [{ key: "a,x.a" }, '"a" is there already, as key[0]; give one another'],
    [{ value: "ms" }, "expected a field and its figures, such as ms:p95+avg"],
    [{ value: "ms:" }, "expected a field and its figures"],
    [{ value: "ms:average" }, '"average" is no figure; these are: count, sum'],
    [{ value: "ms:summ" }, '"summ" is no figure; did you mean "sum"?'],
    [{ value: "ms:p95+p101" }, '"p101" is no figure'],
  ] as const
) {
  Deno.test(`flags that are wrong are told so: ${JSON.stringify(flags)}`, () => {
    assertThrows(() => schemaOfFlags(flags), UsageError, message);
  });
}
