/**
 * Runs services with all doors open and sees which of them they use.
 *
 * A supervisor of its own runs them, in a folder of its own, with the services
 * that they depend on. Where another supervisor runs the config already, it
 * lends the watched services, keeps everything else running, and gets them back
 * at the end.
 *
 * @module
 */

import { join } from "node:path";
import { readToken } from "../../runtime/files/token_file.ts";
import { abortAfter } from "../../runtime/program/abort.ts";
import { Failure, Fault } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import {
  type Config,
  graphOf,
  serviceOf,
  type ServiceSpec,
  withDependencies,
} from "../../supervisor/config/config.ts";
import { connectControl } from "../../supervisor/control/client.ts";
import {
  createModuleGuard,
  type ModuleGuard,
} from "../../supervisor/modules/module_guard.ts";
import type { ServiceSnapshot } from "../../supervisor/service/snapshot.ts";
import {
  createSupervisor,
  type Supervisor,
} from "../../supervisor/supervisor.ts";
import { isGood } from "../control/service_report.ts";
import { listOrNone } from "../control/running.ts";
import { startPlainView } from "../supervise/plain_view.ts";
import { viewedHere } from "../supervise/viewed.ts";
import { patientWriter } from "../terminal/patient_writer.ts";
import {
  type Access,
  readAccesses,
  type Records,
  recordVariables,
  removeRecords,
} from "./audit.ts";

/** What one process of a service has done. */
export interface Observation {
  spec: ServiceSpec;
  accesses: Access[];
  /** Why it ended by itself, and badly; undefined if it did not. */
  failure: string | undefined;
}

/** What came of it. */
export interface Observations {
  processes: Observation[];
  /** All services that ran, those that were not watched included. */
  ran: ReadonlySet<string>;
  /** How long the watched ones ran, in milliseconds. */
  ranMs: number;
  /** Whether a supervisor runs the config, too, and has got them back. */
  supervised: boolean;
}

/** How long to look, and at what. */
export interface ObserveOptions {
  /** Services to watch; each a script. */
  watched: readonly string[];
  /** Services to run besides, if no supervisor runs. */
  others?: readonly string[];
  forMs: number;
  /** Ends it early when it aborts. */
  signal: AbortSignal;
  /** Kills what does not end when it aborts. */
  hurry: AbortSignal;
}

/** How long watched services may wait for what they depend on. */
const START_MS = 60_000;

/** How long a service that is given back may take until it is healthy. */
const GIVE_BACK_MS = 3_000;

/** Where observe.ts finds the module that is loaded into watched services. */
const RECORDER = join(import.meta.dirname!, "record_programs.ts");

/**
 * Watches services for a while, or until they have ended.
 *
 * @throws {Failure} If another command watches services of this config.
 */
export async function observe(
  config: Config,
  { watched, others = [], ...options }: ObserveOptions,
): Promise<Observations> {
  const stateDir = join(config.stateDir, "observed");
  await using running = await borrow(config, watched);
  const names = running
    ? watched
    : withDependencies(graphOf(config), [...watched, ...others]);
  const recordsOf = ({ name }: ServiceSpec): Records => ({
    audit: join(stateDir, `${name}.audit.jsonl`),
    programs: join(stateDir, `${name}.programs.jsonl`),
  });
  const services = new Map(
    [...config.services].filter(([name]) => names.includes(name))
      .map(([service, specs]) => [
        service,
        specs.map((spec) => ({
          ...(watched.includes(service) ? open(spec, recordsOf(spec)) : spec),
          // A second process would begin the audit log anew.
          watch: undefined,
          dependsOn: spec.dependsOn
            .filter((each) => names.includes(each.service)),
        })),
      ]),
  );
  const supervisor = await createSupervisorOnce(
    { ...config, stateDir, services },
    running && await readToken(config.stateDir),
  );
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => Deno.remove(stateDir, { recursive: true }));
  const specs = watched.flatMap((name) => config.services.get(name) ?? []);
  const { failures, ranMs } = await run(supervisor, {
    watched,
    ...options,
    // What an earlier command has left behind, if it was killed.
    before: () => removeRecords(specs.map(recordsOf)),
  });
  const guard = createModuleGuard(() => config);
  return {
    processes: await Promise.all(specs.map(async (spec) => ({
      spec,
      accesses: [
        ...await readAccesses(recordsOf(spec)),
        ...await imports(spec, guard),
      ],
      failure: failures.get(spec.name),
    }))),
    ran: new Set([...names, ...running?.up ?? []]),
    ranMs,
    supervised: running !== undefined,
  };
}

/**
 * Returns a service as it runs when it is watched. Its variables stay what they
 * are: those that it may not read are no rights that it lacks.
 *
 * Reads and writes are granted by path: an unscoped grant makes Deno log each
 * as both.
 */
