import { assertEquals } from "@std/assert";
import { abortsOnGoaway } from "../../../runtime/rpc/deno_version.ts";

const VERSIONS: [string, boolean][] = [
  ["2.8.3", false],
  ["2.9.0", false],
  ["2.9.3", false],
  ["2.9.3+8a1b2c3", false],
  ["2.9.4", true],
  ["2.9.4-rc.1", true],
  ["2.9.6", true],
  ["2.10.0", true],
  ["3.0.0", true],
  ["1.46.3", false],
];

for (const [version, aborts] of VERSIONS) {
  Deno.test(`abortsOnGoaway() is ${aborts} for ${version}`, () => {
    assertEquals(abortsOnGoaway(version), aborts);
  });
}
