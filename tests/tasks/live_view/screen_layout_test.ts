import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  firstRowOf,
  layoutOf,
} from "../../../tasks/live_view/screen_layout.ts";

for (
  const { rows, services, expected } of [
    { rows: 28, services: 3, expected: { tableRows: 3, logRows: 21 } },
    { rows: 28, services: 50, expected: { tableRows: 12, logRows: 12 } },
    { rows: 8, services: 3, expected: { tableRows: 2, logRows: 2 } },
    { rows: 4, services: 3, expected: { tableRows: 1, logRows: 2 } },
    { rows: 2, services: 3, expected: { tableRows: 1, logRows: 1 } },
    { rows: 1, services: 3, expected: { tableRows: 1, logRows: 0 } },
    { rows: 10, services: 0, expected: { tableRows: 0, logRows: 6 } },
  ]
) {
  Deno.test(`layoutOf() shares out ${rows} rows among ${services} services`, () => {
    const { tableRows, logRows } = layoutOf(rows, services);

    assertEquals({ tableRows, logRows }, expected);
  });
}

Deno.test("layoutOf() shares out every row", () => {
  const size = fc.integer({ min: 1, max: 200 });
  fc.assert(fc.property(size, size, fc.boolean(), (rows, services, has) => {
    const { tableRows, logRows, ...others } = layoutOf(rows, services, has);
    const single = Object.values(others).filter(Boolean).length;
    assertEquals(single + tableRows + logRows, rows);
    assert(tableRows >= 1 && logRows >= 0);
  }));
});

Deno.test("firstRowOf() keeps the selected row in sight, and no row empty", () => {
  fc.assert(
    fc.property(
      fc.nat(99),
      fc.nat(99),
      fc.nat(99),
      (selected, more, height) => {
        const rows = selected + 1 + more;
        const shown = Math.max(1, Math.min(rows, height));
        const first = firstRowOf(selected, rows, shown);
        assert(first <= selected && selected < first + shown);
        assert(first >= 0 && first + shown <= rows);
      },
    ),
  );
});
