import { assertEquals } from "@std/assert";
import { bytes, readFlags } from "../../../runtime/program/flags.ts";
import { parseSize } from "../../../runtime/program/units.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";

/** Texts, and how many bytes they are: docker compose's units. */
const SIZES: [string, number | undefined][] = [
  ["0", 0],
  ["1000", 1_000],
  ["1000b", 1_000],
  ["10kB", 10_240],
  ["10kb", 10_240],
  ["10k", 10_240],
  ["10K", 10_240],
  ["10KiB", 10_240],
  ["10m", 10 * 2 ** 20],
  ["10MB", 10 * 2 ** 20],
  ["10 MiB", 10 * 2 ** 20],
  ["1.5g", 1.5 * 2 ** 30],
  ["1GiB", 2 ** 30],
  ["2t", 2 * 2 ** 40],
  ["0.3b", 0],
  ["10ib", undefined],
  ["10x", undefined],
  ["10 megs", undefined],
  ["-1k", undefined],
  ["k", undefined],
  ["", undefined],
];

for (const [text, size] of SIZES) {
  Deno.test(`parseSize() takes "${text}" for ${size} bytes`, () => {
    assertEquals(parseSize(text), size);
  });
}

Deno.test("a size means the same as a flag and in the config", () => {
  const flags = { size: bytes("a size", "1k", { min: 1, max: 2 ** 50 }) };
  for (const [text, size] of SIZES) {
    if (size === undefined || size === 0) continue;

    const flag = readFlags([`--size=${text}`], flags).flags.size;
    const { services } = parseConfig(
      `services: {a: {command: [x], mem_limit: ${text}}}`,
      { path: "/work/config.yaml", variables: {} },
    );

    assertEquals([flag, services.get("a")?.[0]?.memLimitBytes], [size, size]);
  }
});
