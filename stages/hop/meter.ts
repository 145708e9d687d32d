/**
 * Measures one stage of one run, for its report.
 *
 * CPU times are differences of the process's own CPU clock, so a process that
 * had to wait for a core does not count the wait as work. Reading that clock
 * takes longer than the work on a small batch does, so it is read where the
 * stage begins and ends to wait: of the CPU time between, the stage's own work
 * has the share that it has of the wall time. Where it waits thousands of times a
 * second even that is too often: some stretches are measured, and the others
 * taken to be like them. So it is with the wall time of the work itself, where
 * batches are small and many (sampling.ts).
 *
 * @module
 */

import process from "node:process";
import type { Opening } from "../../proto/pipeline/batches.ts";
import type { Latency } from "../../proto/types/pipeline/v1/Latency.ts";
import type { StageLook } from "../../proto/types/pipeline/v1/StageLook.ts";
import type { StageReport } from "../../proto/types/pipeline/v1/StageReport.ts";
import type { StageName } from "../names.ts";
import { CLOCKS } from "./clocks.ts";
import { createCrossing, type Crossing } from "./crossing.ts";
import { createLatencies, type Latencies } from "./latencies.ts";
import type { Monitor } from "./monitor.ts";
import { createSampling, tookTogether } from "./sampling.ts";

/** Counts and clocks of one stage; the callers add to the counts. */
export interface Meter {
  eventsIn: number;
  eventsOut: number;
  bytesIn: number;
  bytesOut: number;
  batches: number;
  /** Events of the input that are behind it; undefined before the first batch. */
  reached: number | undefined;
  /** How many streams it measures; the process waits when all of them do. */
  streams: number;
  /** What is on its way to the next stage. */
  readonly crossing: Crossing;
  /** Runs the stage's own work and counts its CPU time as processing. */
  processing<T>(work: () => T): T;
  /** The same for work that waits, such as writing a file. */
  processingAsync<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Waits within {@linkcode processingAsync}, for a file or a pipe: what CPU
   * time that takes is processing, the waiting itself is not.
   */
  reading<T>(read: () => Promise<T>): Promise<T>;
  /** Runs an encoder or decoder and counts its time. */
  codec<T>(work: () => T): T;
  /** Counts time that a decoder took before the meter was at hand. */
  addCodec(tookMs: number): void;
  /** Waits, and counts the time as waiting. */
  waiting<T>(wait: Promise<T>): Promise<T>;
  /**
   * Notes how long a batch took from arrival to being passed on.
   *
   * @param batches How many it stands for. @default {1}
   */
  batchDone(tookMs: number, batches?: number): void;
  /**
   * Notes that events have come to their end: how long ago the first of them
   * was read, and the last.
   */
  eventsDone(count: number, read: { firstMs?: number; lastMs?: number }): void;
  /** What was measured until now. */
  report(): StageReport;
  /** The same in short, while it goes on; changes nothing of what is measured. */
  look(): Omit<StageLook, "name" | "timeMs">;
}

/** The least time from a stretch that was measured to the next, in milliseconds. */
const MEASURE_AGAIN_MS = 2;
/** By so many points the latencies of the events of a batch are told. */
const LATENCY_STEPS = 8;
/** By one, where they are within so small a part of it: the digits that count. */
const LATENCY_PARTS = 100;
/**
 * Starts measuring.
 *
 * @param name The stage.
 * @param worker Which of the stage's processes this is; 0 for the only one.
 * @param clocks Where the times come from. @default {those of the process}
 */
