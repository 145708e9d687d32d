import { assertEquals } from "@std/assert";
import { scalarAt } from "../../../stages/parse/fields.ts";

const EVENT = JSON.parse(`{
  "ts": "2026-01-01T00:00:00.250Z",
  "user": "u1",
  "metadata": {
    "page": "/home", "depth": 3, "ok": false, "none": null, "list": [1],
    "inner": { "deep": "x" }, "huge": 1e400,
    "__proto__": { "own": 1 }, "constructor": "mine"
  }
}`);

const READ: [field: string, value: unknown][] = [
  ["ts", "2026-01-01T00:00:00.250Z"],
  ["user", "u1"],
  ["metadata.page", "/home"],
  ["metadata.depth", 3],
  ["metadata.ok", false],
  ["metadata.none", null],
  ["metadata.list", null],
  ["metadata.list.0", null],
  ["metadata.list.length", null],
  ["metadata.inner", null],
  ["metadata.inner.deep", "x"],
  ["metadata.inner.deep.length", null],
  ["metadata.page.length", null],
  ["metadata.missing", null],
  ["metadata.missing.deeper", null],
  ["metadata.__proto__", null],
  ["metadata.__proto__.own", 1],
  ["metadata.__proto__.toString", null],
  ["metadata.constructor", "mine"],
  ["metadata.constructor.name", null],
  ["metadata.toString", null],
  ["metadata.inner.constructor", null],
  ["metadata.inner.__proto__", null],
  ["metadata.huge", null],
];

for (const [field, value] of READ) {
  Deno.test(`scalarAt() reads ${field} as ${value}`, () => {
    assertEquals<unknown>(scalarAt(EVENT, field.split(".")), value);
  });
}

Deno.test("scalarAt() reads null where the metadata is no object", () => {
  for (const metadata of [undefined, null, "text", 5, []]) {
    assertEquals(scalarAt({ metadata }, ["metadata", "page"]), null);
  }
});
