/**
 * `deno task bench:supervisor`: measures the supervisor from outside, as a
 * user would see it: each figure is of a `supervise` process of its own.
 *
 * @module
 */

import { stringify } from "@std/yaml";
import { join } from "node:path";
import { eachLine } from "../runtime/process/output_lines.ts";
import { listProcesses, readStat } from "../runtime/process/process_group.ts";
import {
  type MemoryField,
  readMemory,
} from "../runtime/process/process_memory.ts";
import { pause } from "../runtime/program/abort.ts";
import { exitWith } from "../runtime/program/exit.ts";
import { readFlags } from "../runtime/program/flags.ts";
import { log, print } from "../runtime/program/log.ts";
import { openLogReader } from "../supervisor/logs/log_reader.ts";
import { BENCH_FLAGS } from "./bench/flags.ts";
import { median } from "./bench/statistics.ts";
import { SUPERVISE } from "./supervise/background.ts";
import { printHelp } from "./terminal/help.ts";
import { formatTable } from "./terminal/table.ts";

const FLOOD = new URL("./bench/floods_stdout.ts", import.meta.url).pathname;

/** What is measured; times in milliseconds. */
interface Figures {
  /** From kill -9 of a service to its new process, of each of several. */
  restartMs: number[];
  /** From the start of `supervise` to the 50th process; from SIGINT to its end. */
  fifty: { upMs: number; downMs: number };
  /** The supervisor's own, while 50 services run. */
  idle: { seconds: number; rssBytes: number; cpuMs: number };
  /** From the start of the flooding process to its last line in the log. */
  flood: {
    megabytes: number;
    elapsedMs: number;
    peakRssBytes: number;
    lines: number;
    lostOrTorn: number;
  };
  crashLoop: { seconds: number; starts: number; state: string };
  /** Processes of 3 services after kill -9 of the supervisor, and once more. */
  orphans: { afterKill: number; afterNextStart: number };
}

/** Runs the command. */
export async function benchSupervisor(argv: string[]): Promise<void> {
  const { json, quick, help } = readFlags(argv, BENCH_FLAGS).flags;
  if (help) {
    return printHelp(
      "bench:supervisor [flags]",
      "Measures the supervisor.",
      BENCH_FLAGS,
    );
  }
  const figures: Figures = {
    restartMs: await measureRestarts(quick ? 3 : 20),
    fifty: await measureFifty(),
    idle: await measureIdle(quick ? 5 : 20),
    flood: await measureFlood(quick ? 10 : 100),
    crashLoop: await measureCrashLoop(quick ? 5 : 30),
    orphans: await measureOrphans(),
  };
  print(json ? JSON.stringify(figures, undefined, 2) : describe(figures));
}

/** A `supervise` process, with what it says about its services. */
interface Supervised extends AsyncDisposable {
  pid: number;
  folder: string;
  startedAtMs: number;
  /** Resolves with the line once `count` lines have matched since the start. */
  said(
    pattern: RegExp,
    count?: number,
  ): Promise<{ line: string; atMs: number }>;
  kill(signal: Deno.Signal): void;
  ended: Promise<unknown>;
}

async function superviseServices(
  services: Record<string, unknown>,
  folder?: string,
): Promise<Supervised> {
  folder ??= await Deno.makeTempDir({ prefix: "denizen-bench-" });
  const config = join(folder, "config.yaml");
  await Deno.writeTextFile(config, stringify({ services }));
  const startedAtMs = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...SUPERVISE, "--plain", `--config=${config}`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines: { line: string; atMs: number }[] = [];
  let changed = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const line of eachLine(child.stderr)) {
      lines.push({ line, atMs: performance.now() });
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })();
  return {
    pid: child.pid,
    folder,
    startedAtMs,
    ended: Promise.all([child.status, reading]),
    kill: (signal) => child.kill(signal),
    async said(pattern, count = 1) {
      while (true) {
        const next = changed.promise;
        const found = lines.filter(({ line }) => pattern.test(line))[count - 1];
        if (found) return found;
        await next;
      }
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended
      }
      await Promise.all([child.status, reading]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const SLEEP = { command: ["sleep", "1000"] };

function sleepers(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`s${index}`, SLEEP]),
  );
}

async function measureRestarts(rounds: number): Promise<number[]> {
  log(`Killing ${rounds} services, one after the other`);
  await using supervised = await superviseServices(sleepers(rounds));
  await supervised.said(/started, pid/, rounds);
  await pause(1_200); // without a healthcheck, a second proves it healthy
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) {
    const started = new RegExp(`\\| s${index}: started, pid (\\d+)`);
    const { line } = await supervised.said(started);
    const killedAtMs = performance.now();
    Deno.kill(Number(started.exec(line)?.[1]), "SIGKILL");
    times.push((await supervised.said(started, 2)).atMs - killedAtMs);
  }
  return times;
}

async function measureFifty(): Promise<Figures["fifty"]> {
  log("Starting and stopping 50 services");
  await using supervised = await superviseServices(sleepers(50));
  const { atMs } = await supervised.said(/started, pid/, 50);
  await pause(500);
  const stoppedAtMs = performance.now();
  supervised.kill("SIGINT");
  await supervised.ended;
  return {
    upMs: atMs - supervised.startedAtMs,
    downMs: performance.now() - stoppedAtMs,
  };
}