export function createMeter(
  name: StageName,
  worker = 0,
  clocks = CLOCKS,
): Meter {
  const { cpuMs, wallMs } = clocks;
  const cpuAtStart = cpuMs();
  const latency = createLatencies();
  const eventLatency = createLatencies();
  const crossing = createCrossing();
  const sinceMs = performance.timeOrigin + performance.now();
  // The stretch between two waits: its begin, and the wall time of its work.
  let stretch: { cpu: number; wall: number } | undefined = {
    cpu: cpuAtStart,
    wall: wallMs(),
  };
  let workMs = 0;
  const works = createSampling();
  const codings = createSampling();
  const ends = createSampling();
  /** The work of the stretches that were measured, and of the others. */
  const measured = { workMs: 0, cpuMs: 0, againMs: -Infinity };
  let otherWorkMs = 0;
  let workSince: number | undefined;
  /** Names the call of processingAsync() that is under way. */
  let asyncWork: symbol | undefined;
  let processingMs = 0;
  let codecMs = 0;
  let waitingMs = 0;
  let waits = 0;
  let idleFromMs: number | undefined;
  const changeWaits = (by: number, streams: number) => {
    waits += by;
    const idle = waits >= streams;
    if (idle === (idleFromMs !== undefined)) return;
    const nowMs = wallMs();
    if (idleFromMs !== undefined) waitingMs += nowMs - idleFromMs;
    idleFromMs = idle ? nowMs : undefined;
  };

  /** Ends a stretch, and begins the next one; which is measured if it must be. */
  const settle = () => {
    const wall = wallMs();
    const must = asyncWork !== undefined || wall >= measured.againMs;
    const cpu = stretch || must ? cpuMs() : NaN;
    if (!stretch) otherWorkMs += workMs;
    else if (workMs > 0) {
      // More than all of it where what was timed stands for work before.
      const share = workMs / (wall - stretch.wall);
      measured.cpuMs += (cpu - stretch.cpu) * share;
      measured.workMs += workMs;
      measured.againMs = wall + MEASURE_AGAIN_MS;
    }
    workMs = 0;
    stretch = must ? { cpu, wall } : undefined;
    // One without work says nothing of work.
    if (must) works.force();
  };
  const begin = () => {
    workSince = wallMs();
  };
  /** Ends a piece of work that stands for so many. */
  const end = (pieces = 1) => {
    if (workSince !== undefined) workMs += pieces * (wallMs() - workSince);
    workSince = undefined;
  };

  /** CPU time of the stage's own work, of `usedMs` in all. */
  const ownMs = (usedMs: number, unsettledMs: number) => {
    const ratio = measured.workMs > 0 ? measured.cpuMs / measured.workMs : 1;
    // Stretches that are like others only on the whole may come to more.
    return Math.min(
      processingMs + measured.cpuMs + (otherWorkMs + unsettledMs) * ratio,
      usedMs,
    );
  };

  return {
    eventsIn: 0,
    eventsOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    batches: 0,
    reached: undefined,
    streams: 1,
    crossing,
    processing(work) {
      const pieces = works.next();
      if (pieces === 0) return work();
      begin();
      works.began(workSince!);
      const result = work();
      end(pieces);
      return result;
    },
    async processingAsync(work) {
      asyncWork = Symbol();
      begin();
      const result = await work();
      end();
      asyncWork = undefined;
      return result;
    },
    async reading(read) {
      end();
      settle();
      const within = asyncWork;
      const result = await read();
      // The work may have gone on without it.
      if (asyncWork !== within) return result;
      if (stretch) processingMs += cpuMs() - stretch.cpu;
      settle();
      begin();
      return result;
    },
    codec(work) {
      const pieces = codings.next();
      if (pieces === 0) return work();
      const start = wallMs();
      codings.began(start);
      const result = work();
      codecMs += tookTogether(wallMs() - start, pieces);
      return result;
    },
    addCodec(tookMs) {
      codecMs += tookMs;
    },
    async waiting(wait) {
      settle();
      changeWaits(1, this.streams);
      try {
        return await wait;
      } finally {
        changeWaits(-1, this.streams);
        settle();
      }
    },
    batchDone(tookMs, batches = 1) {
      latency.record(tookMs, batches);
    },
    eventsDone(count, { firstMs, lastMs }) {
      if (!firstMs || !lastMs || count === 0) return;
      const batches = ends.next();
      if (batches === 0) return;
      const now = performance.now();
      ends.began(now);
      const nowMs = performance.timeOrigin + now;
      const spreadMs = lastMs - firstMs;
      if (spreadMs * LATENCY_PARTS <= nowMs - lastMs) {
        return eventLatency.record(nowMs - firstMs, count * batches);
      }
      const steps = Math.min(count, LATENCY_STEPS);
      for (let step = 0; step < steps; step++) {
        // What came in between is taken to have come evenly.
        const readMs = firstMs + spreadMs * step / Math.max(1, steps - 1);
        eventLatency.record(
          nowMs - readMs,
          Math.max(1, Math.round(count * batches / steps)),
        );
      }
    },
    report() {
      settle();
      const usedMs = cpuMs() - cpuAtStart;
      return {
        name,
        ...(worker > 0 ? { worker } : {}),
        eventsIn: this.eventsIn,
        eventsOut: this.eventsOut,
        bytesIn: this.bytesIn,
        bytesOut: this.bytesOut,
        batches: this.batches,
        processingMs: ownMs(usedMs, 0),
        codecMs,
        waitingMs,
        cpuMs: usedMs,
        // resourceUsage() gives kilobytes.
        peakRssBytes: process.resourceUsage().maxRSS * 1_024,
        ...(latency.count > 0 ? { batchLatency: percentilesOf(latency) } : {}),
        ...(eventLatency.count > 0
          ? { eventLatency: percentilesOf(eventLatency) }
          : {}),
      };
    },
    look() {
      const nowMs = wallMs();
      const usedMs = cpuMs() - cpuAtStart;
      const working = workSince === undefined ? 0 : nowMs - workSince;
      const own = ownMs(usedMs, workMs + working);
      return {
        sinceMs,
        ...(this.reached === undefined ? {} : { reached: this.reached }),
        ownMs: own,
        ipcMs: usedMs - own,
        waitMs: waitingMs +
          (idleFromMs === undefined ? 0 : nowMs - idleFromMs),
        // The last stage sends nothing.
        ...(name === "sink" ? {} : { onItsWay: crossing.onItsWay }),
        ...(latency.count > 0 ? { latency: percentilesOf(latency) } : {}),
      };
    },
  };
}

function percentilesOf({ percentileMs, maxMs }: Latencies): Latency {
  return {
    p50Ms: percentileMs(50),
    p95Ms: percentileMs(95),
    p99Ms: percentileMs(99),
    maxMs,
  };
}

/** Hands out the meters of a stage. */
export interface Meters {
  /** The meter of a stream, until the end of the block. */
  take(opening: Opening): Disposable & { meter: Meter };
}

/**
 * Makes one meter for all streams of one opening that go through the same
 * process: they share its clocks.
 *
 * @param worker Which of the stage's processes this is; 0 for the only one.
 * @param monitor Looks at each opening. @default {nobody does}
 */
export function createMeters(
  name: StageName,
  worker = 0,
  monitor?: Monitor,
): Meters {
  const shared = new Map<string, Meter>();
  return {
    take({ lane }) {
      const key = lane?.opening ?? crypto.randomUUID();
      const known = shared.get(key);
      const meter = known ?? createMeter(name, worker);
      if (known) known.streams++;
      else {
        shared.set(key, meter);
        monitor?.begin(meter);
      }
      return {
        meter,
        [Symbol.dispose]() {
          if (meter.streams === 1) shared.delete(key);
          else meter.streams--;
        },
      };
    },
  };
}
