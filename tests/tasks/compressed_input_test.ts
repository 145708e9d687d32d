/** Compressed inputs through both commands, and through a break. */

import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { runFolder, runToEnd, runWell } from "../support/runs.ts";
import { tempFolder } from "../support/temp_folder.ts";

const LINES = Array.from(
  { length: 40_000 },
  (_, at) =>
    at % 1_000 === 7
      ? `line ${at} is none\n`
      : `{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u${at}","value":${at}}\n`,
);

Deno.test("pipeline and monolith read gzip and zstd as what is in it, also when ingest dies", async () => {
  await using folder = await tempFolder();
  const [head, tail] = [LINES.slice(0, 15_000), LINES.slice(15_000)]
    .map((lines) => Buffer.from(lines.join("")));
  const path = folder.file("events");
  await Deno.writeFile(
    path,
    Buffer.concat([gzipSync(head!), gzipSync(tail!)]),
  );

  await using broken = await runFolder();
  const { code, stderr } = await runToEnd("pipeline", broken, [
    `--input=${path}`,
    "--chaos=ingest@40%",
    "--batch=1000",
  ]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /going on from event .* \(recovery 1 of 10\)/);
  const file = {
    results: await Deno.readTextFile(broken.output),
    rejects: await Deno.readTextFile(broken.rejects),
  };
  const piped = await runWell("monolith", ["--input=-"], {
    input: Buffer.concat([zstdCompressSync(head!), zstdCompressSync(tail!)]),
  });
  await Deno.writeFile(path, Buffer.concat([head!, tail!]));
  const plain = await runWell("monolith", [`--input=${path}`]);

  assertEquals(plain.report.rejected, 40);
  for (const { results, rejects } of [file, piped]) {
    assertEquals(results, plain.results);
    assertEquals(rejects, plain.rejects);
  }
});
