import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { chooseColumns, GAP } from "../../../tasks/live_view/columns.ts";
import { SERVICES } from "./services.ts";

for (
  const { width, expected } of [
    {
      width: 98,
      expected: "NAME STATE RESTARTS PID UPTIME CPU MEMORY ADDRESS",
    },
    { width: 78, expected: "NAME STATE RESTARTS PID UPTIME CPU MEMORY" },
    { width: 70, expected: "NAME STATE RESTARTS UPTIME CPU MEMORY" },
    { width: 58, expected: "NAME STATE RESTARTS UPTIME CPU" },
    { width: 38, expected: "NAME STATE UPTIME" },
    { width: 24, expected: "NAME STATE" },
    { width: 10, expected: "NAME" },
  ]
) {
  Deno.test(`chooseColumns() shows ${expected} in ${width} columns`, () => {
    const titles = chooseColumns(SERVICES, width).map(({ title }) => title);

    assertEquals(titles.join(" "), expected);
  });
}

Deno.test("chooseColumns() cuts the name to make room for the state", () => {
  const [name, state] = chooseColumns(SERVICES, 24);

  assertEquals([name?.width, state?.width], [11, 11]);
});

Deno.test("chooseColumns() cuts a long name to make room for other columns", () => {
  const services = [{ ...SERVICES[0]!, name: "n".repeat(60) }];

  const [name, ...others] = chooseColumns(services, 78);

  assertEquals(name?.width, 26);
  assertEquals(others.at(-1)?.title, "MEMORY");
});

Deno.test("chooseColumns() never takes more than there is", () => {
  fc.assert(fc.property(fc.nat(200), (width) => {
    const columns = chooseColumns(SERVICES, width);
    const gaps = GAP * Math.max(0, columns.length - 1);
    assert(columns.reduce((sum, each) => sum + each.width, gaps) <= width);
  }));
});