function open(spec: ServiceSpec, records: Records): ServiceSpec {
  if (spec.runs.kind !== "script") return spec;
  const { env } = spec.runs.permissions;
  return {
    ...spec,
    runs: {
      ...spec.runs,
      preload: RECORDER,
      permissions: {
        net: true,
        read: ["/"],
        write: ["/"],
        ...(env === undefined ? {} : { env }),
        run: true,
        ffi: true,
        sys: true,
        import: true,
      },
    },
    environment: { ...spec.environment, ...recordVariables(records) },
    restart: { ...spec.restart, when: "no" },
    // It is watched now, and not when it is due.
    schedule: undefined,
  };
}

/** Returns what a service reads by its imports, which Deno does not log. */
async function imports(
  { runs }: ServiceSpec,
  guard: ModuleGuard,
): Promise<Access[]> {
  if (runs.kind !== "script") return [];
  const files = await guard.foreignFiles(runs.script);
  return files.map((value) => ({ kind: "read", value }));
}

/** Runs until the time is over; returns why watched services failed, by name. */
async function run(
  supervisor: Supervisor,
  { watched, forMs, signal, hurry, before }: Omit<ObserveOptions, "others"> & {
    before: () => Promise<unknown>;
  },
): Promise<{ failures: Map<string, string>; ranMs: number }> {
  await using _running = supervisor;
  await before();
  hurry.addEventListener("abort", () => supervisor.hurry(), { once: true });
  using stderr = patientWriter(Deno.stderr, { name: "standard error" });
  await using _view = startPlainView(viewedHere(supervisor), {
    stdout: stderr,
    stderr,
  });
  void supervisor.start([...supervisor.config.services.keys()]);
  const isWatched = ({ service }: ServiceSnapshot) => watched.includes(service);
  const states = () => supervisor.snapshot().filter(isWatched);
  const within = AbortSignal.any([signal, AbortSignal.timeout(START_MS)]);
  await until(
    supervisor,
    within,
    () => states().every(({ status }) => status !== "pending"),
  );
  const startedMs = performance.now();
  log(
    `Watching ${watched.join(", ")} for ${
      forMs / 1_000
    } s; Ctrl-C ends it early`,
  );
  using enough = abortAfter(forMs);
  const over = AbortSignal.any([signal, enough.signal]);
  await until(supervisor, over, () => states().every(hasEnded));
  const failures = new Map(
    states().filter((each) => hasEnded(each) && !isGood(each))
      .map(({ name, detail }) => [name, detail]),
  );
  return { failures, ranMs: performance.now() - startedMs };
}

/** True of a service that does nothing, or still waits for others. */
function hasEnded({ status }: ServiceSnapshot): boolean {
  return status === "exited" || status === "failed" || status === "pending";
}

/** Resolves once `isTrue` after some event, or when `signal` aborts. */
async function until(
  supervisor: Supervisor,
  signal: AbortSignal,
  isTrue: () => boolean,
): Promise<void> {
  for await (const _ of supervisor.events.follow(0, signal)) {
    if (isTrue()) return;
  }
}

/** @param token That of the run to which the services belong. */
async function createSupervisorOnce(
  config: Config,
  token: string | undefined,
): Promise<Supervisor> {
  try {
    return await createSupervisor(config, { token });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "already_exists") {
      throw error;
    }
    throw new Failure(
      `Cannot watch services of "${config.path}": another command does so at this moment; wait for its end`,
      1,
      { cause: error },
    );
  }
}

/** What a running supervisor keeps running in the meantime. */
interface Borrowed extends AsyncDisposable {
  up: string[];
}

/**
 * Takes services from the supervisor that runs the config, if one does, and has
 * it run what they depend on; disposing gives them back.
 */
async function borrow(
  config: Config,
  watched: readonly string[],
): Promise<Borrowed | undefined> {
  const control = await connectControl(config.path);
  const before = await listOrNone(control);
  if (!before) return undefined;
  const upOf = (all: readonly ServiceSnapshot[]) =>
    all.filter(({ status }) => status !== "exited" && status !== "failed")
      .map(({ name }) => name);
  const taken = upOf(before)
    .filter((name) => watched.includes(serviceOf(config, name) ?? name));
  const giveBack = async () => {
    if (taken.length === 0) return;
    log(`Giving ${taken.join(", ")} back to the supervisor`);
    try {
      await control.start(taken, { waitMs: GIVE_BACK_MS });
    } catch (error) {
      // What lacks a right does not start well before that is written.
      const isLate = error instanceof Fault && error.code === "timed_out";
      if (!isLate) throw error;
    }
  };
  if (taken.length > 0) {
    log(`Taking ${taken.join(", ")} from the supervisor that runs`);
    await control.stop(taken);
  }
  try {
    const needed = withDependencies(graphOf(config), watched)
      .filter((name) => !watched.includes(name));
    const after = needed.length > 0 ? await control.start(needed) : [];
    const up = [...upOf(before), ...upOf(after)]
      .map((name) => serviceOf(config, name) ?? name);
    return { up, [Symbol.asyncDispose]: giveBack };
  } catch (error) {
    await giveBack();
    throw error;
  }
}
