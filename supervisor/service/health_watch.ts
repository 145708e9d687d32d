/**
 * Asks a process again and again whether it is healthy, and tells what counts.
 *
 * What does not count: a failure in the start period, a few of them in a row,
 * one over a suspend of the machine, for a while silence of a process that works,
 * and, until a process has been healthy, its own word that it does not serve yet:
 * it waits for something that another start would not bring.
 *
 * @module
 */

import { pause } from "../../runtime/program/abort.ts";
import type { Healthcheck } from "../config/service_spec.ts";
import { noticeHoldUp } from "./hold_up.ts";
import type { Finding } from "./probe.ts";
import type { WorkGauge } from "./work_gauge.ts";

/** What {@linkcode watchHealth} needs. */
export interface HealthWatch {
  healthcheck: Omit<Healthcheck, "probe">;
  /** When the process was started, in milliseconds of performance.now(). */
  startedAtMs: number;
  ask(signal: AbortSignal): Promise<Finding>;
  /** Tells whether the process works though it is silent. */
  work: WorkGauge;
  /** Hears what counts. */
  found(finding: Finding): void;
  /** Hears what a check found that does not count, while that is so. */
  passedOver(words: string): void;
  /** Ends the watch. */
  signal: AbortSignal;
}

/** Asks until `signal` aborts. */
export async function watchHealth(
  { healthcheck, startedAtMs, ask, work, found, passedOver, signal }:
    HealthWatch,
): Promise<void> {
  let failures = 0;
  let wasHeldUp = false;
  let busySinceMs: number | undefined;
  for (let passed = false; !signal.aborted;) {
    const isHeldUp = noticeHoldUp(healthcheck.timeoutMs);
    const worked = healthcheck.busyMs > 0 ? work.begin() : undefined;
    const finding = await ask(signal);
    if (signal.aborted) return;
    // The machine was asleep meanwhile, or nobody ran us: ask again, once.
    wasHeldUp = !finding.healthy && !wasHeldUp && isHeldUp();
    if (wasHeldUp) {
      if (!passed) passedOver(notYet(finding));
      continue;
    }
    const nowMs = performance.now();
    const starting = !passed &&
      (nowMs - startedAtMs < healthcheck.startPeriodMs ||
        !finding.healthy && finding.isDeclined === true);
    passed ||= finding.healthy;
    if (finding.healthy) {
      failures = 0;
      busySinceMs = undefined;
      found(finding);
    } else if (starting) {
      passedOver(notYet(finding));
    } else {
      const isBusy = finding.isSilent === true && await worked?.() === true;
      if (isBusy) busySinceMs ??= nowMs;
      if (
        isBusy && busySinceMs !== undefined &&
        nowMs - busySinceMs < healthcheck.busyMs
      ) {
        failures = 0;
        passedOver(`busy: ${finding.reason}, and it works`);
      } else {
        failures++;
        if (failures >= healthcheck.retries) {
          found(finding);
        } else if (!passed) {
          passedOver(notYet(finding));
        }
      }
    }
    await pause(
      starting && !passed
        ? healthcheck.startIntervalMs
        : healthcheck.intervalMs,
      signal,
    );
  }
}

function notYet(finding: Finding): string {
  return finding.healthy ? "" : `not healthy yet: ${finding.reason}`;
}
