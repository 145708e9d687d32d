/**
 * Runs one service in this process, without a supervisor, for tests.
 *
 * @module
 */

import { startGuardian } from "../../runtime/process/guardian.ts";
import { parseConfig } from "../../supervisor/config/load_config.ts";
import {
  createServiceLoop,
  type LoopContext,
  type ServiceLoop,
} from "../../supervisor/service/service_loop.ts";
import { isAtRest } from "../../supervisor/service/state.ts";

/** A service; disposing stops it. */
export interface LoneService extends AsyncDisposable {
  loop: ServiceLoop;
  /** What was told of it, oldest first. */
  told: string[];
}

/** Remembers nothing of any run. */
export function forgetfulSchedules(): LoopContext["schedules"] {
  return {
    handledMsOf: () => undefined,
    handled() {},
    dropped() {},
    lastRunOf: () => undefined,
    begunMsOf: () => undefined,
    began() {},
    ran() {},
  };
}

/**
 * Starts a service.
 *
 * @param words Its part of config.yaml, in YAML's flow style.
 */
export function startService(
  words: string,
  context: Partial<LoopContext> = {},
): LoneService {
  const { services } = parseConfig(`services: { a: ${words} }`, {
    path: "/config.yaml",
  });
  const guardian = startGuardian();
  const told: string[] = [];
  const loop = createServiceLoop(services.get("a")![0]!, {
    guardian,
    token: "token-of-the-run",
    schedules: forgetfulSchedules(),
    runFile: { add() {}, remove() {} },
    strays: { variables: () => ({}), find: () => Promise.resolve([]) },
    modules: { refusalOf: () => Promise.resolve(undefined) },
    untilMayStart: () => Promise.resolve(),
    onOutput: () => Promise.resolve(),
    onChange: (_, message) => void told.push(message),
    onNote: (_, message) => void told.push(message),
    hurry: new AbortController().signal,
    serviceOf: () => undefined,
    isOthersPort: () => false,
    ...context,
  });
  loop.start();
  return {
    loop,
    told,
    async [Symbol.asyncDispose]() {
      loop.stop();
      await loop.until(isAtRest);
      await loop.drained();
      await guardian[Symbol.asyncDispose]();
    },
  };
}
