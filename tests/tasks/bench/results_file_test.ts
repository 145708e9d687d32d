import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import type { BenchDocument } from "../../../tasks/bench/document.ts";
import type { LatencyDocument } from "../../../tasks/bench/latency_document.ts";
import type { PeersDocument } from "../../../tasks/bench/peers/document.ts";
import {
  readResults,
  withLatency,
  withPeers,
  withThroughput,
  writeResults,
} from "../../../tasks/bench/results_file.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const MACHINE = {
  cpu: "Abacus",
  cores: 2,
  memoryBytes: 1,
  os: "linux",
  deno: "2.9.3",
  v8: "14.9",
};

function throughput(date: string): BenchDocument {
  return {
    command: "bench",
    date,
    quick: false,
    machine: MACHINE,
    monolithBatch: 1_000,
    elapsedMs: 1,
    rows: [],
  };
}

function latency(date: string): LatencyDocument {
  return {
    date,
    quick: true,
    machine: MACHINE,
    rate: 1,
    feedMs: 1,
    elapsedMs: 1,
    rows: [],
  };
}

function peers(date: string): PeersDocument {
  return {
    date,
    quick: true,
    machine: MACHINE,
    elapsedMs: 1,
    programs: [],
    missing: [],
    inputs: [],
  };
}

Deno.test("a bench replaces its own part of the results, and keeps the others", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.json");
  const add = async (part: "old" | "new") => {
    await writeResults(
      path,
      withThroughput(await readResults(path), throughput(part)),
    );
    await writeResults(
      path,
      withLatency(await readResults(path), latency(part)),
    );
    await writeResults(path, withPeers(await readResults(path), peers(part)));
  };

  await add("old");
  await add("new");

  assertEquals(await readResults(path), {
    ...throughput("new"),
    latency: latency("new"),
    peers: peers("new"),
  });
  await writeResults(
    path,
    withThroughput(await readResults(path), throughput("newer")),
  );
  assertEquals((await readResults(path)).latency, latency("new"));
  assertEquals((await readResults(path)).peers, peers("new"));
});

Deno.test("readResults() refuses what is not from a bench", async () => {
  await using folder = await tempFolder();
  const path = folder.file("results.json");
  const cases: [string, RegExp][] = [
    ["{", /^Cannot add to ".*": it is not JSON; move it away$/],
    ["[]", /^Cannot add to ".*": it is not from a bench; move it away$/],
    ["null", /^Cannot add to ".*": it is not from a bench; move it away$/],
    ['{"command":"x"}', /it is not from a bench/],
  ];
  for (const [text, message] of cases) {
    await Deno.writeTextFile(path, text);

    const error = await assertRejects(() => readResults(path), UsageError);

    assertEquals(message.test(error.message), true, error.message);
  }
});
