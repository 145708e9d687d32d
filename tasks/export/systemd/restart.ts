/**
 * Restarts, in the words of systemd.
 *
 * @module
 */

import { constants } from "node:os";
import { mostRestarts } from "../../../runtime/process/restart_policy.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { WrittenKeys } from "../../../supervisor/config/load_config.ts";
import type { ExportedFile, NotCarried } from "../target.ts";
import { GROWING_WAITS } from "./options.ts";
import { seconds, type Setting } from "./unit_text.ts";

/** The wait before each restart, where it cannot grow. */
const EVEN_WAIT_MS = 1_000;

/** Signals that systemd takes for a clean end when a process dies of them. */
const CLEAN_SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"];

/** What a service's restarts make of its unit. */
export interface Restarts {
  unit: Setting[];
  service: Setting[];
  notCarried: Omit<NotCarried, "service">[];
}

/**
 * Returns how a service is restarted.
 *
 * @param written What the config says of it.
 * @param version The oldest systemd that is to understand it.
 */
export function restartsOf(
  { restart, stopSignal, memLimitBytes }: Pick<
    ServiceSpec,
    "restart" | "stopSignal" | "memLimitBytes"
  >,
  written: WrittenKeys,
  version: number,
): Restarts {
  const notCarried: Restarts["notCarried"] = [];
  const tell = (key: string, why: string, doInstead: string) => {
    notCarried.push({ key, why, doInstead });
  };
  const numbers: Partial<Record<Deno.Signal, number>> = constants.signals;
  const own = [`${128 + (numbers[stopSignal] ?? 0)}`, stopSignal];
  const stopped: Setting = ["SuccessExitStatus", own.join(" ")];
  const policy = Object(written.restart_policy) as WrittenKeys;
  const isWritten = (key: string) => policy[key] !== undefined;
  const { when, delayMs, maxDelayMs, windowMs } = restart;
  if (when === "no") {
    if (memLimitBytes !== undefined) {
      tell(
        "mem_limit",
        "a unit with Restart=no that uses too much is ended and not started again",
        "write restart: on-failure",
      );
    }
    for (const key of Object.keys(policy)) {
      tell(
        `restart_policy.${key}`,
        "the unit is never restarted, since restart is no",
        "nothing, or write another restart",
      );
    }
    return { unit: [], service: [["Restart", "no"], stopped], notCarried };
  }
  if (when === "unless-stopped") {
    tell(
      "restart",
      "a unit that was stopped by hand runs again after a reboot, or when its target is started",
      "systemctl mask it, where it is to stay stopped",
    );
  }
  const most = mostRestarts(restart);
  const unit: Setting[] = Number.isFinite(most)
    ? [
      ["StartLimitIntervalSec", seconds(windowMs)],
      // The first start counts for systemd, too.
      ["StartLimitBurst", `${most + 1}`],
    ]
    : [["StartLimitIntervalSec", "0"]];
  if (!Number.isFinite(most) && isWritten("window")) {
    tell(
      "restart_policy.window",
      "restarts without a limit are not counted",
      "write max_attempts, if it is to be given up",
    );
  }
  const grows = version >= GROWING_WAITS && maxDelayMs > delayMs && delayMs > 0;
  const service: Setting[] = [
    ["Restart", when === "on-failure" ? when : "always"],
    ...(when === "on-failure"
      // Here whatever does not end with 0 is a failure.
      ? [
        [
          "RestartForceExitStatus",
          [...new Set([...CLEAN_SIGNALS, ...own])].join(" "),
        ] as const,
      ]
      : []),
    stopped,
  ];
  if (grows) {
    // So many steps make each wait twice the one before.
    const steps = Math.max(1, Math.ceil(Math.log2(maxDelayMs / delayMs)));
    service.push(
      ["RestartSec", seconds(delayMs)],
      ["RestartSteps", `${steps}`],
      ["RestartMaxDelaySec", seconds(maxDelayMs)],
    );
    if (isWritten("max_delay")) {
      tell(
        "restart_policy.max_delay",
        `systemd before ${GROWING_WAITS} does not know RestartSteps=: there each restart waits for ${
          seconds(delayMs)
        }`,
        "export with --systemd=VERSION for such a machine (systemctl --version)",
      );
    }
    if (isWritten("reset_after")) {
      tell(
        "restart_policy.reset_after",
        "systemd lets the waits between restarts grow until the unit is started or stopped by hand, however long it ran well",
        "run `systemctl reset-failed` and start it, if the waits have become long",
      );
    }
  } else {
    const even = Math.min(maxDelayMs, Math.max(delayMs, EVEN_WAIT_MS));
    service.push(["RestartSec", seconds(even)]);
    if (isWritten("max_delay") && maxDelayMs > delayMs) {
      tell(
        "restart_policy.max_delay",
        `waits that grow need systemd ${GROWING_WAITS}: each restart waits for ${
          seconds(even)
        }`,
        `export with --systemd=${GROWING_WAITS}, where systemd is new enough (systemctl --version)`,
      );
    }
    if (isWritten("reset_after")) {
      tell(
        "restart_policy.reset_after",
        "waits do not grow, so nothing is forgotten",
        "nothing",
      );
    }
    if (isWritten("delay") && even !== delayMs) {
      tell(
        "restart_policy.delay",
        `each restart waits for ${seconds(even)}, since waits do not grow`,
        "write RestartSec= into a drop-in (systemctl edit)",
      );
    }
  }
  return { unit, service, notCarried };
}

/** Tells, once for all services, of waits between restarts that nobody has set. */
export function waitsOf(
  files: readonly ExportedFile[],
  version: number,
): NotCarried[] {
  const has = (key: string) =>
    files.some(({ content }) => content.includes(`\n${key}=`));
  const tell = (why: string, doInstead: string) => [
    { service: undefined, key: "restart_policy", why, doInstead },
  ];
  if (has("RestartSteps")) {
    return tell(
      `waits between restarts grow until a unit is started or stopped by hand, however long it ran well; systemd before ${GROWING_WAITS} does not know RestartSteps=, and waits as long as for the first restart`,
      "run `systemctl reset-failed` if waits have become long, and export with --systemd=VERSION for an older systemd (systemctl --version)",
    );
  }
  if (version >= GROWING_WAITS || !has("RestartSec")) return [];
  return tell(
    `waits that grow need systemd ${GROWING_WAITS}: a service waits equally long before each restart`,
    `export with --systemd=${GROWING_WAITS}, where systemd is new enough (systemctl --version)`,
  );
}
