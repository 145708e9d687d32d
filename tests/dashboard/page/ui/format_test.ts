import { assertEquals } from "@std/assert";
import {
  count,
  formatAgo,
  formatBytes,
  formatClock,
  formatCpu,
  formatDuration,
  formatMoment,
  formatNumber,
  formatWhen,
  listed,
} from "../../../../dashboard/page/ui/format.ts";

/** With plain spaces. */
function plain(text: string): string {
  return text.replaceAll(/[\u2009\u202f]/g, " ");
}

Deno.test("formatNumber() groups by thin spaces", () => {
  assertEquals(
    [0, 999, 1_000, 1_234_567, -12_000, -0.2].map((each) =>
      plain(formatNumber(each))
    ),
    ["0", "999", "1 000", "1 234 567", "−12 000", "0"],
  );
  assertEquals(plain(formatNumber(12_345.678, 2)), "12 345.68");
});

Deno.test("sizes, shares and times have their units", () => {
  const mib = 1024 * 1024;

  assertEquals(
    [
      formatBytes(0),
      formatBytes(512),
      formatBytes(82.31 * mib),
      formatBytes(4_096 * mib),
      formatCpu(3.14),
      formatCpu(250),
      formatDuration(-5),
      formatDuration(59_999),
      formatDuration(200_000),
      formatDuration(7_500_000),
      formatDuration(90_000_000),
      formatAgo(3),
      formatAgo(61_000),
      formatAgo(2 * 86_400_000),
    ].map(plain),
    [
      "0 KiB",
      "0.5 KiB",
      "82.3 MiB",
      "4 096 MiB",
      "3.1 %",
      "250 %",
      "0 s",
      "59 s",
      "3 min 20 s",
      "2 h 05 min",
      "1 d 01 h",
      "just now",
      "1 min ago",
      "2 d ago",
    ],
  );
});

Deno.test("a time of another day has its day", () => {
  const at = new Date(2026, 2, 1, 4, 3, 7).getTime();
  const later = new Date(2026, 2, 2, 4, 3, 7).getTime();

  assertEquals([
    formatClock(at),
    formatMoment(at),
    formatWhen(at, at + 1_000),
    formatWhen(at, later),
  ], ["04:03:07", "2026-03-01 04:03:07", "04:03:07", "2026-03-01 04:03:07"]);
});

Deno.test("count() and listed() make words", () => {
  assertEquals([
    count(1, "entry", "entries"),
    count(2, "entry", "entries"),
    listed([]),
    listed(["a"]),
    listed(["a", "b", "c"]),
  ], ["1 entry", "2 entries", "", "a", "a, b and c"]);
});