async function measureIdle(seconds: number): Promise<Figures["idle"]> {
  log(`Watching the supervisor of 50 idle services for ${seconds} s`);
  await using supervised = await superviseServices(sleepers(50));
  await supervised.said(/started, pid/, 50);
  await pause(2_000);
  const before = await readStat(supervised.pid);
  await pause(seconds * 1_000);
  const after = await readStat(supervised.pid);
  return {
    seconds,
    rssBytes: await memoryOf(supervised.pid, "VmRSS"),
    // A clock tick is 10 ms.
    cpuMs: ((after?.cpuTicks ?? NaN) - (before?.cpuTicks ?? NaN)) * 10,
  };
}

async function measureFlood(megabytes: number): Promise<Figures["flood"]> {
  log(`Taking ${megabytes} MB of log lines from one service`);
  const lines = megabytes * 10_000;
  await using supervised = await superviseServices({
    ...sleepers(1),
    flood: {
      command: [Deno.execPath(), "run", FLOOD, String(lines)],
      restart: "no",
      logging: { max_size: "1GiB" },
    },
  });
  const started = await supervised.said(/flood: started/);
  const ended = await supervised.said(/flood: exited/);
  const peakRssBytes = await memoryOf(supervised.pid, "VmHWM");
  supervised.kill("SIGINT");
  await supervised.ended;
  let next = 0;
  let lostOrTorn = 0;
  using reader = openLogReader(
    join(supervised.folder, ".denizen", "logs"),
    "flood",
  );
  for await (const entries of reader.readNew()) {
    for (const { text } of entries) {
      if (text.length !== 99 || Number.parseInt(text) !== next) lostOrTorn++;
      next++;
    }
  }
  return {
    megabytes,
    elapsedMs: ended.atMs - started.atMs,
    peakRssBytes,
    lines: next,
    lostOrTorn: lostOrTorn + Math.abs(lines - next),
  };
}

async function measureCrashLoop(
  seconds: number,
): Promise<Figures["crashLoop"]> {
  log(`Watching a crash loop for ${seconds} s`);
  await using supervised = await superviseServices({
    ...sleepers(1),
    crash: { command: ["false"] },
  });
  await supervised.said(/crash: started/);
  let starts = 0;
  const counting = (async () => {
    while (true) {
      await supervised.said(/crash: started/, starts + 1);
      starts++;
    }
  })();
  counting.catch(() => {});
  const gaveUp = supervised.said(/crash: restarted \d+ times/);
  const state = await Promise.race([
    gaveUp.then(() => "failed"),
    pause(seconds * 1_000).then(() => "restarting"),
  ]);
  return { seconds, starts, state };
}

async function measureOrphans(): Promise<Figures["orphans"]> {
  log("Killing the supervisor of 3 services, then starting it again");
  const folder = await Deno.makeTempDir({ prefix: "denizen-bench-" });
  // A name that finds these processes and no others.
  const seconds = String(100_000 + Deno.pid);
  const services = Object.fromEntries(
    ["a", "b", "c"].map((name) => [name, { command: ["sleep", seconds] }]),
  );
  const first = await superviseServices(services, folder);
  await first.said(/started, pid/, 3);
  first.kill("SIGKILL");
  await first.ended;
  await pause(2_000);
  const afterKill = await countSleeping(seconds);
  await using second = await superviseServices(services, folder);
  await second.said(/started, pid/, 3);
  return { afterKill, afterNextStart: await countSleeping(seconds) };
}

async function countSleeping(seconds: string): Promise<number> {
  let count = 0;
  for (const { pid } of await listProcesses() ?? []) {
    const words = await Deno.readTextFile(`/proc/${pid}/cmdline`)
      .catch(() => "");
    if (words.endsWith(`sleep\0${seconds}\0`)) count++;
  }
  return count;
}

async function memoryOf(pid: number, field: MemoryField): Promise<number> {
  return await readMemory(pid, field) ?? NaN;
}

function describe(figures: Figures): string {
  const { restartMs, fifty, idle, flood, crashLoop, orphans } = figures;
  const ms = (value: number) => `${Math.round(value)} ms`;
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return formatTable([
    ["MEASURED", "DENIZEN", "OTHERS, ON A MACHINE OF THIS KIND"],
    [
      "kill -9 to the new process",
      `${ms(median(restartMs))} (worst ${
        ms(Math.max(...restartMs))
      } of ${restartMs.length})`,
      "runit 4 ms, pm2 11 ms, supervisord 1,008 ms",
    ],
    [
      "50 services up, down",
      `${ms(fifty.upMs)}, ${ms(fifty.downMs)}`,
      "runit 57 and 36 ms, s6 158 and 217, supervisord 700 and 191, pm2 719 and 3,406",
    ],
    [
      `idle with 50, ${idle.seconds} s`,
      `${mb(idle.rssBytes)}, ${idle.cpuMs} ms CPU`,
      "20 s: supervisord 31 MB and 7 ms, pm2 57 MB and 58 ms",
    ],
    [
      `${flood.megabytes} MB of log lines`,
      `${ms(flood.elapsedMs)}, peak ${
        mb(flood.peakRssBytes)
      }, ${flood.lostOrTorn} of ${flood.lines} lost or torn`,
      "100 MB: supervisord 200 to 900 ms, pm2 600 to 5,300 ms at 125 MB",
    ],
    [
      `crash loop, ${crashLoop.seconds} s`,
      `${crashLoop.starts} starts, then ${crashLoop.state}`,
      "30 s: supervisord 4, pm2 16 in 0.5 s, runit 30 and so on for ever",
    ],
    [
      "processes after kill -9 of the supervisor of 3, after its next start",
      `${orphans.afterKill}, ${orphans.afterNextStart}`,
      "all leave 3; pm2 and supervisord then run 6",
    ],
  ]).trimEnd();
}

if (import.meta.main) await exitWith(() => benchSupervisor(Deno.args));
