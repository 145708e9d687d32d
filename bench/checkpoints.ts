/**
 * Measures the store of checkpoints alone: what a save costs, what a log that is
 * written anew costs, and what is read when a run goes on.
 *
 *   deno run -A bench/checkpoints.ts --groups=1000000 --bytes=400 --share=0.1
 *
 * It saves as a run would that does so each second: of so many groups with so
 * many bytes each, a share has changed since the last save. "held" is how long
 * the stage does nothing else.
 *
 * @module
 */

import process from "node:process";
import { integer, readFlags, text } from "../runtime/program/flags.ts";
import { print } from "../runtime/program/log.ts";
import {
  type CheckpointRecord,
  openCheckpoints,
} from "../stages/aggregate/checkpoint.ts";
import { CHECKPOINT_FILES } from "../stages/aggregate/checkpoint_files.ts";
import { median } from "../tasks/bench/statistics.ts";

const { flags } = readFlags(Deno.args, {
  groups: integer("groups that are held", 100_000, { min: 1, max: 10_000_000 }),
  bytes: integer("bytes of each", 60, { min: 1, max: 100_000 }),
  share: text("share of them that changes from save to save", "0.1"),
  saves: integer("saves", 12, { min: 2, max: 10_000 }),
});
const { groups, bytes, saves } = flags;
const changes = Math.max(1, Math.round(groups * Number(flags.share)));
const state = new Uint8Array(groups * bytes);

function* records(from: number, count: number): Generator<CheckpointRecord> {
  for (let index = from; index < from + count; index++) {
    const id = index % groups;
    yield { id, bytes: state.subarray(id * bytes, (id + 1) * bytes) };
  }
}

/** What one save has cost. */
interface Cost {
  heldMs: number;
  wholeMs: number;
  cpuMs: number;
  megabytes: number;
}

/** CPU time of this process, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const folder = await Deno.makeTempDir({ prefix: "denizen-checkpoints-" });
const newest = `${folder}/${CHECKPOINT_FILES[0]}`;
const store = openCheckpoints(folder);
const appended: Cost[] = [];
const anew: Cost[] = [];

async function saveOnce(save: number): Promise<void> {
  const from = (save * changes) % groups;
  for (let index = from; index < from + changes; index++) {
    state[(index % groups) * bytes + save % bytes]!++;
  }
  const before = save === 0 ? 0 : (await Deno.stat(newest)).size;
  let isAnew = false;
  const startMs = performance.now();
  const startCpuMs = cpuMs();
  const saving = store.save({
    run: "bench",
    kept: { bytes: 0, file: "" },
    head: { save },
    changed: records(from, changes),
  }, () => {
    isAnew = true;
    return records(0, groups);
  });
  const heldMs = performance.now() - startMs;
  await saving;
  const wholeMs = performance.now() - startMs;
  const { size } = await Deno.stat(newest);
  (isAnew ? anew : appended).push({
    heldMs,
    wholeMs,
    cpuMs: cpuMs() - startCpuMs,
    megabytes: (isAnew ? size : size - before) / 1e6,
  });
}

function describe(what: string, costs: Cost[]): string {
  if (costs.length === 0) return `${what}: none`;
  const of = (name: keyof Cost) =>
    median(costs.map((each) => each[name])).toFixed(1);
  return `${what} (${costs.length}): held ${of("heldMs")} ms, CPU ${
    of("cpuMs")
  } ms, on disk after ${of("wholeMs")} ms, ${of("megabytes")} MB`;
}

async function load(): Promise<string> {
  const startMs = performance.now();
  const loaded = await openCheckpoints(folder).load("bench");
  const scannedMs = performance.now() - startMs;
  let count = 0;
  for (const record of loaded!.records) count += record.bytes.length / bytes;
  const wholeMs = performance.now() - startMs;
  const megabytes = (await Deno.stat(newest)).size / 1e6;
  return `load: ${scannedMs.toFixed(1)} ms to check, ${
    wholeMs.toFixed(1)
  } ms in all, ${count} groups from ${megabytes.toFixed(1)} MB`;
}

try {
  for (let save = 0; save < saves; save++) await saveOnce(save);
  print(`${groups} groups of ${bytes} bytes, ${changes} change`);
  print(`  ${describe("appended", appended)}`);
  print(`  ${describe("written anew", anew)}`);
  print(`  ${await load()}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
